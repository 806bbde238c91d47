"""The types of the report's fields: texts, dates, and lists that may be written as one item.

Each describes its values twice: to Pydantic, which validates a report, and to the JSON Schema, which editors use.
"""

import calendar
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import Annotated, ClassVar, LiteralString, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, GetJsonSchemaHandler, model_validator
from pydantic.fields import FieldInfo
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, PydanticOmit

T = TypeVar("T")

Scalar = str | int | float | Decimal | dt.date | dt.time
"""What constructors take for a text. `bool` and `datetime` are among them."""

PRIVATE_KEYS = r"^(x-|\$schema$)"
_EXPECTED: LiteralString = "expected {expected}"
"""The message of a Pydantic error; the context says what was expected."""
_SURROGATE = re.compile("[\ud800-\udfff]")
_ISO_DATE = re.compile(r"\s*(\d{4})-(\d{1,2})-(\d{1,2})\s*")


def is_empty(value: object) -> bool:
    """Return whether a value counts as absent: None, or a text of white space."""
    return value is None or (isinstance(value, str) and not value.strip())


def none_if_empty(value: object) -> object:
    """Return the value; None if it is empty."""
    return None if is_empty(value) else value


# ---- texts


def to_text(value: object) -> str | None:
    """Return a scalar as text; None if it is empty. Raises PydanticCustomError for anything but a scalar.

    Numbers and booleans come from JSON and TOML, dates from TOML; YAML scalars are texts already.
    """
    match value:
        case None:
            return None
        case str():
            return _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", value) if value.strip() else None
        case bool():
            return "true" if value else "false"
        case int() | float() | Decimal():
            return str(value)
        case dt.datetime():
            return value.isoformat(sep=" ")
        case dt.date() | dt.time():
            return value.isoformat()
    raise PydanticCustomError("text", _EXPECTED, {"expected": "a string"})


def _required_text(value: object) -> str:
    text = to_text(value)
    if text is None:
        raise PydanticCustomError("missing", "found nothing, expected {expected}", {"expected": "a string"})
    return text


def _date_text(value: object) -> str | None:
    text = to_text(value)
    match = _ISO_DATE.fullmatch(text or "")
    if match:
        try:
            dt.date(*map(int, match.groups()))
        except ValueError as error:
            numbers = [int(number) for number in match.groups()]
            context = {"expected": _describe_dates(*numbers[:2]), "near": _suggest_date(*numbers)}
            raise PydanticCustomError("date", _EXPECTED, context) from error
    return text


def _describe_dates(year: int, month: int) -> str:
    if not (1 <= month <= 12 and year):
        return "a valid date, such as 2026-03-14"
    return f"a valid date; {year:04}-{month:02} has {calendar.monthrange(year, month)[1]} days"


def _suggest_date(year: int, month: int, day: int) -> str:
    """Return what a date that does not exist may mean: its day and month swapped, or the last day of the month."""
    if month > 12 >= day and day > 0 and year and month <= calendar.monthrange(year, day)[1]:
        return f"{year:04}-{day:02}-{month:02}"
    if not (1 <= month <= 12 and year and day):
        return ""
    return f"{year:04}-{month:02}-{calendar.monthrange(year, month)[1]}, the last day of that month"


class _TextSchema:
    """In the JSON Schema: a text, number or boolean, so that editors accept `revision: 3`."""

    types: ClassVar = ["string", "number", "boolean", "null"]

    def __get_pydantic_json_schema__(self, _core: CoreSchema, _handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {"type": self.types}


class _RequiredTextSchema(_TextSchema):
    types: ClassVar = ["string", "number", "boolean"]


Text = Annotated[str | None, BeforeValidator(to_text), _TextSchema()]
"""A text as written; None if empty or absent."""

RequiredText = Annotated[str, BeforeValidator(_required_text), _RequiredTextSchema()]
"""A text that must not be empty."""

_MARKDOWN = "markdown"
"""Marks the types of texts in GitHub-flavoured Markdown."""

Markdown = Annotated[Text, _MARKDOWN]
"""A text in GitHub-flavoured Markdown; None if empty or absent."""

RequiredMarkdown = Annotated[RequiredText, _MARKDOWN]
"""A text in GitHub-flavoured Markdown that must not be empty."""

DateText = Annotated[str | None, BeforeValidator(_date_text), _TextSchema()]
"""A date as written; an ISO 8601 date must exist in the calendar."""


# ---- lists


def _one_or_many(value: object) -> object:
    if is_empty(value):
        return ()
    return tuple(value) if isinstance(value, Sequence) and not isinstance(value, str | bytes | bytearray) else (value,)


def _omit_empty(value: object) -> object:
    if is_empty(value):
        raise PydanticOmit
    return value


class _ListedSchema:
    """In the JSON Schema: a list, one of its items, or null."""

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        listed = handler(core)
        return {"anyOf": [listed, listed["items"], {"type": "null"}]}


Listed = Annotated[
    tuple[Annotated[T, BeforeValidator(_omit_empty)], ...], BeforeValidator(_one_or_many), _ListedSchema()
]
"""A list; a single item becomes a list of one, and empty items are dropped."""


class AlsoListed:
    """In the JSON Schema: one mapping, or a list of them that make up one."""

    def __init__(self, most: int | None = None) -> None:
        """Take the largest number of items; None for any."""
        self._most = {} if most is None else {"maxItems": most}

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        one = handler(core)
        return {"anyOf": [one, {"type": "array", "items": one, **self._most}]}


# ---- mappings


def is_private_key(key: object) -> bool:
    """Return whether a key is private to the author: `$schema`, or beginning with `x-`."""
    return isinstance(key, str) and re.search(PRIVATE_KEYS, key) is not None


def allow_keys(pattern: str) -> JsonSchemaValue:
    """Return the JSON Schema of a mapping that may have keys like this, which reading turns into fields."""
    return {"patternProperties": {PRIVATE_KEYS: {}, pattern: {}}}


class Part(BaseModel):
    """A mapping in the report. Unknown keys are errors; a bare text sets the main field, if there is one."""

    model_config: ClassVar[ConfigDict] = ConfigDict(
        frozen=True,
        extra="forbid",
        revalidate_instances="always",  # one that was changed by `model_copy` may be wrong
        json_schema_extra={"patternProperties": {PRIVATE_KEYS: {}}},
    )

    main_field: ClassVar[str | None] = None
    """The field that a bare text sets."""

    @model_validator(mode="before")
    @classmethod
    def _from_bare(cls, value: object) -> object:
        if isinstance(value, Mapping):
            return {key: item for key, item in value.items() if not is_private_key(key)}
        if isinstance(value, BaseModel):
            return value
        if is_empty(value):
            return {}
        if cls.main_field is not None and not isinstance(value, list | tuple):
            return {cls.main_field: value}
        raise PydanticCustomError("mapping", _EXPECTED, {"expected": cls._describe_expected()})

    @classmethod
    def _describe_expected(cls) -> str:
        keys = ", ".join(cls.model_fields)
        return f"a mapping with {keys}" if cls.main_field is None else f"a string, or a mapping with {keys}"

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        others = ["null"] if cls.main_field is None else _TextSchema.types
        handler.resolve_ref_schema(schema).update({"type": ["object", *others]})
        return schema


@cache
def markdown_fields(part: type[Part]) -> frozenset[str]:
    """Return the names of the fields that contain Markdown, each a text or a list of texts."""
    return frozenset(name for name, field in part.model_fields.items() if _is_markdown(field))


def _is_markdown(field: FieldInfo) -> bool:
    items = (getattr(item, "__metadata__", ()) for item in get_args(field.annotation))
    return any(_MARKDOWN in metadata for metadata in (field.metadata, *items))
