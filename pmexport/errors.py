"""The errors of pmexport. Each one is a clear message for the user; any other exception is a bug in pmexport."""

from collections.abc import Iterable

from pmexport.problems import Problem, show_text

__all__ = [
    "BoundError",
    "FormatError",
    "InputError",
    "PmexportError",
    "Problem",
    "RenderError",
    "ThemeError",
    "UnfinishedError",
    "WriteError",
]


class PmexportError(Exception):
    """The base of all errors. The text is a message for the user; `problems` lists the same as data."""

    def __init__(self, message: str = "", problems: Iterable[Problem] = ()) -> None:
        self.problems = list(problems) or [Problem(message)]
        super().__init__(show_text(message) or "\n".join(map(str, self.problems)))


class InputError(PmexportError):
    """A report that cannot be read. Carries every problem that was found."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__(problems=problems)


_UNFINISHED = (
    "The report is marked final but has the errors above. Fix them, or set `status: in_review`. "
    "To render it anyway, marked as unfinished, use --allow-unfinished (allow_unfinished=True)."
)


class UnfinishedError(PmexportError):
    """A report that is marked final but has errors. Carries every finding."""

    def __init__(self, findings: Iterable[Problem], advice: str = _UNFINISHED) -> None:
        self.findings = list(findings)
        super().__init__("\n".join([*map(str, self.findings), advice]), self.findings)


class FormatError(PmexportError):
    """An unknown format, or an option that the format does not have. The message lists the known ones."""


class ThemeError(PmexportError):
    """A theme that cannot be found or used. Carries every problem that was found."""


class RenderError(PmexportError):
    """A document that cannot be rendered, for example a PDF on a machine without Pango."""


class BoundError(RenderError):
    """The work exceeded its time or memory limit and was stopped."""


class WriteError(PmexportError):
    """A file that cannot be written."""
