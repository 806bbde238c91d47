"""The HTML renderer, by the parsed structure of its pages."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import b64decode
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest
from lxml import html
from trees import (
    ACTIONS,
    HOSTILE,
    METADATA,
    PICTURE,
    TIMELINE,
    arabic,
    bullets,
    document,
    hostile,
    minimal,
    nested,
    p,
    png,
    quoted,
    section,
    table,
    text,
    whole,
)

from pmexport.document.nodes import (
    Block,
    Code,
    CodeBlock,
    Column,
    Document,
    Figure,
    Heading,
    Image,
    Item,
    Label,
    LabelRole,
    Link,
    List,
    Mark,
    Row,
    RowGroup,
    Strong,
    Table,
    Text,
    sections_of,
)
from pmexport.errors import RenderError, ThemeError
from pmexport.renderers import html_writer
from pmexport.renderers.html import HtmlRenderer
from pmexport.renderers.html_writer import template_name
from pmexport.renderers.registry import find_renderer
from pmexport.report.vocabulary import Tone
from pmexport.theming import themes
from pmexport.theming.themes import Theme

SUPPORT = Path(__file__).parents[1] / "support"


def render(tree: Document, theme: Theme | None = None) -> html.HtmlElement:
    page = HtmlRenderer().render(tree, theme or themes.default_theme(), []).decode()
    return html.document_fromstring(page)


def body(*blocks: Block) -> html.HtmlElement:
    """Return the one section of a page with these blocks."""
    return one(render(document(section("summary", *blocks))), "//section")


def one(element: html.HtmlElement, path: str) -> html.HtmlElement:
    found = element.xpath(path)
    assert len(found) == 1, f"{path}: {len(found)}"
    return found[0]


def words(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().split())


def own_theme(tmp_path: Path, **files: str) -> Theme:
    """Return a theme with these files; `__` in a name stands for a slash, `_` before a suffix for a dot."""
    folder = tmp_path / "mine"
    for name, content in {"theme_toml": 'summary = "Mine"', **files}.items():
        path = folder / re.sub(r"_(html_j2|css|toml)$", r".\1", name).replace("_j2", ".j2").replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    return themes.find_theme(folder)


# ---- the page


def test_renderer_attributes() -> None:
    assert find_renderer("html") is HtmlRenderer
    assert (HtmlRenderer.name, HtmlRenderer.suffix, HtmlRenderer.media_type) == ("html", "html", "text/html")
    assert HtmlRenderer.summary


def test_every_block_has_a_template() -> None:
    blocks = get_args(Block)
    assert len(blocks) >= 8
    for block in blocks:
        assert themes.default_theme().find(template_name(block)), block


def test_page_head() -> None:
    page = render(whole())
    assert page.get("lang") == "en"
    assert page.get("dir") == "ltr"
    assert page.findtext("head/title") == "Checkout unavailable in the EU region"
    metas = [
        (meta.get("name") or meta.get("http-equiv"), meta.get("content")) for meta in page.xpath("//meta[@content]")
    ]
    assert ("author", "Ana Ruiz") in metas
    assert ("author", "Ivo Lang") in metas
    assert ("keywords", "database, deploy") in metas
    assert ("dcterms.created", "2026-03-19") in metas
    assert ("viewport", "width=device-width, initial-scale=1") in metas
    policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    assert ("Content-Security-Policy", policy) in metas


def test_landmark_order() -> None:
    page = render(whole())
    assert [child.tag for child in page.body] == ["a", "header", "nav", "main", "footer"]
    skip = page.body[0]
    assert words(skip) == "Skip to content"
    assert page.get_element_by_id(skip.get("href")[1:]).tag == "main"


def test_text_order() -> None:
    page = render(whole())
    head = words(one(page, "//header"))
    assert head == (
        "Checkout unavailable in the EU region "
        "P1 · 14 March 2026 · led by Ana Ruiz · Post-Mortem / Root Cause Analysis Report"
    )
    titles = [words(title) for title in page.xpath("//main//*[contains(@class, 'title')]")]
    assert titles == [part.title for part in sections_of(whole())]
    assert words(one(page, "//footer")) == "Blameless."


def test_contents_link_to_every_section() -> None:
    page = render(whole())
    links = page.xpath("//nav//a")
    assert [words(link) for link in links] == [part.title for part in sections_of(whole())]
    for link in links:
        assert page.get_element_by_id(link.get("href")[1:]).tag == "section"
    assert words(page.get_element_by_id(one(page, "//nav").get("aria-labelledby"))) == "Contents"


def test_heading_levels() -> None:
    page = render(whole())
    levels = [int(heading.tag[1]) for heading in page.xpath("//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_title_only() -> None:
    page = render(minimal())
    assert words(page.body) == "Skip to content Only a title"
    assert not page.xpath("//nav | //footer | //section | //meta[@name='author' or starts-with(@name, 'dcterms')]")


# ---- blocks and inlines


def test_inline_elements() -> None:
    found = one(render(whole()), "//section[@id='background']/p[1]")
    assert words(one(found, "strong")) == "strong"
    assert words(one(found, "em/strong")) == "and strong"
    assert words(one(found, "s")) == "struck"
    assert words(one(found, "code")) == "code()"
    link = one(found, "a")
    assert link.get("href") == "https://example.com/a?b=1&c=2"
    assert words(link) == "a link to there"
    label = one(found, "span")
    assert label.get("class").split() == ["label", "note", "critical"]
    assert len(found.xpath("br")) == 1
    assert found.text_content().endswith("Overdue 2026-03-14")


def test_image_is_embedded() -> None:
    for image in render(whole()).xpath("//img"):
        kind_of, _, data = image.get("src").partition(";base64,")
        assert kind_of == "data:image/png"
        assert b64decode(data) == png()
        assert (image.get("alt"), image.get("width"), image.get("height")) == (PICTURE.alt, "64", "24")
    assert words(one(render(whole()), "//figure[img]/figcaption")) == "The share of failed requests."


def test_nested_lists() -> None:
    found = body(bullets("first", (p("second"), bullets("third", ordered=True, start=3))))
    outer = one(found, "ul")
    assert [words(item) for item in outer.xpath("li")] == ["first", "second third"]
    inner = one(outer, "li/ol")
    assert inner.get("start") == "3"
    assert "list-item 2" in inner.get("style")
    assert not found.xpath(".//li/p"), "a lone paragraph needs no tag"


def test_item_with_several_paragraphs() -> None:
    found = body(bullets((p("one"), p("two"))))
    assert [words(paragraph) for paragraph in found.xpath(".//li/p")] == ["one", "two"]


def test_text_before_code_or_quote_is_a_paragraph() -> None:
    found = body(bullets((p("one"), CodeBlock("x")), (p("two"), quoted(1)), (p("three"), bullets("z"))))
    assert [words(paragraph) for paragraph in found.xpath("./ul/li/p")] == ["one", "two"]


def test_long_title() -> None:
    short, long = (render(replace(whole(), title=title)) for title in ("word " * 8, "word " * 30))
    assert one(short, "//h1").get("class") is None
    assert one(long, "//h1").get("class") == "long"


def test_tasks() -> None:
    found = body(List((Item((p("yes"),), checked=True), Item((p("no"),), checked=False))))
    assert [words(item) for item in found.xpath(".//li[@class='task']")] == ["✓yes", "no"]


def test_five_whys_are_numbered() -> None:
    chain = one(render(whole()), "//section[@id='five_whys']/ol[@class='whys']")
    assert [words(item) for item in chain.xpath("li/strong")] == ["Why did it fail?", "Why was it full?"]
    assert [words(item) for item in chain.xpath("li/ul/li")] == ["The pool was full.", "It is fixed."]


@pytest.mark.parametrize("code", ["\n  if x:\n\treturn\n", "", "  x  ", "\n\n", "<b>&amp;</b>"])
def test_code_keeps_lines_and_spaces(code: str) -> None:
    assert one(body(CodeBlock(code)), "pre/code").text_content() == code


def test_code_can_be_focused_and_has_a_name() -> None:
    found = body(
        CodeBlock("x", "python", "log", (Text("Pool "), Code("errors"))), CodeBlock("y", "sql"), CodeBlock("z")
    )
    first, second, third = found.xpath(".//pre")
    assert [pre.get("tabindex") for pre in (first, second, third)] == ["0", "0", "0"]
    assert [pre.get("aria-label") for pre in (first, second, third)] == ["Pool errors", "sql", None]
    assert words(one(found, "figure/figcaption")) == "Pool errors"
    assert first.get("class") == "log"


@pytest.mark.parametrize(
    ("width", "height", "kind"), [(64, 24, "wide"), (64, 64, "wide"), (64, 128, "portrait"), (64, 640, "strip")]
)
def test_shapes_of_images(width: int, height: int, kind: str) -> None:
    picture = Image(png(width, height), "image/png", width, height, "Errors")
    shown = one(body(Figure(picture)), "figure/img")
    assert (shown.get("class"), shown.get("width"), shown.get("height")) == (kind, str(width), str(height))


def test_quote_with_blocks() -> None:
    quote = one(render(whole()), "//blockquote")
    assert [child.tag for child in quote] == ["p", "ul"]


# ---- tables


def test_table_headers_have_scope() -> None:
    found = one(body(METADATA), ".//table")
    assert [words(head) for head in found.xpath("thead/tr/th[@scope='col']")] == ["Field", "Value"]
    assert [words(head) for head in found.xpath("tbody/tr/th[@scope='row']")] == ["Incident ID", "Severity"]
    assert [words(cell) for cell in found.xpath("tbody/tr/td")] == ["INC-2026-0142", "P1"]
    assert found.get("aria-label") == "The incident in brief"


def test_groups_are_table_bodies_with_headers() -> None:
    found = one(body(TIMELINE), ".//table")
    assert len(found.xpath("tbody")) == 2
    heads = found.xpath("tbody/tr[1]/th[@scope='rowgroup' and @colspan='2']")
    assert [words(head) for head in heads] == ["Saturday, 14 March 2026", "Sunday, 15 March 2026"]
    assert [words(row) for row in found.xpath("tbody[1]/tr[not(th)]/td[2]")] == [
        "Detection: Alert fired.",
        "Detection: Pool exhausted.",
    ]


def test_no_empty_header_cells() -> None:
    found = one(body(table(["", "B"], ["1", "2"])), ".//thead/tr")
    assert [(cell.tag, words(cell)) for cell in found] == [("td", ""), ("th", "B")]


def test_cell_alignment() -> None:
    columns = (Column(text("A")), Column(text("B"), align="center"), Column(text("C"), align="end"))
    found = body(Table(columns, (RowGroup((Row(((p("1"),), (p("2"),), (p("3"),))),)),), description="d"))
    for cells in ("thead/tr/th", "tbody/tr/td"):
        assert [cell.get("class") for cell in found.xpath(f".//{cells}")] == [None, "center", "end"]


def test_wide_table_can_be_focused() -> None:
    assert body(ACTIONS).xpath(".//div[@role='group' and @tabindex='0' and @aria-label]/table")
    assert not body(METADATA).xpath(".//div")


def test_any_block_in_a_cell() -> None:
    blocks: list[Block] = [
        bullets("a", "b"),
        CodeBlock("x"),
        quoted(1),
        table(["T"], ["u"]),
        Figure(PICTURE),
        Heading(3, text("H")),
    ]
    found = one(body(table(["What"], *([block] for block in blocks))), "table")
    tags = [cell[0].tag for cell in found.xpath("tbody/tr/td")]
    assert tags == ["ul", "pre", "blockquote", "table", "figure", "h3"]


def test_tall_rows() -> None:
    found = body(table(["A", "B"], ["short", "row"], ["tall", "word " * 400], ["tall", bullets(*"abcdefghijklmnopqr")]))
    assert [row.get("class") for row in found.xpath(".//tbody/tr")] == [None, "tall", "tall"]


# ---- text stays text


def test_hostile_text_is_escaped() -> None:
    plain, attacked = render(whole()), render(hostile())
    assert {element.tag for element in attacked.iter()} <= {element.tag for element in plain.iter()} | {"h3", "wbr"}
    attributes = {name for element in attacked.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on")}
    assert not attacked.xpath("//script | //img[not(starts-with(@src, 'data:'))]")
    assert attacked.text_content().count(HOSTILE) >= 15


def test_hostile_text_is_unchanged() -> None:
    attacked = render(hostile())
    assert one(attacked, "//h1").text_content() == HOSTILE
    assert one(attacked, "//pre/code").text_content() == HOSTILE
    assert {image.get("alt") for image in attacked.xpath("//img")} == {HOSTILE}
    assert {link.get("href") for link in attacked.xpath("//main//a")} == {f"https://example.com/{HOSTILE}"}


def test_classes_are_known() -> None:
    styles = "".join(path.read_text() for path in (themes.built_in_folder() / "default").glob("*.css"))
    roles, tones = set(get_args(LabelRole)), set(get_args(Tone))
    labels = [p(Label(HOSTILE, role, tone)) for role in sorted(roles) for tone in sorted(tones)]
    page = render(
        replace(hostile(), sections=(*hostile().sections, section("x", *labels, ACTIONS, METADATA, TIMELINE)))
    )
    classes = {name for element in page.xpath("//*[@class]") for name in element.get("class").split()}
    known = set(re.findall(r"\.([a-z]+)", styles)) | roles | tones | {"code", "log", "text", "actions"}
    assert classes <= known


def test_page_makes_no_requests() -> None:
    page = HtmlRenderer().render(whole(), themes.default_theme(), []).decode()
    tree: html.HtmlElement = html.document_fromstring(page)
    for element, attribute, link, _ in tree.iterlinks():
        assert link.startswith(("#", "data:")) or (element.tag, attribute) == ("a", "href"), link
    assert not tree.xpath("//script | //link | //iframe | //object")
    assert "url(" not in page
    assert "@import" not in page
    assert "@font-face" not in page


def test_sixty_lists_and_quotes_deep() -> None:
    found = body(nested(60), quoted(60))
    assert len(found.xpath(".//ul | .//ol")) == 60
    assert len(found.xpath(".//blockquote")) == 60
    assert words(found).endswith("level 60innermost innermost quote")


def test_too_deep_nesting_is_an_error() -> None:
    with pytest.raises(RenderError, match="nested too deeply"):
        render(document(section("summary", nested(2000))))


def test_right_to_left() -> None:
    page = render(arabic())
    assert (page.get("lang"), page.get("dir")) == ("ar", "rtl")
    turned = [words(element) for element in page.xpath("//main//*[@dir='ltr']")]
    assert turned == ["2026-03-14 14:02", "checkout-api", "x = 1", "Time", "Event", "14:02"]
    assert "14 مارس 2026" in words(page), "a date with a month's name runs with its script"
    assert not render(whole()).xpath("//body//*[@dir]")


def test_left_to_right_lines_in_right_to_left_document() -> None:
    lines = [p("All times in UTC."), p("7 min, ", Strong(text("detected")), " 14:09"), p("انطلق UTC"), p("14:02")]
    main = one(render(replace(arabic(), sections=(section("summary", *lines, title="Summary"),))), "//main")
    assert [words(span) for span in main.xpath(".//h2/span | .//p/span")] == [
        "Summary",
        "All times in UTC.",
        "7 min, detected 14:09",
    ]
    assert {span.get("dir") for span in main.xpath(".//span")} == {"ltr"}


def test_left_to_right_titles_in_right_to_left_contents() -> None:
    sections = tuple(section(name, p("x"), title=f"5 {name}") for name in ("summary", "timeline", "impact", "lessons"))
    page = render(replace(arabic(), sections=sections))
    assert [words(span) for span in page.xpath("//nav//a/span[@dir='ltr']")] == [part.title for part in sections]


# ---- the theme


def style_of(theme: Theme) -> str:
    return str(one(render(minimal(), theme), "//style").text)


def test_tokens_become_custom_properties() -> None:
    tokens = themes.default_theme().tokens
    style = style_of(themes.default_theme())
    light, dark = style.split("@media screen and (prefers-color-scheme: dark)", 1)
    assert f"--color-accent: {tokens.colors.accent};" in light
    assert f"--tone-good-wash: {tokens.tones.good.wash};" in light
    assert '--font-text: "IBM Plex Sans", ' in light
    assert "sans-serif;" in light
    assert f"--color-accent: {tokens.dark.colors.accent};" in dark


def test_used_custom_properties_are_set() -> None:
    style = style_of(themes.default_theme())
    own = {"--width", "--narrow", "--at", "--length", "--height", "--rank", "--digits"}  # set by tables, bands and code
    assert set(re.findall(r"var\((--[a-z-]+)\)", style)) - own <= set(re.findall(r"(--[a-z-]+):", style))


def test_style_sheets_are_combined(tmp_path: Path) -> None:
    style = style_of(own_theme(tmp_path, style_css="h1 { color: teal }"))
    assert style.index("h1 { color: teal }") > style.index("h1 { font-size: 2.6rem;")


def test_a_style_sheet_cannot_leave_its_element(tmp_path: Path) -> None:
    page = render(minimal(), own_theme(tmp_path, style_css="</style><script>alert(1)</script>"))
    assert not page.xpath("//script")


def test_templates_replace_inherited_ones(tmp_path: Path) -> None:
    theme = own_theme(
        tmp_path,
        blocks__paragraph_html_j2='<p class="own">{{ text }}</p>',
        sections__summary_html_j2="<section id='{{ section.id }}'><h2>· {{ title }} ·</h2>{{ blocks }}</section>",
    )
    page = render(document(section("summary", p("a"), title="A & B"), section("lessons", p("b"))), theme)
    assert [words(title) for title in page.xpath("//h2")] == ["· A & B ·", "Lessons"]
    assert [words(paragraph) for paragraph in page.xpath("//p[@class='own']")] == ["a", "b", "Blameless."]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("template", "line", "message"),
    [
        ("<p>\n{{ block.nothing }}</p>", 2, "no attribute 'nothing'"),
        ("<p>\n\n{{ nothing }}</p>", 3, "'nothing' is undefined"),
        ("<p>{% if %}</p>", 1, "Expected an expression"),
        ("{{ text.__class__.__mro__ }}", 1, "unsafe"),
        ("\n{{ block.inlines.__len__() }}", 2, "unsafe"),
        ("{% set x = [] %}{{ x.append(1) }}", 1, "unsafe"),
        ("{{ 1 / 0 }}", 1, "division by zero"),
        ('{% include "../theme.toml" %}', 1, "theme.toml"),
        ('{% include "/etc/passwd" %}', 1, "etc/passwd"),
        ('{% include "nothing.html.j2" %}', 1, "nothing.html.j2"),
        ("{% for a in range(10**6) %}{% endfor %}", 1, "Range too big"),
        ("{% for a in range(10**9) %}{% endfor %}", 1, "a number, or a text that is repeated, is larger"),
        ("\n{% for a in range(9**5) %}{% for b in range(9**5) %}{% endfor %}{% endfor %}", 2, "templates loop"),
        ("{% macro a(n) %}{% for b in '12' %}{{ a(n - 1) if n }}{% endfor %}{% endmacro %}{{ a(99) }}", 1, "loop"),
        ("{% macro a() %}{{ a() }}{% endmacro %}\n{{ a() }}", 1, "calls or includes itself without end"),
        ('{% include "blocks/paragraph.html.j2" %}', 1, "calls or includes itself without end"),
        ("{{ lipsum(n=10**6) }}", 1, "'lipsum' is undefined"),
    ],
)
def test_template_error_has_file_and_line(tmp_path: Path, template: str, line: int, message: str) -> None:
    theme = own_theme(tmp_path, blocks__paragraph_html_j2=template)
    with pytest.raises(ThemeError) as error:
        render(document(section("summary", p("x"))), theme)
    assert f"paragraph.html.j2:{line}: " in str(error.value)
    assert message in str(error.value)


def test_loops_have_all_that_jinja_gives_them(tmp_path: Path) -> None:
    template = (
        "{% for a in [1, 2, 3] if a > 1 %}{{ loop.index }}/{{ loop.length }}{{ ';' if not loop.last }}{% endfor %}"
        "{% for a in [] %}{% else %} none{% endfor %}"
        "{% for a in [[1], [2]] recursive %} {{ a if a is number else loop(a) }}{% endfor %}"
        "{% for a, b in {'k': 1}.items() %} {{ a }}{{ b }}{% endfor %}"
    )
    theme = own_theme(tmp_path, blocks__paragraph_html_j2=f'<p class="{template}">{{{{ text }}}}</p>')
    (paragraph, *_) = render(document(section("summary", p("x"))), theme).xpath("//main//p")
    assert paragraph.get("class").split() == ["1/2;2/2", "none", "1", "2", "k1"]


def test_file_that_is_not_utf_8(tmp_path: Path) -> None:
    theme = own_theme(tmp_path, style_css="")
    (theme.folders[0] / "style.css").write_bytes(b"\xff\xfe")
    with pytest.raises(ThemeError, match=r"style\.css: .*utf-8"):
        render(minimal(), theme)


def logo_theme(tmp_path: Path, data: bytes, tokens: str) -> Theme:
    folder = own_theme(tmp_path).folders[0]
    (folder / "logo.png").write_bytes(data)
    (folder / "theme.toml").write_text(f'summary = "Mine"\n{tokens}', "utf-8")
    return themes.find_theme(folder)


def test_logo_is_embedded(tmp_path: Path) -> None:
    page = render(minimal(), logo_theme(tmp_path, png(), 'logo = "logo.png"\nlogo_alt = "Example Ltd"'))
    image = one(page, "//header/img")
    assert image.get("alt") == "Example Ltd"
    assert b64decode(image.get("src").partition(",")[2]) == png()


@pytest.mark.parametrize(
    ("data", "tokens", "message"),
    [
        (png(), 'logo = "logo.png"', "logo_alt"),
        (png(), 'logo = "none.png"\nlogo_alt = "x"', "logo file 'none.png' is missing"),
        (png(), 'logo = "../mine/../secret.png"\nlogo_alt = "x"', "is missing"),
        (b"<svg>", 'logo = "logo.png"\nlogo_alt = "x"', "not a valid PNG or JPEG file"),
    ],
)
def test_invalid_logo_is_an_error(tmp_path: Path, data: bytes, tokens: str, message: str) -> None:
    (tmp_path / "secret.png").write_bytes(png())
    with pytest.raises(ThemeError, match=message):
        render(minimal(), logo_theme(tmp_path, data, tokens))


# ---- the same bytes


def places(tmp_path: Path) -> Iterator[tuple[dict[str, str], Path]]:
    for seed, zone, name in [("1", "Asia/Tokyo", "a"), ("2", "America/Lima", "b")]:
        folder = tmp_path / name
        folder.mkdir()
        yield {"PYTHONHASHSEED": seed, "TZ": zone}, folder


@pytest.mark.slow
@pytest.mark.parametrize("format_name", ["html", "pdf"])
def test_bytes_are_reproducible(tmp_path: Path, format_name: str) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(SUPPORT)!r})\n"
        "import trees\nfrom pmexport.renderers import registry\nfrom pmexport.theming import themes\n"
        f"data = registry.make_renderer({format_name!r}).render(trees.whole(), themes.default_theme(), [])\n"
        "sys.stdout.buffer.write(data)"
    )
    first, second = (
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, **env}, cwd=folder, capture_output=True, check=True
        ).stdout
        for env, folder in places(tmp_path)
    )
    assert len(first) > 10_000
    assert first == second


@pytest.mark.parametrize(
    ("after", "closed"),
    [
        *((text, True) for text in (".", ", and", "; x", ")", "\N{RIGHT DOUBLE QUOTATION MARK}", "。")),
        *((text, False) for text in (" ", "s", "(1)", "/x", "", " .")),
    ],
)
def test_code_has_no_gap_before_punctuation(after: str, closed: bool) -> None:
    for code in (Code("api"), Strong((Code("api"),)), Link("https://example.com", (Code("api"),))):
        (found,) = render(document(section("summary", p("a ", code, after)))).findall(".//main//code")
        assert ("closed" in found.get("class", "").split()) == closed


@pytest.mark.parametrize(("before", "opened"), [("(", True), ('a "', True), ("", False), ("a ", False), ("x-", False)])
def test_code_has_no_gap_after_a_bracket(before: str, *, opened: bool) -> None:
    for code in (Code("api"), Strong((Code("api"),))):
        (found,) = render(document(section("summary", p(before, code, " b")))).findall(".//main//code")
        assert ("opened" in found.get("class", "").split()) == opened


def test_ticks_that_touch_are_one() -> None:
    marks = (
        Mark(0.1, 0.1),
        Mark(0.1025, 0.1025),
        Mark(0.105, 0.105),
        Mark(0.2, 0.2),
        Mark(0.3, 0.4),
        Mark(0.5, 0.5, "7"),
    )
    joined = [(mark.start, mark.end, kind) for mark, kind in html_writer._join_ticks(marks)]
    assert joined == [(0.1, 0.105, "tick"), (0.2, 0.2, "tick"), (0.3, 0.4, "period"), (0.5, 0.5, "number")]
