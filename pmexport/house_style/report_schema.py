"""The JSON Schema of reports under a house style: its fields, and its words to choose from."""

from collections.abc import Iterable
from typing import Any, get_args

from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Stage, json_schema

_TEXT = ["string", "number", "boolean", "null"]


def style_schema(style: HouseStyle) -> dict[str, Any]:
    """Return the JSON Schema of a report file."""
    schema = json_schema()
    properties, definitions = schema["properties"], schema["$defs"]
    for name, title in style.metadata.items():
        properties[name] = {"type": _TEXT, "description": f"{title}. A field of your organisation."}
    stages = [word for word, meaning in style.statuses.items() if meaning in get_args(Stage)]
    properties["status"]["anyOf"][0]["enum"] = [*properties["status"]["anyOf"][0]["enum"], *stages]
    _offer_words(properties["severity"], style.severities)
    _offer_words(definitions["TimelineEntry"]["properties"]["phase"], style.phases, keep=True)
    states = (word for word in style.statuses if word not in stages)
    _offer_words(definitions["ActionItem"]["properties"]["status"], states, keep=True)
    return schema


def _offer_words(field: dict[str, Any], words: Iterable[str], *, keep: bool = False) -> None:
    """Offer an organisation's words for a field. keep: whether those that it has by default stay."""
    own = list(words)
    if own:
        field["examples"] = [*own, *(one for one in field["examples"] if keep and one not in own)]
