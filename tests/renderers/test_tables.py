"""Tables: how wide their columns are, which sheet they take, and how pages divide them, in HTML and PDF."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from io import BytesIO
from typing import Any

import pytest
from boxes import Sheet, Word, margins_of, misplaced, sheets_of
from lxml import html
from parity import assert_says_the_same, read_pdf
from pypdf import PdfReader
from trees import ACTIONS, TIMELINE, arabic, bullets, document, p, section, table, text, timeline

from pmexport.document.nodes import (
    Block,
    Blocks,
    Code,
    CodeBlock,
    Document,
    Heading,
    Item,
    Label,
    Link,
    List,
    Paragraph,
    Quote,
    Table,
    Time,
)
from pmexport.renderers.html import HtmlRenderer
from pmexport.renderers.pdf import PdfRenderer
from pmexport.renderers.shared import table_layout
from pmexport.theming import themes
from pmexport.theming.themes import Theme

pytestmark = pytest.mark.slow

MARGINS = margins_of(themes.default_theme().tokens.page)
URL = "https://status.example.com/incidents/2026/03/14/checkout?region=eu-west-1&tab=updates#latest"


def pdf(tree: Document, theme: Theme | None = None) -> bytes:
    return PdfRenderer().render(tree, theme or themes.default_theme(), [])


def pages(*blocks: Block, **more: Any) -> list[Sheet]:
    """Return the pages of a document with these blocks in one section."""
    return sheets_of(pdf(document(section("lessons", *blocks, title="HEADING"), **more)))


def page(*blocks: Block) -> html.HtmlElement:
    tree = document(section("lessons", *blocks, title="HEADING"))
    found: html.HtmlElement = html.document_fromstring(HtmlRenderer().render(tree, themes.default_theme(), []).decode())
    return found


def content(sheet: Sheet) -> list[Word]:
    """Return the words inside the margins."""
    top = sheet.height - MARGINS.top
    return [word for word in sheet.words if MARGINS.bottom <= word.area.bottom and word.area.top <= top]


def where(sheets: list[Sheet], start: str) -> int:
    """Return the index of the first page with a word that starts with this text."""
    return next(n for n, sheet in enumerate(sheets) if any(word.text.startswith(start) for word in content(sheet)))


def columns(count: int, cell: str = "some words", rows: int = 3, **more: Any) -> Table:
    return table([f"Column {number}" for number in range(count)], *([cell] * count for _ in range(rows)), **more)


# ---- the width of columns


def widths(*blocks: Block) -> list[str]:
    styles = [col.get("style") for col in page(*blocks).xpath("//main//col")]
    return [re.search(r"--width: ([^;]+)", style)[1] for style in styles]  # type: ignore[index]


def ch(width: str) -> float:
    assert width.endswith("ch"), width
    return float(width[:-2])


def test_short_columns_fit_their_content() -> None:
    number = table_layout.MARGINS["timeline"] / table_layout.CH
    assert 4.5 < ch(widths(timeline(("", [("14:02", "word")])))[0]) - number < 6
    assert 10 < ch(widths(TIMELINE)[0]) - number < 13
    assert widths(TIMELINE)[1] == "auto"
    ids, action, owner, priority, deadline, status = widths(ACTIONS)
    assert action == "auto"
    for width, words in [(ids, "AI-1"), (owner, "Ana Ruiz"), (priority, "Priority"), (status, "In progress")]:
        assert 0.7 * len(words) < ch(width) < len(words) + 3, words
    assert ch(deadline) >= len("2026-04-01")
    assert sum(map(ch, (ids, owner, priority, deadline, status))) < 55, "the action has a third of the width"


def test_names_wrap_before_text_gets_narrow() -> None:
    def rows(owner: str) -> Table:
        cells = [*(cell[0] for cell in ACTIONS.groups[0].rows[0].cells)]
        cells[2] = p(owner)
        titles = ["ID", "Action", "Owner", "Priority", "Deadline", "Status"]
        return table(titles, cells, roles=["id", "text", "name", "label", "date", "label"], role="actions")

    short, long = (ch(widths(rows(owner))[2]) for owner in ("Ana Ruiz", "Maximilian von Berger"))
    assert long < short + 4
    assert long > 0.8 * len("Maximilian")


def figures(*values: str, titles: list[str] | None = None) -> Table:
    names = titles or ["Duration", "Time to detect", "Time to mitigate", "Time to resolve", "Users affected"]
    return table(names[: len(values)], values, role="key_figures")


@pytest.mark.parametrize(
    ("values", "size"),
    [
        (["1 h 25 min", "4 min", "47 min", "1 h 29 min", "9,600"], ""),
        (["3 d 5 h 56 min", "7 min", "4 d", "4 d 13 h 28 min"], ""),
        (["13 d 15 h 56 min", "11 d 17 h 32 min", "15 d", "15 d 13 h 28 min", "41,000"], "small"),
    ],
)
def test_key_figures_are_on_one_line(values: list[str], size: str) -> None:
    glance = figures(*values)
    found = page(glance)
    (classes,) = found.xpath("//table/@class")
    assert set(str(classes).split()) - {"key_figures", "whole"} == {size} - {""}
    shares = [float(width.removesuffix("%")) for width in widths(glance)]
    assert sum(shares) == pytest.approx(100, abs=0.1)
    words = [word for word in content(pages(glance)[0]) if word.text in " ".join(values).split()]
    assert len(words) == len(" ".join(values).split())
    assert len({round(word.area.bottom) for word in words}) == 1


def test_text_columns_share_the_width() -> None:
    shares = [float(share[:-1]) for share in widths(table(["A", "B"], ["short", "a sentence that wants to be wide"]))]
    assert shares[0] < shares[1]
    assert sum(shares) == pytest.approx(100, abs=0.05)


def test_short_values_are_not_broken() -> None:
    unbroken = ["2026-03-14", "INC-2026-0142-7", "12:00:59", "Weißenberger"]
    cells = [p("INC-2026-0142-7"), p("word " * 30), p("Ana Weißenberger"), p(), p(Time("2026-03-14")), p()]
    roles = ["id", "text", "name", "label", "date", "label"]
    sheets = pages(
        table(["ID", "Action", "Owner", "Priority", "Deadline", "Status"], cells, roles=roles, role="actions"),
        timeline(("", [("12:00:59", "word"), ("2026-03-14", "word"), ("23:59:59 \N{EN DASH} 00:01:02", "word")])),
        table(["What", "When"], *([word, "word " * 30] for word in unbroken)),
    )
    words = [word.text for sheet in sheets for word in sheet.words]
    for name in unbroken:
        assert words.count(name) >= 2, name
    times = [word for sheet in sheets for word in sheet.words if word.text in ("23:59:59", "00:01:02")]
    assert times[0].area.bottom == times[1].area.bottom, "a range is on one line"


# ---- the sheet


@pytest.mark.parametrize(
    ("count", "cell", "density", "turned"),
    [
        (3, "a text of many words " * 9, "", False),
        (8, "words", "", False),
        (9, "connection", "dense", False),
        (10, "connection", "denser", False),
        (11, "connection", "", True),
        (12, "connection", "dense", True),
        (30, "connection", "denser", True),
    ],
)
def test_wide_table_shrinks_then_gets_landscape_page(count: int, cell: str, density: str, turned: bool) -> None:
    found = page(columns(count, cell))
    (classes,) = found.xpath("//table/@class")
    assert set(str(classes).split()) - {"whole"} == {"text", density} - {""}
    assert bool(found.xpath("//div[@class='turned']//table")) is turned


def test_paper_size_decides() -> None:
    def density(**tokens: Any) -> str:
        theme = themes.default_theme()
        made = theme.tokens.model_copy(
            update={part: getattr(theme.tokens, part).model_copy(update=values) for part, values in tokens.items()}
        )
        tree = document(section("lessons", columns(9, "connection", rows=6)))
        data = HtmlRenderer().render(tree, replace(theme, tokens=made), []).decode()
        found: html.HtmlElement = html.document_fromstring(data)
        return "".join(table.get("class") for table in found.iter("table"))

    assert density() == "text dense"
    assert density(fonts={"size": "8pt"}) == "text"
    assert density(fonts={"size": "12pt"}) != "text dense"
    assert density(page={"margin_left": "40mm"}) == "text denser"


@pytest.mark.parametrize(
    "block",
    [
        List((Item((p("item"), columns(12, "connection"))),)),
        Quote((columns(12, "connection"),)),
        table(["A"], [columns(12, "connection")]),
        replace(ACTIONS, columns=tuple(replace(c, title=text("W" * 20)) for c in ACTIONS.columns)),
    ],
    ids=["in a list", "in a quote", "in a cell", "the report's own"],
)
def test_only_authors_tables_get_landscape_page(block: Block) -> None:
    assert not page(block).xpath("//div[@class='turned']")
    assert all(sheet.width < sheet.height for sheet in pages(block))


WIDE = columns(12, "connection")
LEADS: list[Blocks] = [
    (WIDE,),
    (p("LEAD:"), WIDE),
    (Heading(4, text("LEAD")), WIDE),
    (Heading(4, text("LEAD")), Heading(5, text("LEAD2")), p("LEAD3"), WIDE),
]


@pytest.mark.parametrize("size", ["A4", "Letter"])
@pytest.mark.parametrize("tree", [document(), arabic()], ids=["ltr", "rtl"])
def test_landscape_page_has_header_and_footer(tree: Document, size: str) -> None:
    tokens = themes.default_theme().tokens
    theme = replace(
        themes.default_theme(), tokens=tokens.model_copy(update={"page": tokens.page.model_copy(update={"size": size})})
    )
    blocks = (p("BEFORE"), columns(14, "connection", rows=60), p("AFTER"))
    made = replace(tree, sections=(section("lessons", *blocks),))
    data = pdf(made, theme)
    sheets = sheets_of(data)
    assert [sheet.width > sheet.height for sheet in sheets] == [False, True, True, True, False]
    for sheet in sheets:
        assert {sheet.width, sheet.height} == {sheets[0].width, sheets[0].height}
    assert misplaced(sheets, MARGINS) == []
    margins = [[word for word in sheet.words if word not in content(sheet)] for sheet in sheets[1:]]
    assert len({tuple(sorted(re.sub(r"\d", "", word.text) for word in words)) for words in margins}) == 1
    for sheet, words in zip(sheets[1:], margins, strict=True):
        assert min(word.area.left for word in words) == pytest.approx(MARGINS.left, abs=1)
        assert max(word.area.right for word in words) == pytest.approx(sheet.width - MARGINS.right, abs=1)
    if tree.direction == "ltr":  # letters that join are read back in another order
        assert_says_the_same(made, "pdf", data)


@pytest.mark.parametrize("blocks", LEADS, ids=["table", "paragraph", "heading", "headings"])
def test_introduction_is_on_landscape_page(blocks: Blocks) -> None:
    sheets = pages(*blocks, p("AFTER"))
    assert where(sheets, "HEADING") == where(sheets, "Column") == 1
    assert [sheet.width > sheet.height for sheet in sheets] == [False, True, False]
    assert where(sheets, "AFTER") == 2
    assert len(blocks) == 1 or where(sheets, "LEAD") == 1


def test_other_blocks_stay_on_portrait_page() -> None:
    long = p("LONG " + "word " * 100)
    sheets = pages(p("FIRST"), long, WIDE, p("LEAD:"), WIDE, bullets("AFTER"))
    assert [sheet.width > sheet.height for sheet in sheets] == [False, True, False]
    assert where(sheets, "HEADING") == where(sheets, "FIRST") == where(sheets, "LONG") == 0
    assert where(sheets, "LEAD") == 1


def test_parent_heading_is_on_landscape_page() -> None:
    inner = section("trigger", WIDE, title="INNER", level=3)
    sheets = sheets_of(pdf(document(section("root_cause_analysis", title="OUTER", sections=(inner,)))))
    assert where(sheets, "OUTER") == where(sheets, "INNER") == where(sheets, "Column") == 1


# ---- long words


def pieces(address: str) -> list[str]:
    """Return the parts into which a link's words may be broken."""
    tree = document(section("lessons", p(Link(address, text(address)))))
    words = re.search(
        r"<a href=[^>]*example[^>]*>(.*?)</a>", HtmlRenderer().render(tree, themes.default_theme(), []).decode()
    )
    assert words
    return [unescape(part) for part in re.sub("</?span[^>]*>", "", words[1]).split("<wbr>")]


def test_long_words_break_at_good_places() -> None:
    found = page(p("Ordinary words, and-hyphens, 1.5, and/or https://e.x/a.", Link(URL, text(URL))), columns(2, URL))
    link = found.xpath("//main//a")[0]
    assert (link.get("href"), link.text_content()) == (URL, URL)
    parts = pieces(URL)
    assert parts[0] == "https://status.example.com/", "a host is whole"
    assert all(re.search(r"[./?=&#-]$", part) for part in parts[:-1]), parts
    assert len(found.xpath("//main//p/wbr")) == 0, "ordinary words need none"


def test_ticket_numbers_are_not_broken() -> None:
    parts = ["https://tracker.example.com/", "browse/", "the-", "projects/", "CHK-4471"]
    assert pieces("".join(parts)) == parts


def test_short_code_is_not_broken() -> None:
    names = ["checkout-api", "orders-primary", "x-a", "a name of words", "session-cache-green-0007.blr1"]
    found = page(*(p(Code(name)) for name in names)).xpath("//main//code")
    assert [code.get("class") for code in found] == ["word", "word", "word", None, None]
    lines = [word.text for word in content(pages(p(*(Code("ab-cd-ef"), " ") * 60))[0])]
    assert "ab-cd-ef" in lines
    assert not {"ab-", "ab-cd-", "ef"} & set(lines)


def test_breaks_do_not_change_copied_text() -> None:
    path = "/var/lib/kubelet/pods/0b1f-4a77/volumes/kubernetes.io~empty-dir/cache/segments/000000000042.log"
    name = "com.example.payments.authorization.GatewayTimeoutException"
    long = "Zz0" * 400
    cells = [URL, path, name, long]
    tree = document(section("lessons", *(p(Code(cell)) for cell in cells), table(["A", "B", "C", "D"], cells)))
    data = pdf(tree)
    assert_says_the_same(tree, "pdf", data)
    copied = read_pdf(data) + "".join(sheet.extract_text() for sheet in PdfReader(BytesIO(data)).pages)
    assert not re.search("[\u200b\u2060\u00ad]", copied)


def lines_of(cell: str, count: int = 6) -> list[str]:
    """Return the lines of a text in the first of `count` columns."""
    sheets = pages(table(["A"] * count, [cell] + ["some words of text"] * (count - 1)))
    right = min(word.area.left for word in content(sheets[0]) if word.text == "some") - 1
    texts = [word.text for word in content(sheets[0]) if word.area.right < right]
    return texts[texts.index("A") + 1 : texts.index("Blameless.")]


def test_long_words_break_at_good_places_on_paper() -> None:
    lines = lines_of(URL)
    assert "".join(lines) == URL
    assert lines[0].startswith("https://status.example.com/")
    assert all(re.search(r"[./?=&#-]$", line) for line in lines[:-1]), lines
    letters = lines_of("Zz0" * 200, 3)
    assert len({len(line) for line in letters[1:-1]}) <= 3, "lines are full"


def test_long_label_wraps_as_text() -> None:
    def label(words: str) -> str:
        return str(page(p(Label(words, "state", "info"))).xpath("//main//span/@class")[0])

    assert label("In progress") == "label state info"
    assert label("word " * 20) == "label state info long"


# ---- where pages divide


@pytest.fixture(scope="module")
def breaking(tmp_path_factory: pytest.TempPathFactory) -> Theme:
    """A theme that starts each section on a new page, so that one document tests many page breaks."""
    folder = tmp_path_factory.mktemp("breaking")
    (folder / "theme.toml").write_text('inherit = "default"')
    (folder / "print.css").write_text("section { break-before: page }")
    return themes.find_theme(folder)


def tried(theme: Theme, *blocks: Block, lines: range) -> list[list[list[str]]]:
    """Return the words of a section's pages, for each number of lines before these blocks."""
    sections = [
        section(f"custom-{count}", *(p(f"line{number}") for number in range(count)), *blocks, title=f"START{count}")
        for count in lines
    ]
    found: list[list[list[str]]] = []
    for sheet in sheets_of(pdf(document(*sections), theme))[1:]:
        words = [word.text for word in content(sheet)]
        if any(word.startswith("START") for word in words):
            found.append([])
        found[-1].append(words)
    assert len(found) == len(lines)
    assert len(set(map(len, found))) > 1, "some need one more page"
    return found


def together(sheets: list[list[str]], *names: str) -> bool:
    """Return whether these words are on one page."""
    return any(set(names) <= set(words) for words in sheets)


NOTE = Paragraph(text("NOTE"), "note")
EVENTS = [("14:02", "ROW1"), ("14:03", "ROW2"), ("14:04", "ROW3"), ("14:05", "ROW4"), ("14:06", "ROW5")]


def test_heading_note_and_header_row_are_kept_with_first_row(breaking: Theme) -> None:
    days = timeline(("DAY", EVENTS), ("LATER", EVENTS))
    for sheets in tried(breaking, Heading(3, text("TITLE")), NOTE, days, lines=range(9, 27, 2)):
        assert together(sheets, "TITLE", "NOTE", "Time", "DAY", "ROW1", "ROW2"), sheets
        for words in sheets:
            assert "LATER" not in words or any(word.startswith("ROW") for word in words[words.index("LATER") :])
            assert "Time" not in words or any(word.startswith("ROW") for word in words)


def test_no_single_row_or_item_at_page_break(breaking: Theme) -> None:
    rows = table(["A", "B"], *([f"ROW{number}", "word"] for number in range(1, 6)))
    items = bullets(*(f"ROW{number}" for number in range(1, 6)))
    for block in (rows, items):
        for sheets in tried(breaking, block, lines=range(18, 30, 2)):
            assert together(sheets, "ROW1", "ROW2"), sheets
            assert together(sheets, "ROW4", "ROW5"), sheets


def test_short_table_is_kept_on_one_page(breaking: Theme) -> None:
    def divided(count: int, cell: str = "word") -> bool:
        rows = table(["A", "B"], *([f"ROW{number}", cell] for number in range(1, count + 1)))
        found = tried(breaking, p("INTRO:"), rows, lines=range(2, 30, 3))
        return not all(together(sheets, "INTRO:", "ROW1", f"ROW{count}") for sheets in found)

    assert not divided(4)
    assert not divided(5)
    assert divided(7)
    assert divided(5, "word " * 80), "rows of many lines are no small table"


def test_nested_list_is_kept_with_its_introduction(breaking: Theme) -> None:
    inner = bullets("INNER1", "INNER2", "INNER3")
    block = bullets("BEFORE", (p("INTRO:"), inner), "AFTER", "LAST")
    for sheets in tried(breaking, block, lines=range(14, 30, 2)):
        assert together(sheets, "INTRO:", "INNER1"), sheets


def test_item_paragraphs_are_kept_together(breaking: Theme) -> None:
    block = bullets("BEFORE", (p("NAME"), p("SAID")), "AFTER", "LAST")
    for sheets in tried(breaking, block, lines=range(18, 30, 2)):
        assert together(sheets, "NAME", "SAID"), sheets


def test_table_is_kept_with_its_introduction(breaking: Theme) -> None:
    rows = table(["A", "B"], *([f"ROW{number}", "word"] for number in range(1, 6)))
    for sheets in tried(breaking, p("INTRO:"), rows, lines=range(18, 30, 2)):
        assert together(sheets, "INTRO:", "ROW1"), sheets


TALL = {
    "text": (p(" ".join(f"w{number:03}" for number in range(400))),),
    "paragraphs": tuple(p(" ".join(f"w{number:03}" for number in range(n, n + 40))) for n in range(0, 400, 40)),
    "list": (bullets(*(f"w{number:03}" for number in range(40))),),
    "code": (CodeBlock("\n".join(f"w{number:03}" for number in range(40))),),
}


@pytest.mark.parametrize("cell", TALL.values(), ids=TALL)
def test_tall_row_crosses_page_break(cell: Blocks, breaking: Theme) -> None:
    event = replace(TIMELINE.groups[0].rows[0], cells=((p(Time("14:02")),), cell))
    block = replace(TIMELINE, groups=(replace(TIMELINE.groups[0], rows=(event,)),))
    found = tried(breaking, block, lines=range(0, 26, 2))
    assert any(len(sheets) > 1 and "w000" in sheets[0] for sheets in found), "it is divided"
    for sheets in found:
        assert together(sheets, "14:02", "w000", "w001"), sheets
        names = [[word for word in words if re.fullmatch(r"w\d+", word)] for words in sheets]
        assert all(len(words) >= 2 for words in names if words), names


def test_only_rows_of_a_third_of_a_page_are_divided(breaking: Theme) -> None:
    def parts(words: int) -> set[int]:
        cell = " ".join(f"w{number:03}" for number in range(words))
        block = table(["A", "B"], ["short", cell])
        found = tried(breaking, block, lines=range(16, 30, 2))
        return {sum(any(word.startswith("w0") for word in page) for page in sheets) for sheets in found}

    assert parts(100) == {1}
    assert 2 in parts(300)
