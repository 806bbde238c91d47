"""Attacks by hostile reports, by class, in all four formats. SECURITY.md lists the tests for each promise."""

from __future__ import annotations

import ast
import base64
import contextlib
import dataclasses
import io
import os
import re
import socket
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import cmarkgfm
import pytest
from lxml import etree
from parity import READERS, squashed
from PIL import Image, PngImagePlugin
from pydantic import BaseModel
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject
from weasyprint import HTML  # type: ignore[import-untyped]

from pmexport import InputError, Limits, Problem, load, render
from pmexport.report.model import Report

ROOT = Path(__file__).parent.parent
QUICK = ["md", "html", "docx"]
FORMATS = [*QUICK, "pdf"]
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
WORD = "harmless"


# ---- a report with a text in every field

PLAIN = ("title", "id", "severity", "date", "published", "revision", "classification", "duration")
MARKDOWN = (
    "user_impact", "summary", "background", "what_happened", "trigger", "detection", "resolution",
)  # fmt: skip
LISTS = ("root_cause", "contributing_factors", "went_well", "could_improve", "got_lucky", "lessons")
METRICS = ("total_downtime", "requests_affected", "users_affected", "revenue", "sla", "data_loss")
MILESTONES = ("impact_started", "detected", "acknowledged", "mitigated", "resolved", "closed")
CLOSED = {"status", "language", "timezone", "after", "at"}
"""Fields that accept only certain words."""


def everywhere(text: str, markdown: str | None = None, **fields: Any) -> dict[str, Any]:
    """Return a report with a text in every free-text field, and another, if given, in every Markdown field."""
    md = text if markdown is None else markdown
    person = {"name": text, "role": text, "team": text}
    entry = {**dict.fromkeys(("time", "end", "phase", "actor", "link"), text), "event": md}
    texts = ("id", "owner", "priority", "deadline", "status", "type")
    return {
        **dict.fromkeys(PLAIN, text),
        **dict.fromkeys(MARKDOWN, md),
        **{name: [md, md] for name in LISTS},
        "status": "in review",
        "language": "en",
        "timezone": "UTC",
        "services": [text, text],
        "tags": [text, text],
        "commander": person,
        "responders": [person, person],
        "authors": [person],
        "timeline": [entry, entry],
        "milestones": dict.fromkeys(MILESTONES, text),
        "five_whys": [{"why": md, "because": md}],
        "impact": {**dict.fromkeys(METRICS, text), text: text},
        "action_items": [{**dict.fromkeys(texts, text), "action": md, "details": md, "ticket": [text, text]}] * 2,
        "logs": [{"title": text, "language": text, "text": text, "file": text}],
        "figures": [{"src": text, "alt": text, "caption": md}],
        "related_incidents": [{"id": text, "title": text, "link": text, "text": md}],
        "sections": [{"title": text, "after": "summary", "text": md}],
        "checks": [{"ignore": text, "at": "summary", "because": text}],
        **fields,
    }


def no_figures(text: str) -> dict[str, str]:
    """Return an impact whose metrics are too long for key figures, which depend on punctuation."""
    return dict.fromkeys(METRICS, f"{WORD * 9} {text}")


def numbered(value: Any, ends: Iterator[int], name: str = "") -> Any:
    """Return a report with a unique number at the end of each text."""
    if isinstance(value, dict):
        return {key: numbered(inside, ends, key) for key, inside in value.items()}
    if isinstance(value, list):
        return [numbered(inside, ends, name) for inside in value]
    return value if name in CLOSED and value in ("in review", "en", "UTC", "summary") else f"{value} f{next(ends)}e"


def fields_of(model: BaseModel) -> Iterator[tuple[str, object]]:
    """Yield every field of a report and its parts."""
    for name, value in model:
        yield f"{type(model).__name__}.{name}", value
        for part in value if isinstance(value, tuple) else (value,):
            if isinstance(part, BaseModel):
                yield from fields_of(part)


def test_every_field_has_the_hostile_text() -> None:
    report = load(everywhere(WORD))
    assert [name for name, value in fields_of(report) if not value] == ["Report.finalized_digest"]  # never shown
    assert {name for name, value in fields_of(report) if isinstance(value, str) and value != WORD} == {
        "Report.status", "Report.language", "Report.timezone", "CustomSection.after", "Suppression.at",
    }  # fmt: skip


# ---- the structure of documents


MEASURES = {"tall", "large", "long", "dense", "denser", "turned", "whole", "word", "small", "beside", "kept"}
MEASURES |= {"opened", "closed"}  # code beside punctuation


def skeleton_of_html(data: bytes) -> list[Any]:
    """Return the elements of a page as a browser builds them, without texts and the sizes that depend on them."""
    page = HTML(string=data.decode()).etree_element
    return [
        (element.tag, sorted({*element.attrib} - {"class"}), set(element.get("class", "").split()) - MEASURES)
        for element in page.iter()
        if isinstance(element.tag, str) and element.tag != "wbr"  # it divides long words
        if element.get("class") != "exact"  # names that are not hyphenated
    ]


def skeleton_of_docx(data: bytes) -> list[Any]:
    """Return the parts of a Word file, their elements and field instructions, except those that depend on length."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = [(name, join_runs(etree.fromstring(archive.read(name)))) for name in archive.namelist()]
    return [
        (name, element.tag, element.text if element.tag == f"{W}instrText" else None)
        for name, part in parts
        for element in part.iter()
        if element.tag not in KEPT_TOGETHER
    ]


def join_runs(part: Any) -> Any:
    """Join adjacent runs of text with the same properties: a name that is not hyphenated has a run of its own."""
    for mark in list(part.iter(f"{W}noProof")):
        properties = mark.getparent()
        properties.remove(mark)
        if not len(properties):
            properties.getparent().remove(properties)
    for run in list(part.iter(f"{W}r")):
        before = run.getprevious()
        if before is not None and before.tag == run.tag and text_properties(before) == text_properties(run) != "":
            run.getparent().remove(before)
    return part


def text_properties(run: Any) -> str:
    """Return the properties of a run that holds only text; empty for another run."""
    *properties, last = run if len(run) else [run]
    found = [etree.tostring(child).decode() for one in properties for child in one]
    return "".join(["text", *found]) if last.tag == f"{W}t" and len(properties) < 2 else ""


KEPT_TOGETHER = {f"{W}{tag}" for tag in ("keepNext", "trPr", "cantSplit")}
"""Elements that keep a row on one page. They depend on its length."""


def skeleton_of_md(data: bytes) -> list[Any]:
    """Return the elements that GitHub's parser makes of a Markdown file."""
    html: str = cmarkgfm.github_flavored_markdown_to_html(data.decode(), cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    return skeleton_of_html(html.encode())


SKELETONS: dict[str, Callable[[bytes], list[Any]]] = {
    "html": skeleton_of_html,
    "docx": skeleton_of_docx,
    "md": skeleton_of_md,
}


def everything(format_name: str, data: bytes) -> bytes:
    """Return all bytes of a file, unpacked: the parts of a zip archive, the streams of a PDF, and data URLs."""
    if format_name == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return b"".join(map(archive.read, archive.namelist()))
    if format_name == "pdf":
        streams = (item.get_data() for item in objects_of(data) if hasattr(item, "get_data"))
        return data + b"".join(streams) + READERS["pdf"](data).encode()
    return data + b"".join(map(base64.b64decode, re.findall(rb";base64,([\w+/=]+)", data)))


def objects_of(pdf: bytes) -> Iterator[Any]:
    """Yield every object of a PDF, including nested objects."""
    reader = PdfReader(io.BytesIO(pdf))
    waiting: list[Any] = [reader.get_object(number) for number in range(1, int(str(reader.trailer["/Size"])))]
    assert waiting
    while waiting:
        item = waiting.pop()
        yield item
        if isinstance(item, DictionaryObject | ArrayObject):
            waiting += item.values() if isinstance(item, DictionaryObject) else item


# ---- markup

TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "nav", "main", "section", "footer", "div"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "hr", "figure", "figcaption"),
    *("table", "colgroup", "col", "thead", "tbody", "tr", "th", "td"),
    *("a", "bdi", "br", "code", "em", "img", "kbd", "s", "span", "strong", "sub", "sup", "wbr"),
    *("details", "summary"),
}
ATTRIBUTES = {
    *("alt", "aria-label", "aria-labelledby", "charset", "class", "colspan", "content", "data-line"),
    *("data-label", "data-mark", "dir", "height", "href", "open"),
    *("http-equiv", "id", "lang", "name", "role", "scope", "src", "start", "style", "tabindex", "width"),
}
CLASSES = {
    *(
        "skip",
        "facts",
        "scroll",
        "title",
        "group",
        "tall",
        "note",
        "log",
        "code",
        "listing",
        "whys",
        "notes",
    ),
    *(
        "task",
        "box",
        "center",
        "end",
        "dense",
        "denser",
        "turned",
        "large",
        "long",
        "logo",
        "portrait",
        "strip",
        "wide",
    ),
    *("whole", "word", "small", "exact", "opened", "closed", "elapsed", "addresses", "gap", "ordinal"),
    *("line", "numbered", "keyword", "name", "string", "number", "comment", "added", "removed", "error"),
    *("metadata", "timeline", "impact", "actions", "text", "key_figures", "brief"),
    *("band", "view", "close", "flags", "before", "drawn", "night", "enlarged", "bar", "lane", "axis", "tlp"),
    *("impact", "mitigated", "impact_open", "mitigated_open", "tick", "period"),
    *(
        "beside",
        "kept",
        "previews",
        "preview",
        "counted",
        "shares",
        "overdue",
        "open",
        "done",
        "dropped",
        "key",
        "more",
    ),
    *("label", "severity", "status", "phase", "priority", "state"),
    *("neutral", "info", "good", "caution", "warning", "critical"),
}
VALUES = {
    "href": r"https?://.*|mailto:.*|#(main|[a-z_]+|custom-\d+|note(ref)?-\d+)",
    "src": r"data:image/(png|jpeg);base64,[\w+/=]+",
    "id": r"main|contents|[a-z_]+|custom-\d+|note(ref)?-\d+",
    "style": r"--width: [\w.%]+(; --narrow: ([\d.]+ch|auto))?|--at: [\d.]+%(; --(length: [\d.]+%|rank: \d+))?"
    r"|--length: [\d.]+%|--height: \d+|--digits: \d+|counter-reset: list-item \d+",
    "http-equiv": "Content-Security-Policy",
    "role": "group",
    "start": r"\d+",
    "dir": "ltr|rtl",
    "lang": r"[\w-]+",
}


def assert_harmless_html(data: bytes) -> None:
    """Assert that a page contains only the elements and attributes of our templates."""
    page = HTML(string=data.decode()).etree_element
    for element in page.iter():
        assert element.tag in TAGS
        assert set(element.attrib) <= ATTRIBUTES
        assert set(element.get("class", "").split()) <= CLASSES
        for name, value in element.attrib.items():
            assert re.fullmatch(VALUES.get(name, r"[\s\S]*"), value), f"{element.tag} {name}={value!r}"
    policy = page.find("head/meta[@http-equiv='Content-Security-Policy']").get("content")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
    assert page.find("body/header/h1") is not None, "the page is empty"


def assert_harmless_docx(data: bytes) -> None:
    """Assert that the only fields of a Word file are numbers and contents, and that it links only to web pages."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {
            name: etree.fromstring(archive.read(name)) for name in archive.namelist() if name[-4:] in (".xml", "rels")
        }
    fields = {element.text for part in parts.values() for element in part.iter(f"{W}instrText")}
    numbers = {f" SEQ {role} \\* ARABIC " for role in ("Figure", "Log")}
    assert fields - {' TOC \\o "1-2" \\h \\z '} - numbers == {" PAGE ", " NUMPAGES "}
    for name, part in parts.items():
        tags = {etree.QName(element).localname for element in part.iter(etree.Element)}
        assert not tags & {"fldSimple", "object", "OLEObject", "altChunk", "control", "attachedTemplate", "subDoc"}
        if name.endswith(".rels"):
            assert_harmless_relations(part)


def assert_harmless_relations(part: Any) -> None:
    external = [relation for relation in part if relation.get("TargetMode") == "External"]
    for relation in external:
        assert relation.get("Type").endswith("/hyperlink")
        assert re.match(r"https?://|mailto:", relation.get("Target"), re.IGNORECASE)


ACTIVE = {
    *("/JavaScript", "/JS", "/Launch", "/EmbeddedFiles", "/EmbeddedFile", "/AF", "/OpenAction", "/AA", "/SubmitForm"),
    *("/ImportData", "/GoToR", "/GoToE", "/RichMedia", "/Movie", "/Sound", "/AcroForm", "/XFA", "/FileAttachment"),
}


def assert_harmless_pdf(data: bytes) -> None:
    """Assert that a PDF has no actions or attachments, and links only to web pages."""
    assert PdfReader(io.BytesIO(data)).attachments == {}
    for item in objects_of(data):
        if isinstance(item, DictionaryObject):
            names = {str(name) for name in item} | {str(item.get(name)) for name in ("/S", "/Subtype", "/Type")}
            assert not names & ACTIVE
            assert re.match(r"https?://|mailto:", str(item.get("/URI", "https://")), re.IGNORECASE)


def assert_harmless(format_name: str, data: bytes) -> None:
    match format_name:
        case "html":
            assert_harmless_html(data)
        case "docx":
            assert_harmless_docx(data)
        case "pdf":
            assert_harmless_pdf(data)
        case "md":
            assert_harmless_markdown(data)


def assert_harmless_markdown(data: bytes) -> None:
    html: str = cmarkgfm.github_flavored_markdown_to_html(data.decode(), cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    page = HTML(string=html).etree_element
    tags = {element.tag for element in page.iter()}
    assert "h1" in tags
    assert tags <= {*TAGS, "del", "input"} - {"style", "meta", "div"}
    for element in page.iter():
        assert set(element.attrib) <= {
            "href",
            "src",
            "alt",
            "start",
            "align",
            "class",
            "type",
            "checked",
            "disabled",
            "lang",
        }
        assert element.get("type", "checkbox") == "checkbox"
        assert re.match(r"https?://|mailto:", element.get("href", "https://"), re.IGNORECASE)


HOSTILE = {
    "elements": (
        "<script>alert(1)</script>",
        "<img onerror=alert(1)><svg onload=alert(2)><body onpageshow=alert(3)>",
        "<iframe src=x></iframe><object data=x></object><embed src=x><link rel=stylesheet href=x>",
    ),
    "elements of the page": ("<base href=x><meta http-equiv=refresh content=0><form action=x><input name=y></form>",),
    "ends of elements": (
        "</td></tr></tbody></table></main></body></html>",
        "</title></style></script></textarea></code></pre> --> ]]>",
    ),
    "an open comment": ("<!-- <![CDATA[ <?xml",),
    "quotes": (
        '" onmouseover="alert(1)" x="',
        "' onfocus='alert(1)' autofocus x='",
        'critical" style="background:red',
    ),
    "styles": (
        "red} body{display:none} .x{content:url(x)",
        "} @page { margin: 0 } @import 'x'; :root{--x:",
        '" ; } html { display: none } a::after { content: "',
    ),
    "fields of Word": (
        '{ DDEAUTO cmd "/c calc" } { INCLUDETEXT "secret.txt" } { HYPERLINK "secret" }',
        '</w:t></w:r><w:fldSimple w:instr="DDEAUTO x"/><w:instrText>QUOTE</w:instrText><w:r><w:t>',
    ),
    "PDF": (") Tj ET endstream endobj 1 0 obj << /S /JavaScript /JS (x) >> %%EOF (",),
    "templates": (
        "{{ 7+1330 }} {% for x in y %}z{% endfor %} {# gone #} {{ config.items() }}",
        "<%= 7+1330 %> ${7+1330} #{7+1330} @(7+1330) {{= 7+1330 =}}",
    ),
    "placeholders": ("{page} {pages} {name} {role} {event} {phase} {0} {} {0.args} {title!r} %s %(title)s %d $title",),
}
MARKUP = {name: " ".join(texts) for name, texts in HOSTILE.items()}
"""Texts on one line that contain no Markdown: every format shows all of their characters."""


def words_like(text: str) -> str:
    """Return harmless words as long as this text, because layout depends on length."""
    length = len(" ".join(text.split()))
    return (f"{WORD} " * length)[:length].strip()


def shown_in(report: dict[str, Any]) -> list[str]:
    """Return the texts of a numbered report that every document must show."""
    hidden = {"milestones", "checks"}
    skipped = {("logs", "language"), ("logs", "file"), ("figures", "src")}
    texts = []
    for key, value in report.items():
        for part in value if isinstance(value, list) else [value]:
            inside = part if isinstance(part, dict) else {"": part}
            texts += [text for name, text in inside.items() if key not in hidden and (key, name) not in skipped]
    flat = (text for item in texts for text in (item if isinstance(item, list) else [item]))
    return [text for text in flat if re.search(r"f\d+e$", text)]


@pytest.mark.slow
@pytest.mark.parametrize("name", MARKUP)
@pytest.mark.parametrize("format_name", QUICK)
def test_markup_in_any_field_is_text(format_name: str, name: str) -> None:
    hostile = numbered(everywhere(MARKUP[name]), iter(range(1000)))
    data = render(hostile, format_name)
    text = squashed(READERS[format_name](data))
    missing = [field for field in shown_in(hostile) if squashed(field) not in text]
    assert missing == []
    assert len(shown_in(hostile)) > 70
    assert "1337" not in text
    assert_harmless(format_name, data)
    plain = render(numbered(everywhere(words_like(MARKUP[name])), iter(range(1000))), format_name)
    assert SKELETONS[format_name](data) == SKELETONS[format_name](plain)


@pytest.mark.slow
def test_markup_in_any_field_is_text_in_a_pdf() -> None:
    markup = ("an open comment", "styles", "PDF", "placeholders")
    hostile = numbered(everywhere(" ".join(MARKUP[name] for name in markup)), iter(range(1000)))
    data = render(hostile, "pdf")
    text = squashed(READERS["pdf"](data))
    assert [field for field in shown_in(hostile) if squashed(field) not in text] == []
    assert_harmless_pdf(data)
    assert PdfReader(io.BytesIO(data)).metadata.title == hostile["title"]  # type: ignore[union-attr]


ADDRESSES = [
    "javascript:alert(1)", "JaVaScRiPt&#58;alert(1)", "java\tscript:alert(1)", " javascript:alert(1)",
    "\x01javascript:x", "vbscript:x", "data:text/html,<script>alert(1)</script>",
    "file:///etc/passwd", "//example.test/x",
    "ms-word:ofe|u|x", "https:javascript:x", "ftp://example.test/", "\\\\example.test\\share",
    "javascript://example.test/%0aalert(1)",
    "javascript\u200b:alert(1)", "blob:https://example.test/", "view-source:https://example.test/", "search-ms:query=x",
]  # fmt: skip


@pytest.mark.parametrize("format_name", FORMATS)
def test_only_web_and_mail_addresses_are_links(format_name: str) -> None:
    written = [f"[words]({target}) <{target}> [r{n}][{n}]\n\n[{n}]: {target}\n\n" for n, target in enumerate(ADDRESSES)]
    entries = [{"time": "10:00", "event": "[w](<" + target + ">)", "link": target} for target in ADDRESSES]
    incidents = [{"id": "I", "link": target} for target in ADDRESSES]
    figures = [{"src": target, "alt": "a"} for target in ADDRESSES]
    fields: dict[str, Any] = {"timeline": entries, "related_incidents": incidents, "figures": figures}
    report = {"title": "T", "summary": "".join(written) + "[good](https://example.test/good)", **fields}
    data = render(report, format_name)
    assert_harmless(format_name, data)
    assert b"https://example.test/good" in everything(format_name, data)


ESCAPING = [
    'https://a.test/"onmouseover="alert(1)',
    "https://a.test/'onfocus='alert(1)'autofocus='",
    'https://a.test/"><script>alert(1)</script>',
    "https://a.test/)|[x](javascript:alert(1))",
    "https://a.test/>)<b>",
    "https://a.test/&quot;onclick=&quot;x",
    "https://a.test/\\)*_~`|",
    'mailto:a@a.test?subject="><img/src=x/onerror=alert(1)>',
]


@pytest.mark.parametrize("format_name", FORMATS)
def test_an_address_cannot_leave_its_link(format_name: str) -> None:
    def report(targets: list[str]) -> dict[str, Any]:
        entries = [{"time": "10:00", "event": f"e f{n}e", "link": target} for n, target in enumerate(targets)]
        incidents = [{"id": f"I f{n}e", "link": target} for n, target in enumerate(targets)]
        figures = [{"src": target, "alt": f"a f{n}e"} for n, target in enumerate(targets) if "mailto" not in target]
        actions = [{"action": "a", "ticket": targets, "status": "Done"}]
        fields: dict[str, Any] = {"related_incidents": incidents, "figures": figures, "action_items": actions}
        return {"title": "T", "timeline": entries, **fields}

    data = render(report(ESCAPING), format_name)
    assert_harmless(format_name, data)
    if format_name in ("html", "md"):
        starts = (target[: target.index("a.test") + 6] for target in ESCAPING)
        usual = [start.ljust(len(target), "a") for start, target in zip(starts, ESCAPING, strict=True)]
        plain = render(report(usual), format_name)
        assert SKELETONS[format_name](data) == SKELETONS[format_name](plain)
    text = squashed(READERS[format_name](data))
    assert all(text.count(f"f{number}e") >= 2 for number, _ in enumerate(ESCAPING))


# ---- Markdown that breaks out of its field

STRUCTURE = {
    "headings": "# Fake\n\n## Action Items\n\nUnderlined\n=====\n\nUnderlined\n---",
    "a table": "| a | b |\n|---|---|\n| c | d | e | f |",
    "an open fence": "text\n\n```\nnever closed",
    "an open fence of tildes": "~~~~ html\n<b>",
    "front matter": "---\ntitle: x\n---\n\n***\n\n___",
    "raw HTML": "<details>\n<table><tr><td>\n\n<!-- never closed\n\n<pre>",
    "pipes": "a | b \\| c \\\\| d `e | f` ``g | h",
    "backticks": "` `` ``` \\` \\\\` ````",
    "ends in a backslash": "a \\",
    "lists": "- [x] done\n  - deeper\n\n1. one\n10) ten\n\n> quote\n>> deeper",
    "references": "[a]: elsewhere 'title'\n\n[a] [^1]\n\n[^1]: note",
    "emphasis left open": "**a _b ~~c ***d",
    "entities": "&lt;script&gt; &#x3c;b&#x3e; &#124; &vert; &NewLine;# x &#10;&#10;## Fake",
}


@pytest.mark.slow
@pytest.mark.parametrize("name", STRUCTURE)
@pytest.mark.parametrize("format_name", QUICK)
def test_structure_in_plain_fields_is_text(format_name: str, name: str) -> None:
    hostile, plain = (
        numbered(everywhere(text, WORD, logs=[], figures=[], impact=no_figures(text)), iter(range(1000)))
        for text in (STRUCTURE[name], words_like(STRUCTURE[name]))
    )
    data = render(hostile, format_name)
    text = squashed(READERS[format_name](data))
    assert [field for field in shown_in(hostile) if squashed(field) not in text] == []
    assert SKELETONS[format_name](data) == SKELETONS[format_name](render(plain, format_name))
    assert_harmless(format_name, data)


def titles(format_name: str, data: bytes) -> list[str]:
    """Return the titles of a document and its sections."""
    if format_name == "docx":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            body = etree.fromstring(archive.read("word/document.xml"))
        found = body.iterfind(f".//{W}p")
        styled = [(p.find(f"{W}pPr/{W}pStyle"), "".join(map(str, p.itertext(f"{W}t")))) for p in found]
        return [text for style, text in styled if style is not None and style.get(f"{W}val") in ("Title", "Heading1")]
    html = data.decode()
    if format_name == "md":
        html = cmarkgfm.github_flavored_markdown_to_html(html, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    page = HTML(string=html).etree_element
    return ["".join(element.itertext()) for element in page.iter() if element.tag in ("h1", "h2")]


@pytest.mark.slow
@pytest.mark.parametrize("name", STRUCTURE)
@pytest.mark.parametrize("format_name", QUICK)
def test_markdown_cannot_leave_its_field(format_name: str, name: str) -> None:
    plain = render(everywhere(WORD, logs=[STRUCTURE[name]]), format_name)
    data = render(everywhere(WORD, STRUCTURE[name], logs=[STRUCTURE[name]]), format_name)
    assert titles(format_name, data) == titles(format_name, plain)
    assert len(titles(format_name, data)) > 10
    assert_harmless(format_name, data)


@pytest.mark.parametrize("name", STRUCTURE)
def test_table_rows_have_as_many_cells_as_their_header(name: str) -> None:
    data = render(everywhere(STRUCTURE[name], logs=[], impact=no_figures(STRUCTURE[name])), "md").decode()
    rows = [re.findall(r"(?<!\\)\|", line) for line in data.splitlines() if line.startswith("| ")]
    counts = [len(pipes) for pipes in rows]
    assert counts[0] == 3
    assert counts.count(7) == 4, "the action items: a header, its delimiter row and two rows"
    assert set(counts) <= {3, 7}


# ---- files

CANARY = "canary-5d1f"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A report's folder with links that lead outside, next to a folder that must not be read."""
    outside, inside = tmp_path / "outside", tmp_path / "report"
    outside.mkdir()
    (inside / "folder").mkdir(parents=True)
    for place in (outside, inside):
        (place / "canary.txt").write_text(CANARY, "utf-8")
        info = PngImagePlugin.PngInfo()
        info.add_text("Comment", CANARY)
        Image.new("RGB", (7, 7), "red").save(place / "canary.png", pnginfo=info)
    (inside / "canary.txt").write_text("a log of the report", "utf-8")
    for name, target in {
        "link.png": outside / "canary.png", "link.txt": outside / "canary.txt", "linked": outside, "up": Path(".."),
        "loop": Path("loop"), "zero": Path("/dev/zero"), "self": Path(),
    }.items():  # fmt: skip
        (inside / name).symlink_to(target)
    os.mkfifo(inside / "fifo.png")
    return inside


OUTSIDE = {
    "the folder above": "../outside/{}",
    "down and up": "folder/../../outside/{}",
    "absolute": "{outside}/{}",
    "a file address": "file://{outside}/{}",
    "a file address with a host": "file://localhost{outside}/{}",
    "encoded": "%2e%2e/outside/{}",
    "encoded slashes": "..%2Foutside%2F{}",
    "encoded twice": "%252e%252e/outside/{}",
    "backslashes": "..\\outside\\{}",
    "a link to a folder": "linked/{}",
    "a link to the folder above": "up/outside/{}",
    "a link and back": "linked/../outside/{}",
    "the home folder": "~/{}",
    "a variable": "$HOME/{}",
    "a NUL": "../outside/{}\0.png",
    "an encoded NUL": "canary%00.png",
    "an address in an address": "url(../outside/{})",
    "a network folder": "//localhost{outside}/{}",
}
UNREADABLE = {
    "a FIFO": "fifo.png",
    "a device": "/dev/zero",
    "a link to a device": "zero",
    "a process": "/proc/self/environ",
    "a folder": "folder",
    "the folder itself": ".",
    "a loop": "loop",
    "a long name": "a" * 5000,
    "a long path": "a/" * 5_000 + "x.png",
    "nothing there": "none.png",
}
LINKS = {"a link": {"png": "link.png", "txt": "link.txt"}}


def sources(folder: Path) -> dict[str, tuple[str, str]]:
    """Return the sources that a hostile report names for an image and a log, by kind of attack."""
    outside = str(folder.parent / "outside")
    out = {
        name: (source.format("canary.png", outside=outside), source.format("canary.txt", outside=outside))
        for name, source in OUTSIDE.items()
    }
    return out | {name: (source, source) for name, source in UNREADABLE.items()} | {"a link": ("link.png", "link.txt")}


def referring(*pairs: tuple[str, str]) -> dict[str, Any]:
    """Return a report that refers to images and logs in every possible way."""
    pictures = "\n\n".join(f"![seen](<{source}>) ![seen]({source})" for source, _ in pairs)
    figures = [{"src": source, "alt": "seen"} for source, _ in pairs]
    return everywhere(WORD, pictures, figures=figures, logs=[{"file": log} for _, log in pairs])


@pytest.mark.slow
def test_files_in_the_folder_are_shown(folder: Path) -> None:
    report = load(referring(("canary.png", "folder/../canary.txt"), ("self/canary.png", "canary.txt")), base=folder)
    for format_name in FORMATS:
        warnings: list[Problem] = []
        held = everything(format_name, render(report, format_name, warnings=warnings))
        assert [warning for warning in warnings if "not shown" in warning.message] == []
        assert (b"a log of the report" in held) or (
            format_name == "pdf" and b"alogofthereport" in b"".join(held.split())
        )
        if format_name in ("html", "docx"):
            assert CANARY.encode() in held, "the canary can be found"


def assert_not_shown(report: Report, format_name: str, most_pictures: int = 0) -> None:
    warnings: list[Problem] = []
    data = render(report, format_name, warnings=warnings)
    held = everything(format_name, data)
    assert CANARY.encode() not in held
    assert CANARY not in READERS[format_name](data)
    assert held.count(b"<img") + held.count(b"<w:drawing") + len(re.findall(rb"/Subtype ?/Image", held)) == 0
    unshown = [warning.message for warning in warnings if "is not shown" in warning.message]
    asked = len(report.figures) + len(report.logs)
    assert len(unshown) >= asked
    text = squashed(READERS[format_name](data))
    assert text.count("Itisoutsidethereport'sfolder") + len(re.findall(PLACEHOLDER, text)) >= asked


PLACEHOLDER = (
    r"Thereisnosuchfile|Itisnotaregularfile|Itcannotbeopened|Ithasmorethan|Itislargerthan|ItisnotavalidPNG|Itsformatis"
)


@pytest.mark.slow
@pytest.mark.parametrize("name", [*OUTSIDE, *UNREADABLE, "a link"])
def test_nothing_outside_the_folder_is_read(name: str, folder: Path) -> None:
    report = load(referring(sources(folder)[name]), base=folder)
    for format_name in QUICK:
        assert_not_shown(report, format_name)


@pytest.mark.slow
def test_nothing_outside_the_folder_is_read_for_a_pdf(folder: Path) -> None:
    report = referring(*sources(folder).values())
    asked = {name: report[name] for name in ("title", "summary", "timeline", "figures", "logs")}
    assert_not_shown(load(asked, base=folder), "pdf")


def test_nothing_is_read_for_a_report_without_a_folder(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    report = load(referring(("canary.png", "canary.txt"), *sources(folder).values()))
    warnings: list[Problem] = []
    data = render(report, "html", warnings=warnings)
    assert b"<img" not in data
    assert b"a log of the report" not in data
    assert any("The report has no folder" in warning.message for warning in warnings)


def test_the_existence_of_outside_files_is_not_revealed(folder: Path) -> None:
    def told(source: str) -> str:
        warnings: list[Problem] = []
        render(load({"title": "T", "logs": [{"file": source}]}, base=folder), "md", warnings=warnings)
        return warnings[0].message.replace(source, "")

    for name in ("../outside/{}.txt", "{}/{{}}.txt".format(folder.parent / "outside")):
        assert told(name.format("canary")) == told(name.format("none"))


@pytest.mark.parametrize("field", ["timezone", "language"])
def test_zone_and_language_names_are_not_paths(field: str, folder: Path) -> None:
    for value in ("../../../etc/passwd", str(folder / "canary.txt"), "..", "en/../en", "a\0b", "x" * 100_000):
        with pytest.raises(InputError, match=field):
            load({"title": "T", field: value})


# ---- the network


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, Callable[[], int]]]:
    """A local server: its URL, and a function that counts new connections. Looking up other hosts fails the test."""
    server = socket.create_server(("127.0.0.1", 0))
    server.setblocking(False)

    def came() -> int:
        count = 0
        while True:
            try:
                server.accept()[0].close()
            except BlockingIOError:
                return count
            count += 1

    address = server.getsockname()
    socket.create_connection(address).close()
    assert came() == 1, "the server counts connections"
    asked: list[Any] = []

    def resolve(*args: Any, **_: Any) -> list[Any]:
        asked.append(args)
        return []

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    yield f"http://127.0.0.1:{address[1]}/", came
    server.close()
    assert asked == []


@pytest.mark.parametrize("format_name", FORMATS)
def test_nothing_is_fetched(format_name: str, door: tuple[str, Callable[[], int]], tmp_path: Path) -> None:
    address, came = door
    ways = (
        f"{address} <{address}> [l]({address}) ![i]({address}i.png) ![i](<{address}>) ![r][r]\n\n[r]: {address}\n\n"
        f"![p](//127.0.0.1) ![s](https://example.test/x.png) ![f](ftp://example.test/x)\n\n"
        f"@import url({address}); }} body {{ background: url({address}) }} @font-face {{ src: url({address}) }}\n\n"
        f'<link rel=attachment href={address}> <img src="{address}" srcset="{address} 2x"> <object data={address}>\n\n'
        f"<style>@import '{address}';</style> <svg><image href='{address}'/></svg> <!DOCTYPE x SYSTEM '{address}'>"
    )
    figures = [
        {"src": source, "alt": "a"}
        for source in (address, f"{address}x.png", "https://example.test/x", f"//{address[7:]}")
    ]
    report = everywhere(address, ways, figures=figures, revision=ways)
    data = render(load(report, base=tmp_path), format_name)
    assert_harmless(format_name, data)
    assert address.encode() in everything(format_name, data)
    assert came() == 0


# ---- images


def png(width: int, height: int, data: bytes = b"\0") -> bytes:
    """Return a PNG file with one bit per pixel and this stated size, whatever its data."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def picture(kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, kind, **options)
    return out.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9">%s</svg>'
BROKEN = {
    "so many pixels that it says": png(60_000, 60_000),
    "so many pixels that it has": png(8_000, 8_000, b"\0" * 8_008_000),
    "no pixels": png(0, 0),
    "fewer pixels than it says": png(500, 500),
    "cut off": picture("PNG")[:60],
    "a cut off JPEG": picture("JPEG")[:200],
    "HTML": b"<script>alert(1)</script>",
    "empty": b"",
    "an SVG with a script": SVG % b"<script>alert(1)</script>",
    "an SVG with an entity": b'<!DOCTYPE s [<!ENTITY e SYSTEM "canary.txt">]>' + SVG % b"<text>&e;</text>",
    "an SVG that refers": SVG % b'<image href="canary.png" width="9" height="9"/>',
    "a TIFF": picture("TIFF"),
    "a BMP": picture("BMP"),
    "a PDF": picture("PDF"),
    "a PostScript": picture("EPS"),
    "a PNG whose comment unpacks to much": picture("PNG")[:33]
    + struct.pack(">I", len(zlib.compress(b"x" * 2**26)) + 3)
    + b"zTXta\0\0"
    + zlib.compress(b"x" * 2**26)
    + struct.pack(">I", zlib.crc32(b"zTXta\0\0" + zlib.compress(b"x" * 2**26)))
    + picture("PNG")[33:],
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BROKEN)
def test_an_invalid_image_is_reported(name: str, folder: Path) -> None:
    (folder / "x.png").write_bytes(BROKEN[name])
    for format_name in QUICK:
        assert_not_shown(load(referring(("x.png", "none.txt")), base=folder), format_name)


@pytest.mark.slow
def test_invalid_images_in_a_pdf_are_reported(folder: Path) -> None:
    names = [f"{number}.png" for number, _ in enumerate(BROKEN)]
    for name, data in zip(names, BROKEN.values(), strict=True):
        (folder / name).write_bytes(data)
    figures = [{"src": name, "alt": "a"} for name in names]
    assert_not_shown(load({"title": "T", "figures": figures}, base=folder), "pdf")


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_the_first_frame_of_an_animation_is_shown(kind: str, tmp_path: Path) -> None:
    frames = [Image.new("RGB", (50, 50), (shade, 0, 0)) for shade in range(200)]
    frames[0].save(tmp_path / "x", kind, save_all=True, append_images=frames[1:])
    report = load({"title": "T", "figures": [{"src": "x", "alt": "a"}]}, base=tmp_path)
    data = render(report, "html")
    (held,) = re.findall(rb"data:image/png;base64,([\w+/=]+)", data)
    with Image.open(io.BytesIO(base64.b64decode(held))) as shown:
        assert (shown.format, shown.size, getattr(shown, "n_frames", 1)) == ("PNG", (50, 50), 1)


# ---- characters

CHARACTERS = {
    "controls": "".join(map(chr, (*range(0x20), *range(0x7F, 0xA0)))),
    "terminal colours": "\x1b[31mred\x1b[0m \x9b1mbold \x1b[2J\x1b[H",
    "terminal commands": "\x1b]0;title\x07 \x1b]8;;https://a.test\x1b\\link\x1b]8;;\x1b\\ \x9d0;x\x9c \x1bP1$r\x1b\\",
    "overrides": "\u202eoverride \u202dother \u202aembedding \u202b",
    "isolates": "\u2067isolate \u2066 \u2068 open",
    "marks that close": "\u202c\u202c\u2069\u2069 \u202e\u2069\u202c",
    "lone surrogates": "high \ud800 low \udc00 reversed \udfff\ud83d",
    "noncharacters": "\ufdd0\ufdef\ufffe\uffff\U0001fffe\U0010ffff",
    "private use": "\ue000\uf8ff\U000f0000\U00100000",
    "tags": "".join(chr(0xE0000 + ord(char)) for char in "hidden words"),
    "line ends of other kinds": "a\u2028b\u2029c\x85d\x0be\x0cf\rg\r\nh",
    "joined marks": "Z" + "\u0341" * 500,
    "no width": "\u200b\u200c\u200d\u2060\ufeff\u00ad",
}
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff\ue000-\uf8ff\U000e0000-\U000e007f]"
)
OPENING, CLOSING = "\u202a\u202b\u202d\u202e\u2066\u2067\u2068", "\u202c\u2069"


def leaves(format_name: str, data: bytes) -> list[str]:
    """Return the texts of a file by element; those of Markdown by line and cell."""
    match format_name:
        case "md":
            return [part for line in data.decode().split("\n") for part in re.split(r"(?<!\\)\|", line)]
        case "html":
            page = HTML(string=data.decode()).etree_element
            elements = [element for element in page.iter() if element.tag != "style"]
            nodes = [text for element in elements for text in (element.text, element.tail) if text]
            return [line for text in nodes for line in text.split("\n")]
        case _:
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                parts = [etree.fromstring(archive.read(name)) for name in archive.namelist()]
            return [str(text) for part in parts for text in part.itertext()]


@pytest.mark.slow
@pytest.mark.parametrize("name", CHARACTERS)
@pytest.mark.parametrize("format_name", QUICK)
def test_characters_break_nothing(format_name: str, name: str) -> None:
    warnings: list[Problem] = []
    hostile = numbered(everywhere(f"x{CHARACTERS[name]}y"), iter(range(1000)))
    data = render(hostile, format_name, warnings=warnings)
    texts = leaves(format_name, data)
    assert sum(bool(re.search(r"f\d+e", text)) for text in texts) > 60
    for text in texts:
        assert not FORBIDDEN.search(text)
        assert_closed(text)
    assert_harmless(format_name, data)
    replaced = name in ("lone surrogates", "private use", "noncharacters")
    assert any("\N{REPLACEMENT CHARACTER}" in text for text in texts) is replaced
    assert any("cannot be shown" in warning.message for warning in warnings) is replaced


def assert_closed(text: str) -> None:
    """Assert that every direction mark in a text is closed."""
    depth = 0
    for char in text:
        depth += (char in OPENING) - (char in CLOSING)
        assert depth >= 0
    assert depth == 0


TURNS = ("overrides", "isolates", "marks that close")


@pytest.mark.slow
def test_characters_break_no_pdf() -> None:
    text = " ".join(f"x{characters}y" for name, characters in CHARACTERS.items() if name not in TURNS)
    data = render(numbered(everywhere(text), iter(range(1000))), "pdf")
    shown = "".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages)
    assert len(set(re.findall(r"f\d+e", squashed(shown)))) > 70
    assert not FORBIDDEN.search(shown)
    assert_harmless_pdf(data)


@pytest.mark.slow
def test_direction_marks_reorder_nothing_else_in_a_pdf() -> None:
    text = " ".join(f"x{CHARACTERS[name]}y" for name in TURNS)
    report = {"title": text, "severity": text, "timeline": [{"phase": text, "actor": "Zoe", "event": text}] * 2}
    shown = squashed(READERS["pdf"](render(report, "pdf")))
    assert shown.count("Zoe") == 2
    for words in ("IncidentMetadata", "Severity", "Timeline", "Time", "Event"):
        assert words in shown


def test_surrogates_in_a_file_are_replaced(tmp_path: Path) -> None:
    (tmp_path / "report.json").write_bytes(b'{"title": "a \\ud800 b", "x-\\udfff": 1, "impact": {"k\\udc00": "v"}}')
    for format_name in FORMATS:
        assert "a\N{REPLACEMENT CHARACTER}b" in squashed(
            READERS[format_name](render(tmp_path / "report.json", format_name))
        )


# ---- bounds


@dataclasses.dataclass(frozen=True)
class Bound:
    """An input over a limit: the report, the limit, and the message."""

    report: bytes | dict[str, Any]
    most: int
    enough: int
    told: str
    place: str
    end: str
    """Text that the document contains only if the limit is raised."""


def file(name: str, field: str = "logs") -> dict[str, Any]:
    return {"title": "T", field: [{"file": name} if field == "logs" else {"src": name, "alt": "the end"}]}


LOG = "a\nb\nc\nd\nthe fifth\nthe sixth is the end"
BOUNDS = {
    "file_bytes": Bound(b"title: it has an end", 19, 20, "file_bytes=19", "", "an end"),
    "depth": Bound(b"title: the end\nx-a: [[[]]]\n", 3, 4, "depth=3", "x-a[0][0]", "the end"),
    "values": Bound(b"title: the end\ntags: [a, b]\n", 6, 7, "values=6", "tags[1]", "the end"),
    "rows": Bound({"title": "T", "timeline": ["a", "b", "the end"]}, 2, 3, "rows=2", "timeline", "the end"),
    "markdown_characters": Bound(
        {"title": "T", "sections": [{"title": "S"}, {"title": "S", "text": "at the end"}]},
        9, 10, "markdown_characters=9", "sections[1].text", "the end",
    ),
    "markdown_marks": Bound(
        {"title": "T", "five_whys": [{"because": "*a* [b] the end"}]},
        2, 10, "markdown_marks=2", "five_whys[0].because", "the end",
    ),
    "markdown_depth": Bound(
        {"title": "T", "timeline": ["a", "> > > > the end"]}, 3, 30, "markdown_depth=3", "timeline[1].event", "the end"
    ),
    "markdown_cells": Bound(
        {"title": "T", "background": "| a | b |\n|---|---|\n| c |\n| d | the end |"},
        5, 6, "markdown_cells=5", "background", "the end",
    ),
    "log_bytes": Bound(file("x.txt"), 30, len(LOG), "larger than 30 bytes", "x.txt", "the end"),
    "log_lines": Bound(file("x.txt"), 4, 6, "2 of 6.", "x.txt", "the fifth"),
    "line_characters": Bound(file("x.txt"), 5, 10, "… (+4)", "x.txt", "the fifth"),
    "picture_bytes": Bound(file("x.png", "figures"), 70, 10_000, "larger than 70 bytes", "x.png", "![the end]"),
    "picture_pixels": Bound(file("x.png", "figures"), 1199, 1200, "more than 1,199 pixels", "x.png", "![the end]"),
}  # fmt: skip


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Limits)])
def test_each_limit_is_reported_and_can_be_raised(name: str, tmp_path: Path) -> None:
    bound = BOUNDS[name]
    (tmp_path / "x.txt").write_text(LOG, "utf-8")
    (tmp_path / "x.png").write_bytes(picture("PNG"))

    def shown(most: int) -> str:
        limits = Limits(**{name: most})
        given = bound.report
        report = load(given, format="yaml" if isinstance(given, bytes) else None, base=tmp_path, limits=limits)
        warnings: list[Problem] = []
        text = render(report, "md", limits=limits, warnings=warnings).decode()
        return "\n".join([text, *map(str, warnings)])

    assert bound.end in shown(bound.enough)
    assert bound.told not in shown(bound.enough)
    try:
        short = shown(bound.most)
    except InputError as error:
        (problem,) = error.problems
        assert problem.path == bound.place
        assert bound.told in str(problem)
    else:
        assert bound.end not in short
        assert bound.told in short
        assert bound.place in short


@pytest.mark.parametrize("name", ["action_items[0].ticket", "impact"])
def test_nested_lists_are_limited(name: str) -> None:
    report = {"title": "T", "action_items": [{"ticket": ["a", "b", "c"]}], "impact": {"a": "1", "b": "2", "c": "3"}}
    with pytest.raises(InputError, match="rows=2") as raised:
        render(report, "md", limits=Limits(rows=2))
    assert name in [problem.path for problem in raised.value.problems]
    assert render(report, "md", limits=Limits(rows=3))


# ---- malicious files

LAUGHS = "x-0: &a0 [ha, ha, ha, ha, ha, ha, ha, ha, ha]\n" + "".join(
    f"x-{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 10)
)
MERGES = "x-0: &a0 {k: v}\n" + "".join(
    f"x-{n}: &a{n} {{'<<': [*a{n - 1}, *a{n - 1}], k{n}: *a{n - 1}}}\n" for n in range(1, 60)
)
TRAPS = {
    "billion laughs": ("yaml", f"title: T\n{LAUGHS}", "values="),
    "billion laughs by merging": ("yaml", f"title: T\n{MERGES}", "values=|depth="),
    "billion laughs in a field": ("yaml", f"title: T\n{LAUGHS}tags: *a9\n", "values="),
    "a list in itself": ("yaml", "title: T\nlessons: &l [*l]\n", "refers to the value that contains it"),
    "a mapping in itself": ("yaml", "title: T\nimpact: &i {a: *i}\n", "refers to the value that contains it"),
    "a mapping merged into itself": ("yaml", "title: T\nimpact: &i {<<: *i}\n", "refers to the value that contains it"),
    "an object of Python": ("yaml", "title: !!python/object/apply:os.mkdir [made]\n", "YAML tags"),
    "a module of Python": ("yaml", "title: !!python/module:antigravity\n", "YAML tags"),
    "a tag of one's own": ("yaml", "title: !include canary.txt\n", "YAML tags"),
    "a binary tag": ("yaml", "title: !!binary aGFoYQ==\n", "YAML tags"),
    "brackets in YAML": ("yaml", f"title: {'[' * 100_000}", "depth="),
    "braces in YAML": ("yaml", f"title: {'{a: ' * 100_000}", "depth="),
    "dashes in YAML": ("yaml", f"title: T\nx-a:\n  {'- ' * 100_000}a\n", "depth="),
    "brackets in JSON": ("json", f'{{"title": {"[" * 100_000}', "depth="),
    "braces in JSON": ("json", '{"a":' * 100_000, "depth="),
    "brackets in TOML": ("toml", f"title = {'[' * 100_000}", "depth="),
    "dots in TOML": ("toml", f"title = 'T'\n{'a.' * 100_000}b = 1\n", "depth="),
    "a number of many digits": ("json", f'{{"title": "T", "x-a": 1, "tags": {"9" * 100_000}}}', None),
    "a number of many digits in TOML": ("toml", f"title = 'T'\nx-a = {'9' * 100_000}\n", None),
    "many problems": ("yaml", "title: T\n" + "".join(f"unknown{n}: 1\n" for n in range(2_000)), "more problems"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_malicious_files_are_rejected(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    format_name, text, told = TRAPS[name]
    if told is None:  # it may be read or refused, but must not break what reads it
        with contextlib.suppress(InputError):
            assert load(text.encode(), format=format_name).title == "T"
    else:
        with pytest.raises(InputError, match=told) as raised:
            load(text.encode(), format=format_name)
        assert len(str(raised.value)) < 50_000
    assert list(tmp_path.iterdir()) == []


def test_python_mappings_are_limited() -> None:
    deep: Any = []
    for _ in range(100_000):
        deep = [deep]
    endless: dict[str, Any] = {"title": "T"}
    endless["x-a"] = endless
    for report, told in (({"title": "T", "x-a": deep}, "depth="), (endless, "contains itself")):
        with pytest.raises(InputError, match=told):
            load(report)


COSTLY = {
    "brackets": "[" * 100_000,
    "emphasis": "*a **a " * 20_000,
    "marks of code": "".join(f"e{'`' * n}" for n in range(1, 700)),
    "quotes": "> " * 20_000 + "a",
    "lists": "\n".join(" " * (2 * depth) + "- a" for depth in range(300)),
    "links": "[a](<b" * 20_000,
    "comments": "<!-- " * 50_000,
    "strikes": "~~a " * 20_000,
}


@pytest.mark.slow
@pytest.mark.parametrize("name", COSTLY)
def test_costly_markdown_is_rejected(name: str) -> None:
    report = numbered(everywhere(WORD, COSTLY[name]), iter(range(1000)))
    with pytest.raises(InputError, match=r"markdown_(marks|depth)") as raised:
        render(report, "md")
    assert {"summary", "timeline[1].event", "five_whys[0].because"} <= {
        problem.path for problem in raised.value.problems
    }


@pytest.mark.parametrize("text", ["\x9d" * 200_000, "\x1b]" * 100_000, "\x9b0" * 100_000, "\u202e" * 200_000])
def test_escape_sequences_take_linear_time(text: str) -> None:
    assert render({"title": "T", "summary": f"a{text}b", "logs": [text, "end"]}, "md").startswith(b"# T")


@pytest.mark.slow
def test_every_field_over_a_limit_is_reported() -> None:
    timeline = [f"{'>' * 90}{number}" for number in range(500)]
    with pytest.raises(InputError) as raised:
        render({"title": "T", "timeline": timeline}, "md")
    assert [problem.path for problem in raised.value.problems] == [f"timeline[{n}].event" for n in range(500)]


# ---- SECURITY.md


@pytest.mark.slow
def test_security_policy_names_existing_tests() -> None:
    named = set(re.findall(r"\btest_\w+", (ROOT / "SECURITY.md").read_text("utf-8")))
    files = {path.stem: ast.parse(path.read_text("utf-8")) for path in (ROOT / "tests").rglob("test_*.py")}
    functions = {node.name for tree in files.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    assert named - functions - set(files) == set()
    assert len(named & functions) > 15


def test_security_policy_lists_every_limit() -> None:
    written = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", (ROOT / "SECURITY.md").read_text("utf-8"), re.MULTILINE)
    assert {name: int(value.replace(",", "")) for name, value in written} == dataclasses.asdict(Limits())
