"""Markdown inside a field becomes nodes: safe addresses, levels of headings, bounds; and no word of it is lost."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from outlines import WORD, inlines_of, leaves, outline, parser, picture, texts, walk, words_of
from strategies import CONTROLS, MARKUP, examples

from pmexport.document import nodes
from pmexport.document.clean_text import clean
from pmexport.document.labels import labels_for
from pmexport.document.markdown import parser as parser_module
from pmexport.document.markdown.links import is_address, link, with_links
from pmexport.document.markdown.parser import Parser
from pmexport.document.markdown.simple_line import read_line
from pmexport.document.nodes import Blocks, Heading, Inlines, Link, Paragraph, Text, text_of
from pmexport.limits import LimitError, Limits

PARSER = parser()
LEVEL = 2


def blocks(text: str | None, level: int = LEVEL) -> Blocks:
    return PARSER.blocks(text, level)


def inlines(text: str) -> Inlines:
    """Return the inlines of a text that is one paragraph."""
    (block,) = blocks(text)
    assert isinstance(block, Paragraph)
    return block.inlines


# ---- code


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a `b `c", "a b c"),
        ("a` b`c", "a bc"),
        ("a` `c", "a c"),
        ("a ` b`c", "a bc"),
        ("a `b ` c", "a b c"),
        ("a` b `c", "abc"),
        ("`` `a` `` b", "`a` b"),
    ],
)
def test_a_space_at_one_end_of_code_stays_between_words(text: str, shown: str) -> None:
    assert text_of(inlines(text)) == shown


# ---- fields

_LINE = [
    *"aB1 .,:;!?()*`[]_~#=|>-+/\"'&<@{}^%",
    *("é", "数", "🔴", "\xa0", "word ", "10:42", "18 %", "**", "~~", "**bold**", "*it*", "`code`", "`a.b: c`", "www."),
    *("[the runbook](https://r.example/1?a=b#c_d)", "](", "https://r.example", "![", "1. ", "--", ": ", "**a: ", "  "),
]
_line = st.lists(st.sampled_from(_LINE), max_size=10).map("".join)


@given(_line)
@example("`a` *b* **c:** [d](https://e.example/f_(g))")
def test_a_line_is_read_as_the_parser_reads_it(text: str) -> None:
    short = blocks(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser_module, "read_line", lambda _: None)
        assert blocks(text) == short


@pytest.mark.parametrize(
    "text",
    [
        "**Cause:** a `pool` of *ten*.",
        "See [the runbook](https://r.example/1).",
        "`a`",
        "At 10:42, a = b, c | d; e > f #7",
    ],
)
def test_most_lines_need_no_parser(text: str) -> None:
    assert read_line(text)


@pytest.mark.parametrize("text", [None, "", " ", "\n \n", "\t", "\x1b[31m", "\x00", "#", ">", "> >", "` `", "&#10;"])
def test_nothing_makes_no_blocks(text: str | None) -> None:
    assert blocks(text) == ()


@pytest.mark.parametrize("text", ["word", "Two words, 18 %.", "it's 10:42: (x)", "a - b", "a+b", "3.x 4", "naïve 数据"])
def test_plain_text_is_one_paragraph(text: str) -> None:
    assert blocks(text) == (Paragraph((Text(text),)),)
    assert blocks(f"  {text}  ") == blocks(text)


_PLAIN = [*"a-+.:/!'\"(){}$%^,; ", "word", "--", "1.", "2)", "  ", "www", "http", "x@y.zz"]
_plain = st.lists(st.sampled_from(_PLAIN), max_size=8).map("".join)


@given(_plain.filter(str.strip))
def test_the_short_way_for_plain_text_says_what_the_long_one_does(text: str) -> None:
    short = blocks(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parser_module, "_MARKUP", re.compile(""))
        assert blocks(text) == short


def test_one_parser_reads_one_field_after_the_other() -> None:
    first = blocks("[a] and [b](c.md)\n\n[a]: https://e.x")
    assert outline(blocks("[a]")) == ["p [a]"]
    assert outline(blocks("x")) == ["p x"]
    assert blocks("[a] and [b](c.md)\n\n[a]: https://e.x") == first


def test_a_parser_goes_on_after_a_field_that_is_beyond_a_limit() -> None:
    with pytest.raises(LimitError):
        blocks("[x](y.md)\n\n" + "- " * 200 + "z")
    assert outline(blocks("**a**")) == ["p <b>a</b>"]
    assert len(blocks("**a**")) == 1  # and no remark on the links of the other


# ---- headings


def levels(text: str, level: int = LEVEL) -> list[int]:
    return [block.level for block in walk(blocks(text, level)) if isinstance(block, Heading)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("# a\n## b\n### c\n# d", [3, 4, 5, 3]),
        ("### a\n### b\n##### c", [3, 3, 4]),  # in the order of their own levels
        ("##### a\n# b\n##### c", [3, 3, 4]),  # none is skipped
        ("# a\n###### b\n### c\n###### d", [3, 4, 4, 5]),
        ("a\n===\nb\n---", [3, 4]),
        ("# 1\n## 2\n### 3\n#### 4\n##### 5\n###### 6", [3, 4, 5, 6, 6, 6]),
        ("- # a\n\n  ### b\n- ## c", [3, 4, 4]),
        ("> ## a\n> # b\n\n# c\n\n> ## d", [3, 3, 3, 4]),
        ("#\n\n## a", [3]),
        ("no heading", []),
    ],
)
def test_headings_lie_below_their_section_in_order_and_skip_none(text: str, expected: list[int]) -> None:
    assert levels(text) == expected


def test_headings_of_a_section_inside_a_section_lie_below_it() -> None:
    assert levels("# a\n## b\n### c\n#### d", 3) == [4, 5, 6, 6]


_hashes = st.lists(st.sampled_from(["# a", "## b", "### c", "###### d", "- # e", "> ## f", "text", "#", "- - #### g"]))


@given(_hashes.map("\n\n".join), st.sampled_from([2, 3]))
def test_no_heading_is_above_its_section_or_more_than_one_below_the_one_before(text: str, level: int) -> None:
    found = [level, *levels(text, level)]
    assert all(level < heading <= 6 for heading in found[1:])
    assert all(after <= before + 1 for before, after in pairwise(found))


# ---- addresses


@pytest.mark.parametrize(
    "target",
    [
        "https://e.x",
        "http://e.x/a?b=c#d",
        "HTTPS://E.X",
        "mailto:a@b.cz",
        " https://e.x ",
        "https://e.x/\N{LATIN SMALL LETTER E WITH ACUTE}",
    ],
)
def test_addresses_that_a_reader_may_follow(target: str) -> None:
    assert is_address(target)
    assert link(target, (Text("a"),)) == (Link(target.strip(), (Text("a"),)),)


UNSAFE = [
    *(
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\tscript:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "file:///etc",
    ),
    *(
        "ftp://e.x",
        "//e.x",
        "/etc/passwd",
        "../up",
        "a.md",
        "#top",
        "",
        "https:",
        "https://",
        "http:e.x",
        "mailto:",
        "tel:1",
    ),
    *(
        "https://e.x/a b",
        "https://e.x/a\nb",
        "\x01javascript:alert(1)",
        " javascript:x",
        "https://e.x/\u202ea",
        "about:blank",
    ),
]


@pytest.mark.parametrize("target", UNSAFE)
def test_other_targets_are_told_as_text(target: str) -> None:
    assert not is_address(target)
    found = link(target, (Text("a"),))
    assert not any(isinstance(inline, Link) for inline in found)
    assert text_of(found) == (f"a ({target.strip()})" if target.strip() else "a")


@pytest.mark.parametrize(
    "target",
    [
        *UNSAFE,
        "&#106;avascript:x",
        "java&#115;cript:x",
        "javascript&colon;x",
        "&#x6a;avascript:x",
        "\\javascript:x",
        "javascript%3Ax",
    ],
)
def test_no_field_holds_a_link_to_anything_else(target: str) -> None:
    for text in (
        f"[a]({target})",
        f"[a](<{target}>)",
        f"<{target}>",
        f"[a]\n\n[a]: {target}",
        f"![a]({target})",
        target,
    ):
        found = [inline for block in walk(blocks(text)) for run in inlines_of(block) for inline in leaves(run)]
        assert all(is_address(inline.target) for inline in found if isinstance(inline, Link)), text


def test_targets_that_are_no_addresses_are_told_once_below_the_field() -> None:
    words, note = blocks("See [the runbook](docs/run.md), [above](#top) and [b](javascript:x).")
    assert outline((words,)) == ["p See the runbook, above and b."]
    assert isinstance(note, Paragraph)
    assert note.role == "note"
    assert text_of(note.inlines) == (
        "Not shown as links (unsupported URLs): the runbook (docs/run.md), above (#top), b (javascript:x)"
    )


def test_a_target_that_its_words_tell_already_is_not_told_again() -> None:
    assert outline(blocks("[docs/run.md](docs/run.md)")) == ["p docs/run.md"]
    assert len(blocks("[docs/run.md](docs/run.md)")) == 1


def test_titles_are_told() -> None:
    assert text_of(inlines('[a](https://e.x "The  runbook") ![b](c.png "d")')) == "a (The runbook) b (d)"


def test_the_title_of_a_picture_alone_is_its_caption() -> None:
    (figure,) = blocks('![b](c.png "The  errors by *minute*")')
    assert isinstance(figure, nodes.Figure)
    assert outline(figure.caption) == ["p The errors by *minute*"]
    assert outline(blocks('![b](c.png "d") e')) == ["p <img c.png b> (d) e"]


def test_a_link_holds_no_link() -> None:
    assert link("https://e.x", (Text("a "), *with_links("https://f.x"), nodes.Strong(with_links("www.g.x")))) == (
        Link("https://e.x", (Text("a "), Text("https://f.x"), nodes.Strong((Text("www.g.x"),)))),
    )


def test_a_link_without_words_shows_its_address() -> None:
    assert link("https://e.x", ()) == (Link("https://e.x", (Text("https://e.x"),)),)


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("see https://e.x/a.", ["https://e.x/a"]),
        ("(https://e.x/a(b)) https://e.x/c)", ["https://e.x/a(b)", "https://e.x/c"]),
        ("https://e.x/a,b;c'd\"e!?", ["https://e.x/a,b;c'd\"e"]),
        ("www.e.x/a HTTP://E.X", ["www.e.x/a", "HTTP://E.X"]),
        ("https://e.x)))", ["https://e.x"]),
        ("ahttps://e.x /www.e.x https:// www. www.. http://) xwww.e", []),
        ("https://e.x/\u202eabc\u202c", ["https://e.x/"]),
        ("https://[::1]/a", ["https://[::1]/a"]),
    ],
)
def test_bare_addresses_end_before_the_punctuation_of_their_sentence(text: str, addresses: list[str]) -> None:
    found = with_links(text)
    assert text_of(found) == text
    assert [text_of(inline.children) for inline in found if isinstance(inline, Link)] == addresses


# ---- pictures, tables, tasks


def test_pictures_are_asked_for_by_source_and_words() -> None:
    asked: list[tuple[str, str, str]] = []

    def remember(source: str, alt: str, path: str) -> nodes.Inline:
        asked.append((source, alt, path))
        return Text("shown")

    reader = Parser(remember, labels_for("en"))
    reader.blocks(
        '![Errors  per &lt;minute&gt;](graphs/a%20b.png "T")\n\n| ![x][r] |\n|---|\n\n[r]: <y.png>', LEVEL, "summary"
    )
    assert asked == [("graphs/a%20b.png", "Errors per <minute>", "summary"), ("y.png", "x", "summary")]


def test_a_picture_alone_is_a_figure_and_beside_words_an_inline() -> None:
    image = picture("b.png", "a")
    assert blocks("![a](b.png)") == blocks(" ![a](b.png)  ") == (nodes.Figure(image),)  # type: ignore[arg-type]
    assert inlines("![a](b.png) c") == (image, Text(" c"))


def test_a_table_of_an_author_says_what_it_is() -> None:
    (table,) = blocks("| a |\n|---|\n| b |")
    assert isinstance(table, nodes.Table)
    assert (table.role, table.description) == ("text", labels_for("en").descriptions["text"])


@given(
    st.lists(st.lists(st.sampled_from(["a", "", "`|`", "\\|", "b c"]), max_size=5), min_size=1, max_size=4),
    st.integers(1, 3),
)
def test_every_row_has_as_many_cells_as_the_table_has_columns(rows: list[list[str]], width: int) -> None:
    head = ["|" + "h|" * width, "|" + "-|" * width]
    (table,) = blocks("\n".join([*head, *(f"|{'|'.join(row)}|" for row in rows)]))
    assert isinstance(table, nodes.Table)
    assert len(table.columns) == width
    assert {len(row.cells) for group in table.groups for row in group.rows} <= {width}


def test_a_box_is_no_text_of_its_task() -> None:
    (tasks,) = blocks("- [ ] a **b**\n- [x] c")
    assert isinstance(tasks, nodes.List)
    assert [item.checked for item in tasks.items] == [False, True]
    assert outline(tasks.items[0].blocks) == ["p a <b>b</b>"]


# ---- bounds


def nested(depth: int) -> str:
    return "\n".join("  " * level + f"- level {level}" for level in range(depth))


def test_sixty_lists_inside_each_other_come_through() -> None:
    found = list(texts(blocks(nested(60))))
    assert found == [f"level {level}" for level in range(60)]


def test_sixty_quotes_inside_each_other_come_through() -> None:
    (line,) = outline(blocks("> " * 60 + "a"))[-1:]
    assert line == "  " * 60 + "p a"


def test_text_may_lie_as_deep_as_its_limit_and_no_deeper() -> None:
    reader = Parser(picture, labels_for("en"), Limits(markdown_depth=5))
    for text in (nested(5), "> " * 5 + "a", "> - " * 2 + "> a", "- " * 5 + "a"):
        assert "a" in "".join(texts(reader.blocks(text, LEVEL))) or "level 4" in set(texts(reader.blocks(text, LEVEL)))
    for text in (nested(6), "> " * 6 + "a", "> - " * 3 + "a", "- " * 6 + "a", "1. " * 6 + "a"):
        with pytest.raises(LimitError) as error:
            reader.blocks(text, LEVEL)
        assert error.value.name == "markdown_depth"


@pytest.mark.parametrize("count", [100, 700])
@pytest.mark.parametrize(("opening", "closing"), [("*a ", " b*"), ("**a ", " b**"), ("*a **b ", " c** d*")])
def test_marks_inside_each_other_are_no_crash(opening: str, closing: str, count: int) -> None:
    with pytest.raises(LimitError) as error:
        blocks(opening * count + closing * count)
    assert error.value.name in ("markdown_depth", "markdown_marks")


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "[" * 6000,
        "![" * 4000,
        "*" * 6000 + "a",
        "`" * 5 + "` " * 4000,
        "<" * 6000,
        "\\*" * 4000,
        "_a " * 4000,
        "&" * 4000,
    ],
    ids=lambda text: f"{text[:3]} {len(text)}",
)
def test_marks_beyond_their_limit_are_an_error(text: str) -> None:
    with pytest.raises(LimitError) as error:
        blocks(text)
    assert error.value.name == "markdown_marks"
    assert blocks("\n\n".join(["**a** " * 500] * 6))  # between empty lines they are counted anew


# ---- character references


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a&#27;[31mb", "a[31mb"),
        ("&#27;word", "word"),
        ("a&#1;b&#x7f;c&#0;", "abc\N{REPLACEMENT CHARACTER}"),
        ("&#8238;a", "\u202ea\u202c"),
        ("&#xE000; &#xD800; &#x110000;", "\N{REPLACEMENT CHARACTER} " * 2 + "\N{REPLACEMENT CHARACTER}"),
        ("a&#10;&#10;b &#9;c", "a b c"),
        ("&lt;script&gt;", "<script>"),
        ("&amp;lt;", "&lt;"),
    ],
)
def test_a_character_that_is_written_as_a_reference_is_cleaned_like_any_other(text: str, read: str) -> None:
    assert text_of(inlines(text)) == read


def test_what_is_read_from_an_attribute_is_cleaned_too() -> None:
    image = inlines('![a&#27;&#8238;b](c&#1;d.png "e&#2;f") g')[0]
    assert isinstance(image, nodes.Image)
    assert (image.alt, image.source) == ("a\u202eb\u202c", "cd.png")


# ---- whatever is written

_any = st.lists(
    st.sampled_from([*MARKUP, *CONTROLS, "Term\n: x", "*[A]: B", "!!! note", "[^1]: "])
    | st.characters()
    | st.text(max_size=5),
    max_size=40,
).map("".join)


@examples(4)
@given(_any)
@example("[10:42]: restarted")
@example("- [a]: b\n  [a]: c")
@example("> a > b\nc > d")
@example("| a |\n|---|\n| b | c |")
@example("&#27;word")
def test_no_word_is_lost_and_nothing_is_raised(text: str) -> None:
    cleaned = clean(text)
    found = "".join("".join(texts(blocks(text))).split())
    assert {word for word in words_of(cleaned) if word not in found} == set()


@examples(4)
@given(_any)
def test_the_tree_is_sound_whatever_is_written(text: str) -> None:
    last = LEVEL
    for block in walk(blocks(text)):
        for inline in (inline for run in inlines_of(block) for inline in leaves(run)):
            match inline:
                case nodes.Text(words) | nodes.Code(words):
                    assert words
                    assert words == clean(words)
                    assert not re.search(r"[\n\t]", words)
                case nodes.Link(target, children):
                    assert is_address(target)
                    assert children
                    assert not any(isinstance(inside, Link) for inside in leaves(children))
                case _:
                    pass
        match block:
            case Heading(level, _):
                assert LEVEL < level <= min(last + 1, 6)
                last = level
            case Paragraph(run):
                assert run
            case nodes.CodeBlock(code):
                assert code == clean(code)
            case nodes.Table():
                cells = {len(row.cells) for group in block.groups for row in group.rows}
                assert cells <= {len(block.columns)}
            case nodes.Quote(inside):
                assert inside
            case _:
                pass


@given(_any)
def test_letters_and_digits_come_in_the_order_in_which_they_were_written(text: str) -> None:
    """Of plain words between any marks nothing moves, but for pictures, notes and the targets of links."""
    text = "".join(char for char in text if unicodedata.category(char)[0] != "C")
    if re.search(r"[\[\]&!<|~`]|\d[.)]|://|www", text):
        return
    found = "".join(WORD.findall("".join(texts(blocks(text)))))
    assert found == "".join(WORD.findall(text))
