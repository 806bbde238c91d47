"""Read and validate the tokens of a theme. Each problem has its file, line and column."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from pmexport.errors import ThemeError
from pmexport.problems import Place, Problem, suggest_name
from pmexport.reading.found_values import name_value, shorten
from pmexport.reading.paths import write_path
from pmexport.reading.settings_model import EXPECTED_TYPES, list_keys
from pmexport.reading.theme_text import parse_text
from pmexport.theming.tokens import EXPECTED, Tokens

LocateToken = Callable[[Sequence[str | int]], Place | None]
"""Returns the place of a token's value, given its path, such as `("fonts", "size")`; None if it is not there."""


def read_tokens(path: Path) -> dict[str, Any]:
    """Return the values that a theme's file sets.

    Raises ThemeError if it cannot be read, is not TOML, or `inherit` is not a text.
    """
    parsed = parse_text(path)
    values = dict(parsed.value) if isinstance(parsed.value, Mapping) else {}
    inherit = values.get("inherit", "")
    if not isinstance(inherit, str):
        message = f"found {name_value(inherit)}, expected the name or the folder of a theme."
        raise ThemeError(problems=[Problem(message, "inherit").at(locate_token(path, "inherit"))])
    return values


def locate_token(path: Path, *token: str) -> Place:
    """Return the place of a token's value in a theme's file, or of the nearest one above it."""
    parsed = parse_text(path)
    return parsed.source.place(parsed.extent.find(token)[0].start)


def find_token(path: Path, *token: str) -> Place | None:
    """Return the place of a token's value in a theme's file; None if the file does not set it."""
    parsed = parse_text(path)
    extent, exact = parsed.extent.find(token)
    return parsed.source.place(extent.start) if exact else None


def validate_tokens(values: Mapping[str, Any], files: Sequence[Path], locate: LocateToken | None = None) -> Tokens:
    """Return the tokens with these values.

    files: those that set the values, the theme's own first. locate: returns the places of values that replace these.
    Raises ThemeError with every wrong token, at its place in the first file that sets it.
    """
    try:
        return Tokens.model_validate(values)
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ThemeError(problems=[_locate_problem(detail, files, locate) for detail in details]) from None


def _locate_problem(details: ErrorDetails, files: Sequence[Path], locate: LocateToken | None) -> Problem:
    message, help_ = _describe_error(details)
    problem = Problem(message, write_path(details["loc"]), help=help_)
    if locate and (place := locate(details["loc"])):
        return problem.at(place)
    for path in files:
        parsed = parse_text(path)
        extent, exact = parsed.extent.find(details["loc"])
        if exact:
            is_key = details["type"] == "extra_forbidden"
            return problem.at(parsed.source.place(extent.key if is_key else extent.start))
    return problem.at(Place(str(files[0])))


def _describe_error(details: ErrorDetails) -> tuple[str, str]:
    """Return the message and the help for an error of Pydantic."""
    path = details["loc"]
    if details["type"] == "extra_forbidden":
        known = [*(["inherit"] if len(path) == 1 else []), *list_keys(Tokens, path[:-1])]
        hint = suggest_name(str(path[-1]), known, f"Known tokens: {', '.join(known)}.")
        return f'found the unknown token "{shorten(str(path[-1]))}".', hint
    context = details.get("ctx", {})
    pattern = EXPECTED.get(context.get("pattern", ""))
    expected = EXPECTED_TYPES.get(details["type"]) or pattern or context.get("expected") or details["msg"]
    return f"found {name_value(details['input'])}, expected {expected}.", ""
