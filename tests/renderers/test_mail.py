"""Mail drafts, read back with Python's own reader of mails, with an HTML parser, and with LibreOffice."""

from __future__ import annotations

import email
import email.policy
import re
import subprocess
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from libreoffice import find_soffice
from lxml import html as lxml_html
from PIL import Image as Pillow
from pypdf import PdfReader
from trees import EVERY_BLOCK, HOSTILE, document, hostile, section

import pmexport
from pmexport.document.nodes import Block, Link, Text, walk_texts
from pmexport.errors import FormatError, UnfinishedError
from pmexport.renderers.mail import mail_html, plain_text
from pmexport.theming import themes

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "samples" / "checkout-outage.yaml"
DRAFT: dict[str, Any] = {
    "title": "Checkout <b>unavailable</b> & slow",
    "id": "INC-1",
    "severity": "P1",
    "date": "2026-03-14",
    "summary": "It *failed*; see [the graph](https://example.com/?a=1&b=2).",
    "action_items": [
        {"action": "Later", "owner": "Ivo", "deadline": "2026-05-01"},
        {"action": "Last", "owner": "Ivo", "deadline": "2026-12-01"},
        {"action": "Soon", "owner": "Ana", "deadline": "2026-4-1"},
        {"action": "Undated", "owner": "Mei"},
        {"action": "Finished", "owner": "Mei", "status": "Done"},
    ],
}


def read(source: Any = DRAFT, **options: Any) -> EmailMessage:
    data = pmexport.render(source, "eml", **options)
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert not message.defects
    assert not any(part.defects for part in message.walk())
    return message


def content(part: Any) -> Any:
    return part.get_content()


def body(message: EmailMessage, kind: str) -> str:
    part = next(part for part in message.walk() if part.get_content_type() == f"text/{kind}")
    return str(content(part))


def page(message: EmailMessage) -> Any:
    return lxml_html.document_fromstring(body(message, "html"))


def words(element: Any) -> str:
    return " ".join(" ".join(element.itertext()).split())


# ---- the headers


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        ({}, "P1 INC-1: Checkout <b>unavailable</b> & slow (Draft)"),
        ({"status": "in_review"}, "P1 INC-1: Checkout <b>unavailable</b> & slow (In Review)"),
        ({"severity": None, "id": None}, "Checkout <b>unavailable</b> & slow (Draft)"),
        ({"id": None, "title": "Störung 障害 " * 12}, f"P1: {('Störung 障害 ' * 12).strip()} (Draft)"),
        ({"title": "One\nBcc: x@example.com"}, "P1 INC-1: One Bcc: x@example.com (Draft)"),
    ],
)
def test_subject(changes: dict[str, Any], subject: str) -> None:
    message = read(DRAFT | changes)
    assert message["Subject"] == subject
    assert message["Bcc"] is None


def test_final_reports_pass_the_gate() -> None:
    assert read(SAMPLE)["Subject"] == "P1 INC-2026-0142: Checkout unavailable in the EU region (Final)"
    wrong = DRAFT | {"status": "final", "summary": "TODO"}
    with pytest.raises(UnfinishedError):
        pmexport.render(wrong, "eml")
    assert read(wrong, allow_unfinished=True)["Subject"].endswith("(Unfinished)")


def test_it_is_a_draft() -> None:
    message = read(to="Board <board@example.com>, ops@example.com", cc="c@example.com", sender="Ana <ana@example.com>")
    assert message["X-Unsent"] == "1"
    assert [one.addr_spec for one in message["To"].addresses] == ["board@example.com", "ops@example.com"]
    assert message["Cc"] == "c@example.com"
    assert message["From"].addresses[0].display_name == "Ana"
    assert message["Reply-To"] is None
    assert message["Date"].datetime.isoformat() == "2026-03-14T00:00:00+00:00"
    assert read(reply_to="r@example.com")["Reply-To"] == "r@example.com"
    assert "To" not in read()


@pytest.mark.parametrize("text", ["nobody", "a@example.com\nBcc: b@example.com", "a@", "", "a@example.com, ,", "<>"])
@pytest.mark.parametrize("option", ["to", "cc", "sender", "reply_to"])
def test_wrong_addresses(option: str, text: str) -> None:
    options: dict[str, Any] = {option: text}
    if not text:
        assert read(**options)
        return
    with pytest.raises(FormatError, match="is not a list of addresses"):
        pmexport.render(DRAFT, "eml", **options)


def test_it_is_reproducible() -> None:
    first = pmexport.render(SAMPLE, "eml", to="a@example.com", attach_docx=True)
    assert first == pmexport.render(SAMPLE, "eml", to="a@example.com", attach_docx=True)
    assert first == pmexport.render(SAMPLE, "eml", to="a@example.com", attach_docx=True, timeout=300)
    assert re.fullmatch(rb"(?:[^\r\n]{0,998}\r\n)*", first), "lines of mails"


# ---- what it says


def test_dates_stay_on_one_line() -> None:
    summary = "From 2026-03-14 to <2026-03-15>; not 1-2026-03-14 or INC-2026-03-145."
    root = page(read(DRAFT | {"summary": summary}))
    bound = root.xpath("//span[normalize-space(@style) = 'white-space: nowrap']")
    assert [words(one) for one in bound] == ["2026-03-14", "2026-03-15", "2026-05-01", "2026-12-01"]
    assert summary in "".join(root.itertext())


@pytest.mark.parametrize(("language", "start"), [("en", "left"), ("ar", "right")])
def test_text_begins_at_its_side_and_is_as_wide_as_the_tables(language: str, start: str) -> None:
    """Claws Mail and old versions of Outlook pass the centring of the page on to the text in it."""
    root = page(read(language=language))
    rows = root.xpath("//body/table/tr/td/table/tr/td")
    assert len(rows) > 3
    for cell in rows:
        assert cell.get("align") == start
        assert f"text-align: {start}" in cell.get("style")
        (content,) = cell
        assert content.get("style") == f"width: {cell.get('width')}px"


def test_html_part() -> None:
    root = page(read(SAMPLE, as_of="2026-03-19"))
    headings = [words(one) for one in root.iter("h1", "h2")]
    assert headings == ["Checkout unavailable in the EU region", "Executive Summary", "Milestones", "Next Steps"]
    text = words(root)
    for part in (
        "Time to mitigate 47 min",
        "Detected 14:02 +4 min",
        "6 open, of which 1 overdue",
        "2026-03-18 Overdue",
    ):
        assert part in text
    assert "The full report is attached." in text
    rows = [[words(cell) for cell in row] for row in root.iter("tr") if len(row) == 3]
    assert ["Action", "Owner", "Deadline"] in rows


def test_next_steps_are_the_open_ones_by_deadline() -> None:
    message = read(DRAFT, as_of="2026-04-15")
    rows = [words(row) for row in page(message).iter("tr") if len(row) == 3][1:]
    assert rows == ["Soon Ana 2026-4-1 Overdue", "Later Ivo 2026-05-01", "Last Ivo 2026-12-01", "Undated Mei"]
    assert "Finished" not in body(message, "plain")


def test_many_next_steps_are_counted() -> None:
    many = DRAFT | {"action_items": [{"action": f"Do {number}", "owner": "Ana"} for number in range(25)]}
    assert "More open action items in the attached report: 5." in body(read(many), "plain")


def test_text_stays_text() -> None:
    root = page(read())
    assert words(next(root.iter("h1"))) == "Checkout <b>unavailable</b> & slow"
    assert [link.get("href") for link in root.iter("a")] == ["https://example.com/?a=1&b=2"]


def test_plain_part_says_the_same() -> None:
    message = read(SAMPLE, as_of="2026-03-19")
    plain = "".join(body(message, "plain").split()).casefold()
    lines = [words(one) for one in page(message).iter("h1", "h2", "li", "p", "th", "td") if not len(one)]
    left_out = {"Milestone", "Time", "Since the impact started", "Action"}
    missing = [line for line in lines if "".join(line.split()).casefold() not in plain and line not in left_out]
    assert missing == []


def test_only_what_mail_programs_understand() -> None:
    """Outlook's Word engine knows no style sheets, flexible boxes or positions, and needs the widths of tables."""
    root = page(read(SAMPLE))
    assert not list(root.iter("style", "script", "link", "svg", "form"))
    styles = " ".join(element.get("style", "") for element in root.iter())
    assert not re.search(r"flex|grid|position|float|var\(|calc\(|rem\b|url\(", styles)
    assert all(table.get("width") for table in root.iter("table"))
    assert all(table.get("role") == "presentation" or table.get("aria-label") for table in root.iter("table"))


def test_nothing_is_remote(tmp_path: Path) -> None:
    Pillow.new("RGB", (8, 8)).save(tmp_path / "own.png")
    summary = "![Own](own.png) ![Remote](https://example.com/x.png)"
    message = read(pmexport.load(DRAFT | {"summary": summary}).based_at(tmp_path))
    (image,) = page(message).iter("img")
    part = next(part for part in message.walk() if part.get_content_type() == "image/png")
    assert f"cid:{part['Content-ID'].strip('<>')}" == image.get("src")
    assert image.get("alt") == "Own"
    assert content(part) == (tmp_path / "own.png").read_bytes()


def test_band_is_an_inline_image() -> None:
    message = read(SAMPLE)
    (image,) = page(message).iter("img")
    assert image.get("src") == "cid:band-1"
    assert image.get("alt") == "How long users were affected, on a time axis with the milestones of the incident"
    part = next(part for part in message.walk() if part["Content-ID"] == "<band-1>")
    assert part.get_content_disposition() == "inline"
    with Pillow.open(BytesIO(content(part))) as drawn:
        assert drawn.width == 2 * int(image.get("width"))
        assert len(drawn.convert("RGB").getcolors(10**6) or ()) > 10


def test_attachments() -> None:
    message = read(SAMPLE, attach_docx=True, pdf_standard="a-3a")
    pdf, docx = message.iter_attachments()
    name = "INC-2026-0142 Checkout unavailable in the EU region r3"
    assert [one.get_filename() for one in (pdf, docx)] == [f"{name}.pdf", f"{name}.docx"]
    assert pdf.get_content() == pmexport.render(SAMPLE, "pdf", standard="a-3a")
    assert docx.get_content() == pmexport.render(SAMPLE, "docx")
    assert len(list(read(SAMPLE).iter_attachments())) == 1


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"title": 'a/b\\c: "x" ../..', "id": None}, "a b c x.pdf"),
        ({"title": "障害", "revision": "2"}, "INC-1 障害 r2.pdf"),
        ({"title": "..", "id": None}, "report.pdf"),
        ({"title": "\u202egnp.exe", "id": None}, "gnp.exe.pdf"),
    ],
)
def test_names_of_attachments(changes: dict[str, Any], name: str) -> None:
    (pdf,) = read(DRAFT | changes).iter_attachments()
    assert pdf.get_filename() == name
    assert PdfReader(BytesIO(pdf.get_content())).pages


@pytest.mark.parametrize("language", ["ar", "ja", "de"])
def test_other_languages(language: str) -> None:
    root = page(read(DRAFT | {"language": language}))
    assert root.get("lang") == language
    assert root.get("dir") == ("rtl" if language == "ar" else "ltr")


@pytest.mark.parametrize("block", EVERY_BLOCK, ids=lambda block: type(block).__name__)
def test_every_text_of_a_block_is_written(block: Block) -> None:
    tree = document(section("summary", block))
    root = lxml_html.document_fromstring(mail_html.write_html(tree, themes.default_theme().tokens)[0])
    shown = " ".join((words(root), *(image.get("alt", "") for image in root.iter("img"))))
    plain = " ".join(plain_text.write_text(tree).split())
    for text in walk_texts(block):
        assert " ".join(text.split()) in shown
        assert " ".join(text.split()) in plain


def test_the_text_of_a_link_says_its_target_once() -> None:
    links = [("https://example.com/", "https://example.com/"), ("mailto:a@b.example", "a@b.example")]
    links.append(("https://example.com/graph", "the graph"))
    written = [plain_text.write_inlines((Link(target, (Text(words),)),)) for target, words in links]
    assert written == ["https://example.com/", "a@b.example", "the graph <https://example.com/graph>"]


def test_texts_that_look_like_markup_stay_texts() -> None:
    root = lxml_html.document_fromstring(mail_html.write_html(hostile(), themes.default_theme().tokens)[0])
    attributes = {str(name) for element in root.iter() for name in element.attrib}
    assert not {name for name in attributes if name.startswith("on")}
    assert not root.xpath("//script | //img[not(starts-with(@src, 'cid:'))]")
    assert {image.get("alt") for image in root.iter("img")} == {HOSTILE}
    assert {link.get("href") for link in root.iter("a")} == {f"https://example.com/{HOSTILE}"}
    assert {table.get("aria-label") for table in root.iter("table")} == {None, HOSTILE}
    assert root.findtext(".//h1") == HOSTILE
    assert root.findtext(".//pre") == HOSTILE


def test_libreoffice_reads_the_html(tmp_path: Path) -> None:
    path = tmp_path / "mail.html"
    path.write_text(body(read(SAMPLE, as_of="2026-03-19"), "html"), "utf-8")
    command = [find_soffice(), f"-env:UserInstallation=file://{tmp_path}/profile", "--headless"]
    command += ["--infilter=HTML (StarWriter)", "--convert-to", "txt:Text", "--outdir", str(tmp_path), str(path)]
    subprocess.run(command, check=True, capture_output=True)
    text = " ".join((tmp_path / "mail.txt").read_text("utf-8-sig").split())
    for part in ("Executive Summary", "Time to mitigate", "47 min", "Detected 14:02 +4 min", "Ivo Lang"):
        assert part in text


@pytest.mark.parametrize("from_style", [True, False])
def test_the_attached_word_file_is_on_the_companys_template(from_style: bool, tmp_path: Path) -> None:
    template = ROOT / "samples" / "acme" / "word" / "report.docx"
    (tmp_path / "report.docx").write_bytes(template.read_bytes())
    (tmp_path / "pmexport.toml").write_text('word_template = "report.docx"\n', "utf-8")
    given: dict[str, Any] = {"attach_docx": True}
    given |= {"config": pmexport.load_config(tmp_path)} if from_style else {"word_template": template}
    mail = email.message_from_bytes(pmexport.render(DRAFT, "eml", **given), policy=email.policy.default)
    (word,) = (part.get_content() for part in mail.iter_attachments() if (part.get_filename() or "").endswith(".docx"))
    with zipfile.ZipFile(BytesIO(word)) as archive:
        parts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/footer")]
    assert "Harbour Street" in "".join(parts)
