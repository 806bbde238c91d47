"""pmexport turns one structured post-mortem into PDF, Word, HTML and Markdown that say the same.

from pmexport import load, render, write
report = load("report.yaml")
pdf = render(report, "pdf")
write(report, "report.docx")
"""

from pmexport.api import load, render, write
from pmexport.errors import (
    BoundError,
    FormatError,
    InputError,
    PmexportError,
    Problem,
    RenderError,
    ThemeError,
    WriteError,
)
from pmexport.limits import Limits
from pmexport.model import Report

__all__ = [
    "BoundError",
    "FormatError",
    "InputError",
    "Limits",
    "PmexportError",
    "Problem",
    "RenderError",
    "Report",
    "ThemeError",
    "WriteError",
    "load",
    "render",
    "write",
]
__version__ = "0.1.0"
