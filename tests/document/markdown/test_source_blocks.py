"""The blocks of a text are on the lines on which GitHub's own parser finds them."""

from __future__ import annotations

import os
import re
from pathlib import Path

import cmarkgfm
import pytest
from cmarkgfm.cmark import Options
from hypothesis import assume, given
from lxml import html
from strategies import examples, markdown

from pmexport.document.markdown.source_blocks import item_text, read_source_blocks

CASES = Path(os.environ.get("PMEXPORT_CASES", "cases")) / "markdown"
_KINDS = {"p": "paragraph", "ul": "list", "ol": "list", "pre": "fence", "blockquote": "quote", "hr": "rule"}


def github_blocks(text: str) -> list[tuple[str, int]]:
    """Return the kind and the first line of each outermost block, as cmark-gfm finds them."""
    page = cmarkgfm.github_flavored_markdown_to_html(text, options=Options.CMARK_OPT_SOURCEPOS)
    blocks = html.fromstring(f"<div>{page}</div>")
    return [
        (_KINDS.get(str(block.tag), "heading" if re.fullmatch("h[1-6]", str(block.tag)) else str(block.tag)), line)
        for block in blocks
        if (line := int((block.get("data-sourcepos") or "0:").split(":")[0]))
    ]


def our_blocks(text: str) -> list[tuple[str, int]]:
    kinds = {"code": "fence"}
    return [
        (kinds.get(block.kind, block.kind), block.first + 1)
        for block in read_source_blocks(text)
        if block.kind not in ("definition", "note", "html")
    ]


@pytest.mark.slow
@examples(4)
@given(markdown)
def test_generated_texts(text: str) -> None:
    assume("<" not in text and "[r]:" not in text and "[R]:" not in text)
    assert our_blocks(text) == github_blocks(text)


@pytest.mark.skipif(not CASES.is_dir(), reason="the originals are not here")
def test_originals() -> None:
    for path in CASES.glob("*.md"):
        text = re.sub(r"\A---\n.*?\n---\n", "", path.read_text("utf-8"), flags=re.DOTALL)
        if "<" not in text and "[^" not in text:
            assert our_blocks(text) == github_blocks(text), path.name


TEXT = """\
# Title

One
two
===

- a
  - b

      code
- [ ] c

  more
* d
1. x
2. y

> q
lazy

| a | b |
|---|---|
| 1 | 2 |

```
x

# no
```
<!-- c
x -->
[a]: http://x/y

[a]
"""


def test_every_kind_of_block() -> None:
    assert [(block.kind, block.first + 1, block.last + 1, block.level) for block in read_source_blocks(TEXT)] == [
        ("heading", 1, 1, 1),
        ("heading", 3, 5, 1),
        ("list", 7, 13, 0),
        ("list", 14, 14, 0),
        ("list", 15, 16, 0),
        ("quote", 18, 19, 0),
        ("table", 21, 23, 0),
        ("fence", 25, 29, 0),
        ("html", 30, 31, 0),
        ("definition", 32, 32, 0),
        ("paragraph", 34, 34, 0),
    ]


def test_the_text_of_an_item_is_a_text_of_its_own() -> None:
    lines = TEXT.split("\n")
    first, second = read_source_blocks(TEXT)[2].items
    assert item_text(first, lines) == "a\n- b\n\n    code"
    assert item_text(second, lines) == "[ ] c\n\nmore"
    assert (first.mark, first.column) == ("-", 2)
