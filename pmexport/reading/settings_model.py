"""What the files of themes and of house styles share: models whose fields are values, or tables that are models too."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

EXPECTED_TYPES = {
    "string_type": "a string",
    "tuple_type": "a list of strings",
    "too_short": "at least one",
    "dict_type": "a table",
    "model_type": "a table",
    "model_attributes_type": "a table",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "greater_than_equal": "a number above 0",
}
"""What a value must be, by the type of Pydantic's error."""


def find_table(annotation: Any) -> type[BaseModel] | None:
    """Return the model of a field that is a table; None for other fields."""
    return annotation if isinstance(annotation, type) and issubclass(annotation, BaseModel) else None


def list_keys(model: type[BaseModel], path: Iterable[str | int]) -> list[str]:
    """Return the keys of the table at a path in a model."""
    for step in path:
        model = find_table(model.model_fields[str(step)].annotation) or model
    return list(model.model_fields)
