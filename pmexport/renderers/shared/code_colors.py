"""Syntax highlighting: the kinds of the parts of a code block, such as keywords and strings. The text never changes."""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from pygments.lexers import find_lexer_class, get_all_lexers
from pygments.token import Token

from pmexport.document.nodes import CodeBlock

Kind = Literal["", "keyword", "name", "string", "number", "comment", "added", "removed", "error"]
"""The kind of a part; empty for plain text."""


class Part(NamedTuple):
    """A part of one line."""

    kind: Kind
    text: str


# fmt: off
LEXERS = {
    "ApacheConf", "Bash", "Bash Session", "Batchfile", "C", "C#", "C++", "CMake", "CSS", "Clojure", "Diff", "Docker",
    "Elixir", "Erlang", "Go", "GraphQL", "Groovy", "HTML", "HTTP", "Haskell", "INI", "JSON", "Java", "JavaScript",
    "Jsonnet", "Kotlin", "Lua", "Makefile", "MySQL", "Nginx configuration file", "Nix", "Objective-C", "PHP",
    "PL/pgSQL", "Perl", "PostgreSQL SQL dialect", "PostgreSQL console (psql)", "PowerShell", "PromQL", "Properties",
    "Protocol Buffer", "Puppet", "Python", "Python Traceback", "Python console session", "Rego", "Ruby", "Rust", "S",
    "SQL", "Scala", "Swift", "TOML", "TSX", "Terraform", "TypeScript", "XML", "YAML",
}
# fmt: on
"""The lexers that are used, by their Pygments names. Within the bounds below, their time is linear in the length of any
text. Others can take minutes for a hostile text."""

MAX_CHARACTERS = 16_000
"""Maximum characters of a text that is highlighted."""
MAX_JAVA_CHARACTERS = 3_000
"""The same for Java, whose lexer is slow on text that is not Java."""
MAX_LINES = 400
TOO_LONG = re.compile(r".{401}|\s{101}")
"""Lines and gaps that are longer than in real code."""

KINDS: dict[object, Kind] = {
    Token: "",
    Token.Comment: "comment",
    Token.Generic.Deleted: "removed",
    Token.Generic.Error: "error",
    Token.Generic.Heading: "name",
    Token.Generic.Inserted: "added",
    Token.Generic.Prompt: "comment",
    Token.Generic.Subheading: "name",
    Token.Generic.Traceback: "comment",
    Token.Keyword: "keyword",
    Token.Keyword.Constant: "number",
    Token.Literal.Date: "number",
    Token.Literal.Number: "number",
    Token.Literal.String: "string",
    Token.Name.Attribute: "name",
    Token.Name.Class: "name",
    Token.Name.Decorator: "name",
    Token.Name.Function: "name",
    Token.Name.Tag: "name",
    Token.Operator.Word: "keyword",
}
"""Kinds by Pygments token type. A type that is not listed has the kind of its parent type."""


def split_lines(block: CodeBlock) -> list[list[Part]]:
    """Return the lines of a code block, each in parts that together are the line's text.

    The language is not guessed. If the author names none, or the text exceeds a bound, all parts are plain.
    """
    text = f"{block.text}\n"
    return list(_split_parts(_tokenize(text, (block.language or "").casefold()) or [Part("", text)]))


def _tokenize(text: str, language: str) -> list[Part]:
    """Return the parts of a text in this language; none if it is unknown, or the text exceeds a bound or fails."""
    name = list_aliases().get(language, "")
    lexer = find_lexer_class(name)
    longest = MAX_JAVA_CHARACTERS if name == "Java" else MAX_CHARACTERS
    if not lexer or len(text) > longest or text.count("\n") > MAX_LINES or TOO_LONG.search(text):
        return []
    try:
        tokens = list(lexer().get_tokens_unprocessed(text))
    except Exception:  # noqa: BLE001 - lexers may fail on text that is not code; only colours are lost
        return []
    parts = [Part(_classify_token(token), value) for _, token, value in tokens]
    return parts if "".join(part.text for part in parts) == text else []


@cache
def list_aliases() -> dict[str, str]:
    """Return Pygments lexer names by the languages' aliases, without Pygments plugins."""
    known = ((name, aliases) for name, aliases, _, _ in get_all_lexers(plugins=False) if name in LEXERS)
    return {alias: name for name, aliases in known for alias in aliases}


def _classify_token(token: Any) -> Kind:
    while token not in KINDS:
        token = token.parent
    return KINDS[token]


def _split_parts(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Yield the lines of a text that ends with a line end. Adjacent parts of one kind are merged."""
    line: list[Part] = []
    for part in parts:
        *ended, rest = part.text.split("\n")
        for text in ended:
            yield _merge_parts([*line, Part(part.kind, text)])
            line = []
        line.append(Part(part.kind, rest))


def _merge_parts(line: list[Part]) -> list[Part]:
    """Return a line in as few parts as possible. Spaces have the kind of the part that follows."""
    spaces, parts = "", []
    for kind, text in line:
        words = text.rstrip()
        if words:
            parts.append(Part(kind, spaces + words))
            spaces = ""
        spaces += text[len(words) :]
    runs = groupby([*parts, Part("", spaces)], key=attrgetter("kind"))
    joined = (Part(kind, "".join(part.text for part in run)) for kind, run in runs)
    return [part for part in joined if part.text]
