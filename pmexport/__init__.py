"""pmexport turns one structured post-mortem into PDF, Word, HTML and Markdown that say the same.

from pmexport import load, render, write
report = load("report.yaml")
pdf = render(report, "pdf")
write(report, "report.docx")
"""

from pmexport._version import __version__
from pmexport.api import check, check_template, digest, load, render, verify, write
from pmexport.errors import (
    BoundError,
    FormatError,
    InputError,
    PmexportError,
    RenderError,
    ThemeError,
    UnfinishedError,
    WriteError,
)
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.report.model import Report

Finding = Problem
"""What `check` finds is a Problem with an id and a level. The name of earlier versions."""

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
