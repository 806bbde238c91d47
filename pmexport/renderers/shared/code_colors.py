"""What the parts of a code block are, to be told apart by colour: keywords, strings, comments. Its text is kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal, NamedTuple

from pygments.lexers import find_lexer_class, get_all_lexers
from pygments.token import Token

from pmexport.document.nodes import CodeBlock, Tone

Kind = Literal["", "keyword", "name", "string", "number", "comment", "added", "removed", "error"]
"""What a part is; empty: nothing of note."""


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
"""Those of Pygments that are used, by its names: their time grows with the text alone, whatever it says, as long as it
keeps to the bounds below. Others take minutes for a text that is made for it."""

LONGEST = 16_000
"""Characters of a text that is coloured; of Java, whose lexer takes its time over what is no Java, far fewer."""
LONGEST_JAVA = 3_000
MOST_LINES = 400
UNUSUAL = re.compile(r".{401}|\s{101}")
"""No line of code is so long, and no gap in it so wide."""

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
"""The kinds by the types of Pygments; one that is not here is of the kind of the type that it belongs to."""

_BAD, _DOUBTFUL = "alert|crit|critical|emerg|error|fatal|panic|severe", "warn|warning"
LEVELS = re.compile(
    rf"\b(?:({_BAD.upper()})|{_DOUBTFUL.upper()})\b"
    rf"|(?:^(?:[\d:.,TZ/+-]+\s+){{1,2}}\W?|\blevel\W{{1,4}})(?:({_BAD})|{_DOUBTFUL})\b"
)
"""The words by which programs say how bad an entry of a log is: in capitals, else after its time, or called its level.
Elsewhere they may mean anything."""


def lines_of(block: CodeBlock) -> list[list[Part]]:
    """Return the lines of a code block in parts, which together are its text without its line ends.

    The language is what the author called it, never a guess. Where it is unknown, or the text is longer than code that
    is read, all is plain.
    """
    text = f"{block.text}\n"
    return list(_lines(_tokens(text, (block.language or "").casefold()) or [Part("", text)]))


def tone_of(line: list[Part]) -> Tone:
    """Return how bad a line of a log calls itself."""
    found = LEVELS.search("".join(part.text for part in line))
    return ("critical" if found[1] or found[2] else "warning") if found else "neutral"


def _tokens(text: str, language: str) -> list[Part]:
    """Return the parts of a text in this language; none where they cannot be told."""
    name = _lexers().get(language, "")
    lexer = find_lexer_class(name)
    longest = LONGEST_JAVA if name == "Java" else LONGEST
    if not lexer or len(text) > longest or text.count("\n") > MOST_LINES or UNUSUAL.search(text):
        return []
    try:
        tokens = list(lexer().get_tokens_unprocessed(text))
    except Exception:  # noqa: BLE001 - it may fail on what is no code, and only colours are at stake
        return []
    parts = [Part(_kind(token), value) for _, token, value in tokens]
    return parts if "".join(part.text for part in parts) == text else []


@cache
def _lexers() -> dict[str, str]:
    """Return the names of Pygments by what authors call a language. Plugins of Pygments are not asked for."""
    known = ((name, aliases) for name, aliases, _, _ in get_all_lexers(plugins=False) if name in LEXERS)
    return {alias: name for name, aliases in known for alias in aliases}


def _kind(token: Any) -> Kind:
    while token not in KINDS:
        token = token.parent
    return KINDS[token]


def _lines(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Yield the lines of a text that ends with a line end; neighbours of one kind are one part."""
    line: list[Part] = []
    for part in parts:
        *ended, rest = part.text.split("\n")
        for text in ended:
            yield _joined([*line, Part(part.kind, text)])
            line = []
        line.append(Part(part.kind, rest))


def _joined(line: list[Part]) -> list[Part]:
    """Return a line in as few parts as it can be made of: a space is of the kind of what follows it."""
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
