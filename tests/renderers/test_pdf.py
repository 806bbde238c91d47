"""The PDF renderer, by the outline, the text, the properties, the structure and the geometry of its files."""

from __future__ import annotations

import gc
import logging
import os
import re
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, get_args

import pytest
from boxes import sheets_of
from parity import read_pdf, squashed
from pdfminer.high_level import extract_pages
from pdfminer.layout import LTFigure, LTRect
from pdfs import MM, catalog, characters, elements, fonts_of, kids, outline, pages, read, render
from pypdf import PdfReader
from trees import (
    ACTIONS,
    EVERY_BLOCK,
    arabic,
    bullets,
    document,
    minimal,
    nested,
    p,
    png,
    quoted,
    section,
    table,
    text,
    timeline,
    whole,
)

from pmexport.document.nodes import (
    AxisView,
    Block,
    Code,
    CodeBlock,
    Details,
    Direction,
    Document,
    Excerpt,
    Figure,
    Flag,
    Heading,
    Image,
    ImpactBand,
    Item,
    Label,
    Link,
    List,
    Ordinal,
    Paragraph,
    Properties,
    Quote,
    Stretch,
    Strong,
    Text,
    Time,
    Words,
    sections_of,
)
from pmexport.errors import RenderError, ThemeError
from pmexport.renderers.pdf import PdfRenderer
from pmexport.renderers.registry import find_renderer
from pmexport.renderers.shared.paper import to_points
from pmexport.theming import themes
from pmexport.theming.themes import Theme

pytestmark = pytest.mark.slow

MARGIN = 20 * MM
SUPPORT = Path(__file__).parents[1] / "support"


# ---- what the file says of itself


def test_renderer_attributes() -> None:
    assert find_renderer("pdf") is PdfRenderer
    assert (PdfRenderer.name, PdfRenderer.suffix, PdfRenderer.media_type) == ("pdf", "pdf", "application/pdf")
    assert PdfRenderer.summary


def test_metadata() -> None:
    about: Any = read(whole()).metadata
    assert about.title == "Checkout unavailable in the EU region"
    assert about.author == "Ana Ruiz, Ivo Lang"
    assert about.subject == "Post-Mortem / Root Cause Analysis Report"
    assert about["/Keywords"] == "database, deploy"
    assert about["/CreationDate"] == about["/ModDate"] == "D:20260319"


def test_no_date_without_a_date() -> None:
    data = render(minimal())
    about: Any = PdfReader(BytesIO(data)).metadata
    assert about.title == "Only a title"
    assert not {"/CreationDate", "/ModDate", "/Author", "/Subject", "/Keywords"} & set(about)
    assert b"/ID" not in data[-400:]


def test_is_tagged() -> None:
    root = catalog(read(whole()))
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert 'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data().decode()


def test_outline_lists_sections() -> None:
    tree = whole()
    expected = [(0, tree.title), *((part.level - 1, part.title) for part in sections_of(tree))]
    assert list(outline(read(tree).outline)) == expected


# ---- the page


@pytest.mark.parametrize(("size", "width", "height"), [("A4", 595.28, 841.89), ("Letter", 612, 792)])
def test_paper_size(size: str, width: float, height: float) -> None:
    tokens = themes.default_theme().tokens
    sheet = tokens.page.model_copy(update={"size": size, "margin_left": "60mm"})
    theme = replace(themes.default_theme(), tokens=tokens.model_copy(update={"page": sheet}))
    data = render(whole(), theme)
    for page in PdfReader(BytesIO(data)).pages:
        assert (float(page.mediabox.width), float(page.mediabox.height)) == pytest.approx((width, height), abs=0.1)
    assert min(char.x0 for _, char in characters(data)) == pytest.approx(60 * MM, abs=1)


def test_page_numbers() -> None:
    found = pages(read(document(section("summary", *[p(f"Paragraph {number}") for number in range(120)]))))
    assert len(found) == 4
    for number, page in enumerate(found, start=1):
        assert f"Page {number} of 4" in page
        assert "TLP:GREEN · Revision 3 · Final" in page
        assert page.count("INC-2026-0142") == (number > 1), "in the metadata, which this has none of, then in each head"
        assert page.count("Checkout unavailable in the EU region") == 1


def test_headers_and_footers_are_text() -> None:
    words = Words("Contents", 'Seite "{page}" \\ </style> von {pages}}', "Skip")
    hostile = '"; } * { display: none } \\A </style> url(http://127.0.0.1:9/)'
    tree = document(section("summary", p("Seen.")), words=words, running=(hostile,))
    page = pages(read(tree))[0]
    assert 'Seite "1" \\ </style> von 1}' in page
    assert hostile in page
    assert "Seen." in page


def test_text_order() -> None:
    shown = squashed(read_pdf(render(document(section("summary", *EVERY_BLOCK)))))
    position = 0
    for leaf in ("plain,", "andstrong", "struck", "code()", "alinktothere", "Overdue", "2026-03-14", "AlltimesinUTC."):
        position = shown.index(leaf, position)
    for leaf in ("Insideafield", "nested", "paragraphs", "Poolerrors", "ifx<3&y:return", "plainlog", "quoted", "Left"):
        position = shown.index(leaf, position)
    assert shown.index("Theshareoffailedrequests.", position) < shown.index("Blameless.")


def test_title_only() -> None:
    assert pages(read(minimal())) == ["Page 1 of 1 Only a title"] or "Only a title" in pages(read(minimal()))[0]


def test_only_theme_fonts_are_embedded() -> None:
    bold = Strong((Code("both"), Text("!")))
    tree = document(section("summary", *EVERY_BLOCK, p(bold), bullets((p("a"), bullets((p("b"), bullets("c")))))))
    fonts = {str(font["/BaseFont"]) for font in fonts_of(read(tree))}
    assert len(fonts) >= 5
    assert all(re.fullmatch(r"/[A-Z]{6}\+IBM-Plex-(Sans|Mono)(-[A-Za-z-]+)?", font) for font in fonts), fonts


# ---- how it is divided


def page_of(found: list[str], words: str) -> int:
    return next(number for number, page in enumerate(found) if words in page)


@pytest.mark.parametrize(
    "block",
    [
        timeline(("GROUP", [("FIRST", "event"), ("14:03", "event")])),
        p("FIRST " + "word " * 60),
        bullets("FIRST", "second"),
        CodeBlock("FIRST\n2\n3\n4", None, "log", text("CAPTION")),
    ],
    ids=["table", "paragraph", "list", "code"],
)
def test_heading_is_kept_with_next_block(block: Block) -> None:
    on_first = set()
    for lines in range(17, 35, 2):
        before = section("background", *(p(f"Line {number}") for number in range(lines)))
        found = pages(read(document(before, section("lessons", block, title="HEADING"))))
        assert page_of(found, "HEADING") == page_of(found, "FIRST")
        assert "GROUP" not in found[0] or "FIRST" in found[0]
        assert "CAPTION" not in found[0] or "FIRST" in found[0]
        on_first.add("HEADING" in found[0])
    assert on_first == {True, False}, "the range is to reach from one page to the next"


@pytest.mark.parametrize("theme", themes.theme_names())
@pytest.mark.parametrize("direction", get_args(Direction))
def test_flags_and_bar_are_at_the_same_places(direction: Direction, theme: str) -> None:
    flag = Flag(0.5, text("Mitigated"), text("14:45"), text("+47 min"), "critical", 0)
    view = AxisView((flag,), (Stretch(0, 0.5, "impact", text("47 min")), Stretch(0.5, 1, "mitigated")), (), ())
    band = ImpactBand(text("Impact"), (text("Milestone"), text("Time"), text("Since")), (view,), (), (), "The course")
    look = themes.find_theme(theme)
    data = render(document(section("summary", band), direction=direction), look)
    (page, *_) = extract_pages(BytesIO(data))
    rects = [rect for rect in page if isinstance(rect, LTRect)]
    size = to_points(look.tokens.fonts.size)
    stretches = [rect for rect in rects if rect.height == pytest.approx(1.9 * size, abs=0.2)]
    bar = {"ltr": min, "rtl": max}[direction](stretches, key=lambda rect: rect.x0)
    assert len({round(rect.x0) for rect in stretches}) == 2, "its height tells the bar's two stretches from all else"
    flags = [rect for rect in rects if rect.height == pytest.approx(2.16 * size, rel=0.03) and rect.y0 > bar.y0]
    assert flags, "a label of two lines, in smaller type, is about 2.16 times as high as text"
    starts = {"ltr": min(rect.x0 for rect in flags), "rtl": max(rect.x1 for rect in flags)}
    ends = {"ltr": bar.x1, "rtl": bar.x0}
    assert starts[direction] == pytest.approx(ends[direction], abs=0.1), "its line begins where the bar ends"
    assert {round(rect.y0 - bar.y1) for rect in flags} == {0}
    (elapsed,) = [word for word in sheets_of(data)[0].words if word.text.startswith("+47")]
    assert elapsed.area.bottom >= bar.y1, "the bar does not cover a flag's last line"


def test_footer_is_kept_with_last_line() -> None:
    found = set()
    for lines in range(21, 36, 2):
        sheets = pages(read(document(section("lessons", *(p(f"line{number}") for number in range(lines))))))
        assert re.search(r"line\d+ Blameless", sheets[-1]), sheets
        found.add(len(sheets))
    assert found == {1, 2}, "it was tried at the end of a page"


def test_note_in_table_is_smaller_than_text() -> None:
    for count in (2, 9, 18):
        titles = [f"Column {number}" for number in range(count)]
        rows = table(titles, ["W"] * count, [Paragraph(text("Q"), "note")] * count)
        data = render(document(section("lessons", rows)))
        sizes = {char.get_text(): round(char.size, 1) for _, char in characters(data) if char.get_text() in "WQ"}
        assert 6 < sizes["Q"] < sizes["W"]


def test_only_tall_rows_are_divided() -> None:
    rows = [["Row", f"START{number} {'word ' * 40} END{number}"] for number in range(30)]
    found = pages(read(document(section("summary", table(["A", "B"], *rows)))))
    assert len(found) > 1
    for number in range(30):
        assert page_of(found, f"START{number} ") == page_of(found, f"END{number}")
    tall = table(["A", "B"], ["short", "row"], ["tall", f"START {'word ' * 3000} END"])
    found = pages(read(document(section("summary", tall))))
    assert page_of(found, "START") == 0
    assert page_of(found, " END") > 0


# ---- nothing is clipped


def assert_nothing_in_margins(tree: Document) -> str:
    """Assert that no character is in a margin, except for padding, and return the text."""
    data = render(tree)
    sheets = [page.mediabox for page in PdfReader(BytesIO(data)).pages]
    found = list(characters(data))
    assert len(found) > 100
    for number, char in found:
        assert char.x0 >= MARGIN - 1
        assert char.x1 <= float(sheets[number].width) - MARGIN + 6
        assert char.y0 >= 8 * MM
        assert char.y1 <= float(sheets[number].height) - 8 * MM
    return str(squashed(read_pdf(data))).replace("\N{ZERO WIDTH SPACE}", "")


def test_very_long_words_fit() -> None:
    long = "W0rd" * 150
    cells = [p(Label(long, "state", "good")) for _ in range(6)]
    blocks: list[Block] = [
        p(long),
        Heading(3, text(long)),
        CodeBlock(long, None, "log", text(long)),
        bullets(long),
        p(Code(long)),
        p(Link(f"https://example.com/{long}", text(long))),
        table(["A"], [long]),
        table([long] * 6, cells, roles=["id", "text", "name", "label", "date", "label"], role="actions"),
        timeline((long, [(long, long)])),
    ]
    nothing = Properties(long, (long,), long, (long,), "", "", "", "")
    tree = document(
        section("summary", *blocks, title=long),
        title=long,
        facts=(text(long), text(long)),
        running=(long, long),
        properties=nothing,
    )
    assert assert_nothing_in_margins(tree).count(long) >= 20


@pytest.mark.parametrize("columns", [3, 5, 8, 12, 20, 30])
def test_wide_table_fits(columns: int) -> None:
    cells = ["alpha", "beta gamma", "a longer sentence here", "4711", "https://example.com/a/path"]
    rows = [[cells[(row + column) % 5] for column in range(columns)] for row in range(3)]
    wide = table([f"Column {number}" for number in range(columns)], *rows)
    shown = assert_nothing_in_margins(document(section("summary", wide)))
    for cell in cells:
        assert squashed(cell) in shown


def test_any_block_fits_in_a_cell() -> None:
    blocks: list[Block] = [
        nested(12),
        CodeBlock("y" * 300),
        quoted(8),
        ACTIONS,
        Figure(Image(png(2000, 40), "image/png", 2000, 40, "wide")),
    ]
    tree = document(section("summary", table(["What", "Content"], *(["x", block] for block in blocks))))
    shown = assert_nothing_in_margins(tree)
    assert "innermost" in shown
    assert "AnaRuiz" in shown


def test_sixty_lists_and_quotes_deep() -> None:
    shown = assert_nothing_in_margins(document(section("summary", nested(60), quoted(60))))
    assert "level60" in shown
    assert "innermostquote" in shown


def test_times_do_not_wrap() -> None:
    times = ["14:02 \N{EN DASH} 14:20", "2026-03-14", "23:59"]
    rows = timeline(("", [(time, "word " * 30) for time in times]))
    tree = document(section("timeline", rows))
    lines = PdfReader(BytesIO(render(tree))).pages[0].extract_text().splitlines()
    for time in times:
        assert any(line.startswith(time) for line in lines), time


def test_line_before_markup_is_filled() -> None:
    """WeasyPrint 70 ends a line after its first word where the text before markup just fits without its last space."""
    words = "Shrink the connection pools of this service and of "
    blocks = [p(f"{'i' * count} {words * 2}", Code("checkout-api-in-the-region"), " too") for count in range(1, 41)]
    lines = read(document(section("lessons", *blocks))).pages[0].extract_text().splitlines()
    firsts = [line for line in lines if line.startswith("i")]
    assert len(firsts) > 15
    assert all(len(line) > 60 for line in firsts), firsts


# ---- the structure


def long_table(rows: int) -> Document:
    entries = [(f"{number // 60:02d}:{number % 60:02d}", f"Entry {number} of many.") for number in range(rows)]
    return document(section("timeline", timeline(("Saturday", entries[: rows // 2]), ("Sunday", entries[rows // 2 :]))))


def test_table_across_pages_is_one_table() -> None:
    reader = read(long_table(150))
    found = [page for page in pages(reader) if "Entry" in page]
    assert len(found) >= 4
    assert all("Time Event" in page for page in found), "the head is repeated"
    counted = Counter(str(element["/S"]) for element in elements(reader))
    assert (counted["/Table"], counted["/THead"], counted["/TBody"]) == (1, 1, 2)
    assert counted["/TR"] == 1 + 2 + 150
    assert counted["/TD"] == 300
    assert counted["/TH"] == 4
    scopes = [element["/A"]["/Scope"] for element in elements(reader) if element["/S"] == "/TH"]
    assert scopes == ["/Column", "/Column", "/Row", "/Row"]
    summary = next(element["/A"]["/Summary"] for element in elements(reader) if element["/S"] == "/Table")
    assert summary == "What happened when"


def test_what_follows_a_list_in_an_item_is_read_after_it() -> None:
    def paragraph(words: str) -> Paragraph:
        return Paragraph((Text(words),))

    inner = List((Item((paragraph("second"),)), Item((paragraph("third"), List((Item((paragraph("fourth"),)),))))))
    item = Item((paragraph("first"), inner, paragraph("fifth"), List((Item((paragraph("sixth"),)),))))
    shown = squashed(read_pdf(render(document(section("background", List((item,)))))))
    places = [shown.index(words) for words in ("first", "second", "third", "fourth", "fifth", "sixth")]
    assert places == sorted(places)


def test_structure_has_long_table_once_and_in_order() -> None:
    shown = squashed(read_pdf(render(long_table(150))))
    assert shown.count("TimeEvent") == 1
    numbers = [int(number) for number in re.findall(r"Entry(\d+)of", shown)]
    assert numbers == list(range(150))


def test_row_across_pages_is_one_row() -> None:
    tall = table(["A", "B"], ["tall", f"START {'word ' * 3000} END"], ["after", "it"])
    reader = read(document(section("summary", tall)))
    assert len(reader.pages) > 3
    rows = [kids(element) for element in elements(reader) if element["/S"] == "/TR"]
    assert rows == [["/TH", "/TH"], ["/TD", "/TD"], ["/TD", "/TD"]]


def test_link_in_repeated_header_row() -> None:
    titles = (Link("https://example.com/head", text("Linked")),)
    wide = table(["", "B"], *([f"r{number}", "x"] for number in range(80)))
    wide = replace(wide, columns=(replace(wide.columns[0], title=titles), wide.columns[1]))
    reader = read(document(section("summary", wide)))
    assert len(reader.pages) > 2
    annotations = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert len(annotations) == sum("Linked" in words for words in pages(reader))
    assert [str(element["/S"]) for element in elements(reader)].count("/Link") == len(annotations)


def test_list_item_has_label_and_body() -> None:
    blocks = (bullets((p("one"), p("two"), CodeBlock("x"), bullets("n"))), nested(4), bullets(()))
    items = [
        kids(element) for element in elements(read(document(section("summary", *blocks)))) if element["/S"] == "/LI"
    ]
    assert len(items) >= 6
    assert all(item in (["/Lbl", "/LBody"], ["/Lbl"], ["/LBody"]) for item in items), items


def test_link_with_markup_is_one_link() -> None:
    block = p(Link("https://example.com/", (Text("a "), Strong(text("b ")), Code("c"))))
    reader = read(document(section("summary", block)))
    notes = [note.get_object() for page in reader.pages for note in page.get("/Annots", [])]
    assert [note["/A"]["/URI"] for note in notes] == ["https://example.com/"]
    assert [str(element["/S"]) for element in elements(reader)].count("/Link") == 1


def test_image_has_alternative_text() -> None:
    figures = [element for element in elements(read(whole())) if element["/S"] == "/Figure" and "/Alt" in element]
    assert [str(figure["/Alt"]) for figure in figures] == ["Errors rise at 14:02"] * 2


def test_right_to_left() -> None:
    reader = read(arabic())
    assert catalog(reader)["/Lang"] == "ar"
    page = reader.pages[0].extract_text()
    assert "2026-03-14 14:02" in page
    assert "checkout-api" in page


def test_ordered_list_start() -> None:
    shown = squashed(read_pdf(render(document(section("summary", bullets("one", "two", ordered=True, start=7))))))
    assert "7.one8.two" in shown


# ---- what it reads


def own_theme(tmp_path: Path, css: str) -> Theme:
    folder = tmp_path / "mine"
    folder.mkdir()
    (folder / "theme.toml").write_text('summary = "Mine"')
    (folder / "pdf.css").write_text(css)
    (folder / "own.png").write_bytes(png())
    (tmp_path / "secret.png").write_bytes(png())
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    return themes.find_theme(folder)


def test_theme_uses_its_own_images(tmp_path: Path) -> None:
    theme = own_theme(tmp_path, "h1::before { content: url(own.png) }")
    assert len(read(minimal(), theme).pages[0].images) == 1
    assert len(read(minimal()).pages[0].images) == 0


@pytest.mark.parametrize(
    "address",
    [
        "/etc/passwd",
        "file:///etc/passwd",
        "../secret.png",
        "link.png",
        "none.png",
        "http://127.0.0.1:9/x.png",
        "ftp://x/y.png",
    ],
)
@pytest.mark.parametrize(
    "rule",
    [
        "h1 {{ background: url({}) }}",
        "@import url({});",
        "@font-face {{ font-family: X; src: url({}) }} h1 {{ font-family: X }}",
    ],
)
def test_theme_reads_only_its_own_files(tmp_path: Path, rule: str, address: str) -> None:
    with pytest.raises(ThemeError, match="not a file of the theme 'mine'"):
        render(minimal(), own_theme(tmp_path, rule.format(address)))


def test_invalid_font_is_an_error(tmp_path: Path) -> None:
    theme = own_theme(tmp_path, "@font-face { font-family: X; src: url(x.ttf) }")
    (theme.folders[0] / "x.ttf").write_bytes(b"no font")
    with pytest.raises(RenderError, match="Font-face 'X'"):
        render(minimal(), theme)


def test_invalid_image_is_an_error() -> None:
    broken = Figure(Image(b"\x89PNG broken", "image/png", 1, 1, "broken"))
    with pytest.raises(RenderError, match="would not conform to PDF/UA-1: Failed to load image"):
        render(document(section("summary", broken)))


def test_text_is_never_fetched() -> None:
    hostile = '<img src="file:///etc/passwd"><link rel=attachment href="/etc/passwd"> url(/etc/passwd)'
    tree = document(
        section("summary", p(hostile, Code(hostile), Time(hostile)), CodeBlock(hostile), title=hostile), title=hostile
    )
    reader = read(tree)
    assert squashed(hostile) in squashed("".join(pages(reader)))
    assert "/EmbeddedFiles" not in catalog(reader).get("/Names", {})
    assert not any(page.images for page in reader.pages)


# ---- its process


def test_no_log_and_no_side_effects(caplog: pytest.LogCaptureFixture) -> None:
    loggers = [logging.getLogger(name) for name in ("weasyprint", "weasyprint.progress")]
    before = [(logger.filters[:], logger.handlers[:], logger.level, logger.propagate) for logger in loggers]
    broken = document(section("summary", Figure(Image(b"x", "image/png", 1, 1, "broken"))))
    with caplog.at_level(logging.DEBUG):
        render(minimal())
        with pytest.raises(RenderError):
            render(broken)
    assert [record for record in caplog.records if record.name.startswith("weasyprint")] == []
    assert [(logger.filters, logger.handlers, logger.level, logger.propagate) for logger in loggers] == before


@pytest.mark.parametrize("function", ["disable", "enable", "freeze", "set_threshold"])
def test_the_garbage_collector_is_its_callers(function: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gc, function, lambda *_: pytest.fail("rendering changed the garbage collector"))
    render(minimal())


def test_too_deep_nesting_is_an_error() -> None:
    with pytest.raises(RenderError, match="nested too deeply"):
        render(document(section("summary", nested(140))))


def test_missing_pango_names_packages_to_install(tmp_path: Path) -> None:
    package = tmp_path / "weasyprint"
    package.mkdir()
    (package / "__init__.py").write_text("print('noise')\nraise OSError('cannot load library libpango-1.0-0\\nmore')")
    code = (
        f"import sys; sys.path.insert(0, {str(SUPPORT)!r})\n"
        "import trees\nfrom pmexport.renderers import registry\n"
        "from pmexport.theming import themes\nfrom pmexport.errors import RenderError\n"
        "try:\n    registry.make_renderer('pdf').render(trees.minimal(), themes.default_theme(), [])\n"
        "except RenderError as error:\n    print(error, file=sys.stderr)"
    )
    env = {**os.environ, "PYTHONPATH": str(tmp_path)}
    ended = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert ended.stdout == ""
    assert "(cannot load library libpango-1.0-0)" in ended.stderr
    for manager in ("apt install", "dnf install", "apk add", "brew install", "pacman -S"):
        assert manager in ended.stderr


def test_threads_produce_the_same_bytes(tmp_path: Path) -> None:
    code = (
        f"import sys; sys.path.insert(0, {str(SUPPORT)!r})\n"
        "import trees\nfrom concurrent.futures import ThreadPoolExecutor\n"
        "from pmexport.renderers import registry\n"
        "from pmexport.theming import themes\n"
        "tree, theme = trees.minimal(), themes.default_theme()\n"
        "with ThreadPoolExecutor(4) as pool:\n"
        "    made = set(pool.map(lambda _: registry.make_renderer('pdf').render(tree, theme, []), range(8)))\n"
        "print(len(made), min(map(len, made)) > 5000)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "1 True\n"


def test_listing_needs_no_pango() -> None:
    code = (
        "import sys; from pmexport.renderers.registry import find_renderer; find_renderer('pdf');"
        "print('weasyprint' in sys.modules)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


@pytest.mark.parametrize("size", ["A4", "Letter"])
def test_two_wide_images_with_captions_are_on_a_page(size: Any) -> None:
    image = Image(png(900, 800), "image/png", 900, 800, "Errors")
    caption = p(Ordinal("Figure 1.", "figure", 1), " Requests by second, with the release and the rollback. " * 2)
    inside = section("figures", *[Figure(image, (caption,))] * 4, level=3)
    theme = themes.default_theme()
    page = theme.tokens.page.model_copy(update={"size": size})
    theme = replace(theme, tokens=theme.tokens.model_copy(update={"page": page}))
    data = render(document(section("appendix", sections=(inside,))), theme)
    found = [sum(isinstance(item, LTFigure) for item in page) for page in extract_pages(BytesIO(data))]
    assert [count for count in found if count] in ([1, 2, 1], [2, 2])


KEPT: dict[str, tuple[Block, ...]] = {
    "text": (p("FIRST " + "word " * 60),),
    "a log": (CodeBlock("FIRST\n2\n3\n4", None, "log", text("LAST")),),
    "parts of a log": (
        CodeBlock("FIRST\n2\n3", None, "log", text("LAST"), 1, 99),
        Paragraph(text("left out"), "gap"),
        CodeBlock("98\n99", None, "log", (), 98, 99),
    ),
    "a figure": (Figure(Image(png(900, 150), "image/png", 900, 150, "Errors"), (p("LAST"),)),),
    "a table": (p("FIRST"), table(["LAST", "B"], *[["a", "b"]] * 8)),
    "a quote": (Quote((p("FIRST " + "word " * 90),)),),
    "a heading": (Heading(3, text("FIRST")), p("LAST " + "word " * 90)),
    "details": (Details(text("FIRST"), (p("LAST " + "word " * 90),)),),
}
"""What follows a heading, with words that must be on its page."""
KEPT_WORDS = ("OUTER", "INNER", "FIRST", "LAST")


@pytest.mark.parametrize("name", KEPT)
def test_headings_stay_with_what_follows(name: str) -> None:
    inside = section("logs", *KEPT[name], title="INNER", level=3)
    places = []
    for lines in range(16, 32, 3):
        filled = section("background", *[p("line")] * lines)
        shown = pages(read(document(filled, section("appendix", title="OUTER", sections=(inside,)))))
        firsts = (next((n for n, page in enumerate(shown) if word in page), None) for word in KEPT_WORDS)
        places.append({first for first in firsts if first is not None})
    assert all(len(place) == 1 for place in places)
    assert set.union(*places) == {0, 1}, "it was tried at the end of a page"


def test_logs_are_small_and_show_less_than_a_screen() -> None:
    screen = (CodeBlock("all\nthe\nlines", None, "log"),)
    gap = Paragraph(text("Lines left out here: 1 of 3."), "gap")
    paper = (CodeBlock("all", None, "log", (), 1, 3), gap, CodeBlock("lines", None, "log", (), 3, 3))
    data = render(document(section("logs", Excerpt(screen, paper))))
    assert squashed("all Lines left out here: 1 of 3. lines") in squashed(read_pdf(data))
    sizes = {round(char.size, 1) for _, char in characters(data) if "Mono" in char.fontname}
    assert sizes == {6.8}
