"""Whatever a theme's files hold, every format is a document or one of our errors."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport import render
from pmexport.errors import PmexportError
from pmexport.theming import themes

REPORT = {"title": "T", "summary": "**a** `b`", "timeline": [{"time": "14:02", "phase": "Impact", "event": "- x"}]}
ODD = [
    *(
        '"#12"',
        '"red"',
        '""',
        '"10pt"',
        '"-1pt"',
        '"99999999pt"',
        '"0pt"',
        "1e400",
        "nan",
        "true",
        "[]",
        "{}",
        '["a", 1]',
    ),
    *('"\\u0000"', '"url(file:///etc/passwd)"', '"</style>"', "2026-03-14", "999999999999999999999"),
]
TABLES = ["colors", "tones", "code", "dark.colors", "fonts", "page", "logo", "nothing"]
KEYS = [
    "text",
    "muted",
    "accent",
    "neutral",
    "critical",
    "size",
    "word_text",
    "margin_top",
    "margin",
    "logo",
    "x",
    "inherit",
]
CSS = [
    *(
        "p { color: red }",
        "@import url(style.css);",
        "@page { size: 1mm }",
        "}",
        "/*",
        "@media print {",
        "p { content: '",
    ),
    *(
        "* { display: none }",
        "h1 { font-size: 0 }",
        "p::after { content: url(x) }",
        "@font-face { src: url(../x) }",
        "\0",
    ),
]
JINJA = [
    *("{{ title }}", "{{ nothing }}", "{% for i in range(10**9) %}x{% endfor %}", "{% include 'page.html.j2' %}"),
    *(
        "{% if %}",
        "{{ document.__class__ }}",
        "<script>alert(1)</script>",
        "{{ sections }}",
        "</body>",
        "<html>",
        "é\u202e",
    ),
]
_lines = st.lists(st.tuples(st.sampled_from(TABLES), st.sampled_from(KEYS), st.sampled_from(ODD)), max_size=4)


@pytest.mark.slow
@given(tokens=_lines, css=st.lists(st.sampled_from(CSS), max_size=4), page=st.lists(st.sampled_from(JINJA), max_size=4))
def test_any_theme_makes_a_document_or_an_error(
    tokens: list[tuple[str, str, str]], css: list[str], page: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("theme")
    lines = ['inherit = "default"', *(f"{table}.{key} = {value}" for table, key, value in tokens)]
    _write_theme(folder, {"theme.toml": "\n".join(lines), "style.css": "\n".join(css), "page.html.j2": "\n".join(page)})
    for format_name in ("html", "docx", "md"):
        with suppress(PmexportError):
            assert render(REPORT, format_name, theme=themes.find_theme(folder))


def _write_theme(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        if text:
            (folder / name).write_text(text, "utf-8")
