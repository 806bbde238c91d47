"""Options of renderers: keywords of a constructor, each declared once with its type and one help line."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints


@dataclass(frozen=True, slots=True)
class RendererOption:
    """How the command line offers a keyword of a renderer: `template: Annotated[Path | None, RendererOption("…")]`.

    A keyword that takes a mapping becomes a repeatable option with values such as NAME=TEXT.
    """

    help: str
    """One line: what the option does."""
    metavar: str = "TEXT"
    """The placeholder for its value in the help."""
    flag: str = ""
    """Its name on the command line. Default: the format's name and the keyword, such as `--docx-template`."""


def list_options(renderer: type) -> dict[str, tuple[RendererOption, Any]]:
    """Return the declared options of a renderer with their types, by keyword."""
    if "__init__" not in vars(renderer):
        return {}
    hints = get_type_hints(renderer.__init__, include_extras=True)  # type: ignore[misc] # only read
    declared = {keyword: (hint, getattr(hint, "__metadata__", ())) for keyword, hint in hints.items()}
    return {
        keyword: (extra, get_args(hint)[0])
        for keyword, (hint, extras) in declared.items()
        for extra in extras
        if isinstance(extra, RendererOption)
    }


def name_flag(format_name: str, keyword: str, option: RendererOption) -> str:
    """Return the name of a renderer's option on the command line."""
    return option.flag or f"--{format_name}-{keyword.replace('_', '-')}"


def list_paths(renderer: type) -> set[str]:
    """Return the keywords of a renderer's options that are paths of files."""
    return {keyword for keyword, (_, kind) in list_options(renderer).items() if Path in (kind, *get_args(kind))}
