"""The environment of a theme's templates: Jinja's immutable sandbox, in which loops and recursion end."""

import re
from collections.abc import Iterable, Iterator
from types import CodeType
from typing import Any

from jinja2 import (
    BytecodeCache,
    Environment,
    FunctionLoader,
    StrictUndefined,
    Template,
    TemplateRuntimeError,
    TemplateSyntaxError,
    nodes,
)
from jinja2.bccache import Bucket
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

from pmexport.reading.theme_text import read_text
from pmexport.theming.themes import Theme

MAX_STEPS = 2_000_000
"""Passes of loops, calls and includes in the templates of one document. A report at its limits takes about a tenth."""
MAX_NUMBER = 1_000_000
"""The largest number in a template, and the longest text that it repeats."""
_TOO_LARGE = f"a number, or a text that is repeated, is larger than {MAX_NUMBER:,}."
_MAX_EXPONENT = 64
_WIDTH = re.compile(r"%[-+ #]*(?:\d{6,}|\*)")
"""A wide field in a format of `%`, or one whose width is an argument."""
MAX_TEMPLATES = 1000
"""Templates whose code is kept."""


def make_environment(theme: Theme) -> Environment:
    """Return an environment that finds a theme's templates by name, for one document."""

    def load(name: str) -> tuple[str, str, None] | None:
        path = theme.find(name)
        return (read_text(path), str(path), None) if path else None

    environment = _BoundedEnvironment(
        loader=FunctionLoader(load),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        bytecode_cache=_compiled,
    )
    del environment.globals["lipsum"]
    return environment


class _CompiledTemplates(BytecodeCache):
    """Keeps the code of templates from one document to the next, by their texts and places."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType | None] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._codes) >= MAX_TEMPLATES:
            self._codes.clear()
        self._codes[bucket.key, bucket.checksum] = bucket.code


_compiled = _CompiledTemplates()


class _BoundedEnvironment(ImmutableSandboxedEnvironment):
    """Counts what templates do, and stops them with a TemplateRuntimeError if it does not end or becomes too large."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._steps = 0
        self.filters["counted"] = self._count_passes

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Return a template's tree, in which every loop is counted."""
        tree = super()._parse(source, name, filename)
        for number in tree.find_all(nodes.Const):
            if isinstance(number.value, int) and abs(number.value) > MAX_NUMBER:
                raise TemplateSyntaxError(_TOO_LARGE, number.lineno, name, filename)
        for loop in list(tree.find_all(nodes.For)):
            loop.iter = nodes.Filter(loop.iter, "counted", [], [], None, None, lineno=loop.lineno).set_environment(self)
        return tree

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805, PYI063 - as in Jinja
        """Call an object from a template."""
        __self._count_step()
        return super().call(__context, __obj, *args, **kwargs)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Return the result of `*`, `**` or `%`, unless it would be large."""
        result = None if _is_large(operator, left, right) else super().call_binop(context, operator, left, right)
        if result is None or (isinstance(result, int) and abs(result) > MAX_NUMBER):
            raise TemplateRuntimeError(_TOO_LARGE)
        return result

    def get_template(self, name: Any, parent: str | None = None, globals: Any = None) -> Template:  # noqa: A002
        """Return a template, also one that another includes."""
        self._count_step()
        return super().get_template(name, parent, globals)

    def _count_passes(self, items: Iterable[Any]) -> Iterator[Any]:
        for item in items:
            self._count_step()
            yield item

    def _count_step(self) -> None:
        self._steps += 1
        if self._steps > MAX_STEPS:
            raise TemplateRuntimeError(f"the theme's templates loop: they took more than {MAX_STEPS:,} steps.")


def _is_large(operator: str, left: Any, right: Any) -> bool:
    """Return whether the result of an operator may be a long text or a number that takes long to compute."""
    match operator, left, right:
        case "**", int(), int():
            return right > _MAX_EXPONENT
        case "*", int() as times, str() | list() | tuple() as repeated:
            return len(repeated) * times > MAX_NUMBER
        case "*", str() | list() | tuple() as repeated, int() as times:
            return len(repeated) * times > MAX_NUMBER
        case "%", str(), _:
            return _WIDTH.search(left) is not None
    return False
