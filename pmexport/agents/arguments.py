"""Arguments of a tool that are missing or wrong, reported as the tools report all errors: as data."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver.tools import Tool
from pydantic import ValidationError

from pmexport.agents.tools import list_problems
from pmexport.problems import Problem

if TYPE_CHECKING:
    from mcp.server.mcpserver import Context
    from pydantic_core import ErrorDetails

_EXPECTED = {
    "string_type": "a text",
    "list_type": "a list",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
}
"""What a value should have been, by Pydantic's name for the error."""
_LONGEST_VALUE = 50


class CheckedTool(Tool):
    """A tool that is called only with arguments that it has."""

    async def run(self, arguments: dict[str, Any], context: Context[Any, Any], convert_result: bool = False) -> Any:
        """Return what the tool returns, or what is wrong with its arguments."""
        if problems := [*self._find_unknown(arguments), *self._find_invalid(arguments)]:
            result = {"ok": False, "problems": list_problems(problems)}
            return self.fn_metadata.convert_result(result) if convert_result else result
        return await super().run(arguments, context, convert_result)

    @property
    def _fields(self) -> Mapping[str, Any]:
        """The JSON Schemas of the arguments, by name."""
        fields: Mapping[str, Any] = self.parameters["properties"]
        return fields

    def _find_unknown(self, arguments: Mapping[str, Any]) -> Iterator[Problem]:
        for name in arguments.keys() - self._fields.keys():
            near = get_close_matches(name, self._fields, n=1)
            help_ = f"Did you mean {near[0]}?" if near else f"Arguments: {', '.join(self._fields)}."
            yield Problem(f"{self.name} has no argument {_show_value(name)}.", name[:_LONGEST_VALUE], help=help_)

    def _find_invalid(self, arguments: dict[str, Any]) -> Iterator[Problem]:
        try:
            self.fn_metadata.validate_arguments(arguments)
        except ValidationError as error:
            for one in error.errors(include_url=False, include_context=False):
                name, *inner = one["loc"]
                path = f"{name}{''.join(f'[{part}]' for part in inner)}"
                yield Problem(_describe_error(one), path, help=self._fields[str(name)].get("description", ""))


def _describe_error(error: ErrorDetails) -> str:
    if error["type"] == "missing":
        return "this argument is required."
    expected = _EXPECTED.get(error["type"])
    return f"found {_show_value(error['input'])}, expected {expected}." if expected else f"{error['msg']}."


def _show_value(value: object) -> str:
    """Return a value as JSON would write it, shortened."""
    text = json.dumps(value, ensure_ascii=False, default=repr)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}…"
