"""pmexport turns one structured post-mortem into PDF, Word, HTML and Markdown that say the same.

from pmexport import load, render, write
report = load("report.yaml")
pdf = render(report, "pdf")
write(report, "report.docx")
"""

from pmexport._version import __version__
from pmexport.api import check, check_template, digest, load, render, verify, write
from pmexport.checks.finding import Finding
from pmexport.errors import (
    BoundError,
    FormatError,
    InputError,
    PmexportError,
    Problem,
    RenderError,
    ThemeError,
    UnfinishedError,
    WriteError,
)
from pmexport.limits import Limits
from pmexport.report.model import Report

__all__ = [
    "BoundError",
    "Finding",
    "FormatError",
    "InputError",
    "Limits",
    "PmexportError",
    "Problem",
    "RenderError",
    "Report",
    "ThemeError",
    "UnfinishedError",
    "WriteError",
    "__version__",
    "check",
    "check_template",
    "digest",
    "load",
    "render",
    "verify",
    "write",
]
