"""pmexport turns one structured post-mortem into PDF, Word, HTML and Markdown with the same content.

from pmexport import load, render, write
report = load("report.yaml")
pdf = render(report, "pdf")
write(report, "report.docx")
"""

from pmexport._version import __version__

TYPE_CHECKING = False  # type checkers know it by its name, and importing typing takes as long as `--version`
if TYPE_CHECKING:
    from pmexport.api import (
        check,
        check_template,
        check_theme,
        digest,
        dump,
        extract,
        facts,
        finalize,
        formats,
        import_report,
        load,
        load_config,
        render,
        render_many,
        schema,
        verify,
        verify_attached,
        write,
    )
    from pmexport.batch.batch_run import Result
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
    from pmexport.house_style.config import Config
    from pmexport.importing.draft import Draft
    from pmexport.importing.notes import Note
    from pmexport.limits import Limits
    from pmexport.problems import Problem
    from pmexport.problems import Problem as Finding  # what `check` finds; the name of earlier versions
    from pmexport.publishing.finalize_report import Finalized
    from pmexport.publishing.verify import Verdict
    from pmexport.renderers.registry import Format, FormatOption
    from pmexport.report.facts import Facts
    from pmexport.report.model import (
        ActionItem,
        CustomSection,
        Figure,
        Impact,
        Log,
        Milestones,
        Person,
        RelatedIncident,
        Report,
        Suppression,
        TimelineEntry,
        Why,
    )

__all__ = [
    "ActionItem",
    "BoundError",
    "Config",
    "CustomSection",
    "Draft",
    "Facts",
    "Figure",
    "Finalized",
    "Finding",
    "Format",
    "FormatError",
    "FormatOption",
    "Impact",
    "InputError",
    "Limits",
    "Log",
    "Milestones",
    "Note",
    "Person",
    "PmexportError",
    "Problem",
    "RelatedIncident",
    "RenderError",
    "Report",
    "Result",
    "Suppression",
    "ThemeError",
    "TimelineEntry",
    "UnfinishedError",
    "Verdict",
    "Why",
    "WriteError",
    "__version__",
    "check",
    "check_template",
    "check_theme",
    "digest",
    "dump",
    "extract",
    "facts",
    "finalize",
    "formats",
    "import_report",
    "load",
    "load_config",
    "render",
    "render_many",
    "schema",
    "verify",
    "verify_attached",
    "write",
]

_MODULES = (
    "api",
    "errors",
    "limits",
    "problems",
    "report.model",
    "house_style.config",
    "importing.draft",
    "importing.notes",
    "batch.batch_run",
    "renderers.registry",
    "publishing.finalize_report",
    "publishing.verify",
)
"""The modules that define the public names, imported on first use, so that the program starts fast."""

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Return a public name (PEP 562)."""
        from importlib import import_module  # noqa: PLC0415 - only if it is used

        if name in _MODULES:
            return import_module(f"{__name__}.{name}")
        if name in __all__:
            wanted = "Problem" if name == "Finding" else name
            modules = (import_module(f"{__name__}.{module}") for module in _MODULES)
            return next(getattr(module, wanted) for module in modules if hasattr(module, wanted))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
