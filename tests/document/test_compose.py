"""The document that a report makes: its head and foot, its places, and no text of an author lost."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from outlines import WORD, inlines_of, leaves, texts, walk, words_of
from strategies import PIXEL, reports

from pmexport import InputError, Report, __version__
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.clean_text import clean, one_line
from pmexport.document.compose import compose
from pmexport.document.nodes import Document, Inlines, Label, Ordinal, Text, sections_of, text_of
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts
from pmexport.report.field_types import Part
from pmexport.report.moments import parse_time


def document(limits: Limits | None = None, base: Path | None = None, **fields: Any) -> Document:
    report = Report.model_validate({"title": "T", **fields})
    return compose(report, derive_facts(report), Folder(base, limits or Limits()))


def said(runs: Iterable[Inlines]) -> list[str]:
    return [text_of(run) for run in runs]


def blocks_of(tree: Document, key: str) -> nodes.Blocks:
    return next(section.blocks for section in sections_of(tree) if section.id == key)


# ---- head and foot

KIND = "Post-Mortem / Root Cause Analysis Report"
GENERATOR = f"pmexport {__version__}"


def test_a_report_of_a_title_alone_is_a_document() -> None:
    tree = document()
    assert (tree.title, said(tree.facts)) == ("T", [KIND])
    assert tree.running == ("Draft",)
    assert (tree.language, tree.direction, tree.mark) == ("en", "ltr", "Draft")
    assert [section.id for section in tree.sections] == ["metadata"]
    assert tree.problems == ()
    told = nodes.Properties("", (), KIND, (), "Draft", "", "", "", GENERATOR, tree.properties.digest)
    assert replace(tree.properties, metadata=()) == told
    assert {text for name, text in tree.properties.metadata if name != "status"} == {""}


def test_the_head_tells_severity_day_lead_and_kind() -> None:
    tree = document(id="INC-1", severity="SEV-2", status="final", date="2026-03-14", commander="Ana Ruiz")
    assert said(tree.facts) == ["Severity SEV-2", "14 March 2026", "led by Ana Ruiz", KIND]
    assert Label("SEV-2", "severity", "warning") in tree.facts[0]


def test_the_head_tells_that_a_report_is_unfinished() -> None:
    report = Report.model_validate({"title": "T", "severity": "SEV-2", "status": "final"})
    tree = compose(report, derive_facts(report), Folder(None, Limits()), unfinished=True)
    assert tree.facts[0] == (Label("Unfinished", "status", "critical"),)
    assert said(tree.facts) == ["Unfinished", "Severity SEV-2", KIND]


@pytest.mark.parametrize(
    ("fields", "known"),
    [
        ({"date": "mid of March"}, ["mid of March"]),
        ({"commander": {"role": "AWS support"}}, ["led by AWS support"]),
        ({"commander": {"name": "Ana", "role": "Lead", "team": "SRE"}}, ["led by Ana"]),
        ({"commander": {"team": "SRE"}}, []),
        ({"commander": {}}, []),
    ],
)
def test_what_the_head_does_not_know_it_leaves_out(fields: dict[str, Any], known: list[str]) -> None:
    assert said(document(**fields).facts) == [*known, KIND]


@pytest.mark.parametrize(
    ("status", "shown", "mark"),
    [
        (None, "Draft", "Draft"),
        ("draft", "Draft", "Draft"),
        ("in_review", "In Review", "In Review"),
        ("IN REVIEW", "In Review", "In Review"),
        ("final", "Final", ""),
        ("Draft (second)", "Draft (second)", "Draft"),  # what the author wrote is not replaced
        ("published", "published", ""),
    ],
)
def test_the_status_is_told_in_the_words_of_the_language_or_in_the_authors(
    status: str | None, shown: str, mark: str
) -> None:
    tree = document(status=status)
    assert said(tree.facts) == [KIND]
    assert metadata(tree)["Status"] == shown
    assert tree.running == (shown,)
    assert tree.properties.status == shown
    assert tree.mark == mark


def test_the_foot_of_every_page_tells_what_is_known() -> None:
    tree = document(classification="TLP:GREEN", revision="3", status="final", published="2026-03-19")
    assert (tree.tlp, tree.running) == ("TLP:GREEN", ("Revision 3", "Final", "19 March 2026"))
    assert document(published="soon").running == ("Draft", "soon")
    tree = document(classification="Internal")
    assert (tree.classification, tree.running) == ("Internal", ("Draft",))
    assert document(classification="TLP:RED").classification == ""


def test_a_file_tells_what_it_is() -> None:
    tree = document(
        id="INC-1", authors=["Ana", {"role": "SRE"}, {"team": "x"}], tags=["database", "deploy"], revision="3",
        classification="TLP:RED", date="2026-03-14", published="2026-03-19", status="final",
    )  # fmt: skip
    assert replace(tree.properties, metadata=()) == nodes.Properties(
        "INC-1", ("Ana", "SRE"), KIND, ("database", "deploy"), "Final", "TLP:RED", "3", "2026-03-19",
        GENERATOR, tree.properties.digest, "2026-03-19",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("published", "date", "day"),
    [
        ("2026-03-19", "2026-03-14", "2026-03-19"),
        (None, "2026-03-14", "2026-03-14"),
        ("soon", "2026-3-4", "2026-03-04"),
        ("soon", "March", ""),
        (None, None, ""),
    ],
)
def test_a_file_is_of_the_day_that_the_report_says_never_of_today(
    published: str | None, date: str | None, day: str
) -> None:
    assert document(published=published, date=date).properties.date == day


@pytest.mark.parametrize(
    ("language", "title", "tag", "direction"),
    [
        (None, "Checkout unavailable", "en", "ltr"),
        (None, "\u05e9\u05dc\u05d5\u05dd checkout", "en", "rtl"),
        (None, "123 \u0639\u0637\u0644", "en", "rtl"),
        (None, "123", "en", "ltr"),
        ("pt_BR", "\u05e9", "pt-BR", "ltr"),
        ("ar", "Checkout", "ar", "rtl"),
        ("AR-EG", "Checkout", "AR-EG", "rtl"),
        (" he ", "Checkout", "he", "rtl"),
        ("de", "x", "de", "ltr"),
    ],
)
def test_language_and_direction(language: str | None, title: str, tag: str, direction: str) -> None:
    tree = document(language=language, title=title)
    assert (tree.language, tree.direction) == (tag, direction)


def test_texts_of_the_head_are_clean_and_on_one_line() -> None:
    tree = document(
        title="A\nB\x1b[31m \u202eC", id="I\n1", severity=" P1\x00 ", classification="a\tb", revision="\u202e3"
    )
    assert tree.title == "A B \u202eC\u202c"
    assert said(tree.facts) == ["Severity P1", KIND]
    assert metadata(tree)["Incident ID"] == "I 1"
    assert tree.classification == "a b"
    assert tree.running == ("Revision \u202e3\u202c", "Draft")


# ---- metadata


def metadata(tree: Document) -> dict[str, str]:
    table, *_ = blocks_of(tree, "metadata")
    assert isinstance(table, nodes.Table)
    return {"".join(texts(name)): "".join(texts(value)) for name, value in (row.cells for row in table.groups[0].rows)}


def test_the_templates_rows_come_first_and_then_those_that_are_filled() -> None:
    tree = document(
        id="INC-1", date="2026-03-14", duration="1h", severity="P1", services=["a", "b"], user_impact="*Some*",
        commander={"name": "Ana", "role": "Lead", "team": "SRE"}, responders=["Ivo", {"role": "AWS"}, {"team": "x"}],
        published="2026-03-19", revision=3, classification="TLP:RED", authors="Ana", tags=["x", "y"],
    )  # fmt: skip
    assert metadata(tree) == {
        "Incident ID": "INC-1",
        "Date": "2026-03-14",
        "Duration": "1h",
        "Severity": "P1",
        "Services Affected": "a, b",
        "User Impact": "Some",
        "Incident Commander": "Ana (Lead, SRE)",
        "Responders": "Ivo, AWS, x",
        "Status": "Draft",
        "Published": "2026-03-19",
        "Revision": "3",
        "Classification": "TLP:RED",
        "Authors": "Ana",
        "Tags": "x, y",
    }
    assert list(metadata(tree))[:9] == [
        "Incident ID", "Date", "Duration", "Severity", "Services Affected", "User Impact", "Incident Commander",
        "Responders", "Status",
    ]  # fmt: skip


def test_a_duration_that_is_written_is_not_replaced_and_one_that_is_not_is_derived() -> None:
    times: dict[str, Any] = {"date": "2026-03-14", "milestones": {"detected": "14:02", "resolved": "15:27"}}
    assert metadata(document(duration="2 hours", **times))["Duration"] == "2 hours"
    for exact in ("1h 25m", "85 minutes", "01:25"):
        assert metadata(document(duration=exact, **times))["Duration"] == f"{exact} (from detection to resolution)"
    derived = metadata(document(**times))["Duration"]
    assert derived.replace("\N{NO-BREAK SPACE}", " ") == "1 h 25 min (from detection to resolution)"
    assert "Duration" not in metadata(document())


# ---- pictures and logs


def test_a_picture_of_the_folder_is_a_figure_with_its_caption(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PIXEL)
    tree = document(base=tmp_path, figures=[{"src": "a.png", "alt": "Errors", "caption": "By *minute*."}])
    (figure,) = blocks_of(tree, "figures")
    assert isinstance(figure, nodes.Figure)
    assert figure.image == nodes.Image(PIXEL, "image/png", 1, 1, "Errors", "a.png")
    assert "".join(texts(figure.caption)) == "Figure 1. By minute."
    assert tree.problems == ()


def test_a_picture_without_words_is_a_problem_and_has_some(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PIXEL)
    tree = document(base=tmp_path, summary="![](a.png)")
    (figure,) = blocks_of(tree, "summary")
    assert isinstance(figure, nodes.Figure)
    assert figure.image.alt == "Image a.png"
    assert [problem.message for problem in tree.problems] == ["the image a.png has no alt text."]


@pytest.mark.parametrize("src", ["graphs", "", ".", "missing.png", "../up.png", "/etc/passwd", "a\x00b", "x" * 300])
def test_a_picture_that_is_not_to_be_had_leaves_a_remark_and_a_problem(tmp_path: Path, src: str) -> None:
    (tmp_path / "graphs").mkdir()
    tree = document(base=tmp_path, summary=f"Before ![Errors]({src}) after")
    told = "".join(texts(blocks_of(tree, "summary")))
    assert re.fullmatch(r"Before Image not shown: .* Errors after", told)
    assert len(tree.problems) == 1


@pytest.mark.parametrize("src", ["https://e.x/a.png", "HTTP://e.x/a b.png", "https://e.x/\u202ea"])
def test_an_address_is_never_fetched_and_never_lost(tmp_path: Path, src: str) -> None:
    tree = document(base=tmp_path, figures=[{"src": src, "alt": "Errors", "caption": "Caption"}])
    told = "".join(texts(blocks_of(tree, "figures")))
    assert "Errors" in told
    assert "Caption" in told
    assert one_line(src) in told
    assert tree.problems == ()


def test_a_log_of_the_folder_is_shown_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"\xef\xbb\xbf\nPool \x1b[31mempty\x1b[0m\r\n  <b>*x*</b>\n\n")
    (log,) = blocks_of(document(base=tmp_path, logs=[{"file": "a.log", "language": "text"}]), "logs")
    assert log == nodes.CodeBlock(
        "Pool empty\n  <b>*x*</b>", "text", "log", (Ordinal("Log 1.", "log", 1), Text(" "), Text("a.log")), start=2
    )


def test_a_log_with_a_file_and_a_text_shows_both(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("from the file")
    tree = document(base=tmp_path, logs=[{"title": "Pool", "file": "a.log", "text": "from the report"}])
    assert list(texts(blocks_of(tree, "logs"))) == [
        "",
        "from the file",
        "Log 1.",
        " ",
        "Pool",
        "",
        "from the report",
        "Log 2.",
    ]


@pytest.mark.parametrize(("most", "head", "tail"), [(1, 0, 1), (2, 1, 1), (3, 2, 1), (8, 6, 2), (10, 7, 3)])
def test_of_a_long_log_head_and_tail_are_shown_and_counted(most: int, head: int, tail: int) -> None:
    lines = [f"line {number}" for number in range(1, 21)]
    tree = document(Limits(log_lines=most), logs=["\n".join(lines)])
    *first, note, last = blocks_of(tree, "logs")
    assert isinstance(last, nodes.CodeBlock)
    assert [block.text for block in first if isinstance(block, nodes.CodeBlock)] == ["\n".join(lines[:head])] * bool(
        head
    )
    assert last.text.split("\n") == lines[20 - tail :]
    assert {str(20 - most), "20"} <= set(WORD.findall("".join(texts((note,)))))


@pytest.mark.parametrize("count", [20, 19, 1])
def test_a_log_of_as_many_lines_as_its_limit_is_whole(count: int) -> None:
    text = "\n".join(map(str, range(count)))
    caption = (Ordinal("Log 1.", "log", 1),)
    assert blocks_of(document(Limits(log_lines=20), logs=[text]), "logs") == (
        nodes.CodeBlock(text, None, "log", caption),
    )


def test_a_long_line_is_cut_and_says_so_and_turns_nothing_after_it() -> None:
    tree = document(Limits(line_characters=5), logs=["\u202eabcdefgh\nnext"])
    (log,) = blocks_of(tree, "logs")
    assert isinstance(log, nodes.CodeBlock)
    assert log.text == "\u202eabcd\u202c… (+5)\nnext"


def test_of_a_long_log_paper_shows_the_errors_and_what_it_leaves_out() -> None:
    lines = [f"14:02 INFO line {number}" for number in range(1, 3001)]
    lines[99] = "14:02 ERROR a"
    lines[199] = f"14:02 ERROR {'b' * 900}"
    (excerpt,) = blocks_of(document(logs=[{"title": "Pool", "text": "\n".join(lines)}]), "logs")
    assert isinstance(excerpt, nodes.Excerpt)
    sizes = {}
    for name, part in (("screen", excerpt.screen), ("paper", excerpt.paper)):
        code = [block for block in part if isinstance(block, nodes.CodeBlock)]
        sizes[name] = sum(block.text.count("\n") + 1 for block in code)
        assert [text_of(block.caption) for block in code] == ["Log 1. Pool", *[""] * (len(code) - 1)]
        for block in code:
            for number, line in enumerate(block.text.split("\n"), block.start):
                assert line == lines[number - 1] or line.startswith(lines[number - 1][:300])
            assert block.lines == 3000
    assert sizes == {"screen": 400, "paper": 40}
    head, cut, first, _, second, rest, _ = excerpt.paper
    assert isinstance(first, nodes.CodeBlock)
    assert isinstance(second, nodes.CodeBlock)
    assert first.text.split("\n") == lines[98:100]
    assert second.text.endswith("… (+582)")
    assert ["".join(texts((block,))) for block in (cut, rest)] == [
        "Lines left out here: 72 of 3,000.",
        "Lines left out here: 2,790 of 3,000.",
    ]
    assert isinstance(cut, nodes.Paragraph)
    assert cut.role == "gap"
    assert isinstance(head, nodes.CodeBlock)


def test_errors_among_the_lines_left_out_are_counted() -> None:
    lines = [f"ERROR timeout after {number} ms" for number in range(1000)]
    tree = document(Limits(log_lines=10), logs=["\n".join(lines)])
    (note,) = (block for block in blocks_of(tree, "logs") if isinstance(block, nodes.Paragraph))
    assert "".join(texts((note,))) == "Lines left out here: 990 of 1,000; with errors: 990."


def test_paper_shows_what_the_screen_shows_if_it_is_short() -> None:
    for written in ("\n".join("x" * 100 for _ in range(40)), "\n".join("x" * 320 for _ in range(40))):
        assert [type(block) for block in blocks_of(document(logs=[written]), "logs")] == [nodes.CodeBlock]
    (excerpt,) = blocks_of(document(logs=["x" * 1900 + "\n" + "y" * 1900 + "\n" + "z" * 1900]), "logs")
    assert isinstance(excerpt, nodes.Excerpt), "long lines are shortened on paper"


def test_figures_and_logs_that_are_shown_are_numbered(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(PIXEL)
    figure = {"src": "a.png", "alt": "Errors"}
    captions = [{"caption": "By *minute*.\n\nMore."}, {"caption": "- a list"}, {}]
    figures = [{**figure, **captions[0]}, {**figure, "src": "no.png"}, *({**figure, **more} for more in captions[1:])]
    tree = document(base=tmp_path, figures=figures, logs=["one", {"title": "two", "text": "2"}, {"file": "no.log"}])
    shown = [block for block in blocks_of(tree, "figures") if isinstance(block, nodes.Figure)]
    assert [["".join(texts((part,))) for part in block.caption] for block in shown] == [
        ["Figure 1. By minute.", "More."],
        ["Figure 2.", "a list"],
        ["Figure 3."],
    ]
    logs = [block for block in blocks_of(tree, "logs") if isinstance(block, nodes.CodeBlock)]
    assert said(block.caption for block in logs) == ["Log 1.", "Log 2. two"]


# ---- limits


def test_a_text_beyond_a_limit_is_an_error_that_tells_where() -> None:
    deep = "- " * 200 + "x"
    with pytest.raises(InputError) as error:
        document(summary=deep, timeline=[{"event": "x"}, {"event": f"{deep}y"}], lessons=["a", f"{deep}z"])
    assert [problem.path for problem in error.value.problems] == ["summary", "timeline[1].event", "lessons[1]"]


# ---- the tree, whatever is written


def everything(tree: Document) -> Iterator[str]:
    """Yield every text of a document's pages."""
    yield tree.title
    for run in tree.facts:
        yield text_of(run)
    for section in sections_of(tree):
        yield section.title
        yield from texts(section.blocks)
    yield from texts(tree.footer)


NOT_SHOWN = {"after", "language", "file", "src", "checks", "timezone", "milestones"}
"""What steers a document, or is shown as what follows from it."""

SHOWN_OTHERWISE = {"time", "end", "date", "published", "status"}
"""What is shown in the words of the language, or in the report's zone, where it is understood."""


def written_texts(part: Part) -> Iterator[tuple[str, bool]]:
    """Yield the texts of a report that are to be shown, each with whether it is Markdown."""
    for name in type(part).model_fields:
        value = getattr(part, name)
        if name in NOT_SHOWN:
            continue
        for one in value if isinstance(value, tuple) else (value,):
            if isinstance(one, Part):
                yield from written_texts(one)
            elif one is not None and not (name in SHOWN_OTHERWISE and (parse_time(one) or name == "status")):
                yield one, name in MARKDOWN
    for name, value in (part.__pydantic_extra__ or {}).items():
        yield from ((name, False), (value, False)) if one_line(value or "") else ()


MARKDOWN = {
    "user_impact", "summary", "background", "event", "what_happened", "trigger", "detection", "why", "because",
    "root_cause", "resolution", "contributing_factors", "went_well", "could_improve", "got_lucky", "action", "details",
    "lessons", "caption", "text",
}  # fmt: skip


@given(reports())
@example({"title": "T", "figures": [{"src": "https://e.x/a b.png", "alt": "word"}]})
@example({"title": "T", "logs": [{"file": "missing.log", "title": "one", "text": "two"}]})
def test_no_text_of_an_author_is_lost(fields: dict[str, Any]) -> None:
    report = Report.model_validate(fields)
    found = "".join("".join(everything(compose(report, derive_facts(report), Folder(None)))).split())
    for text, markdown in written_texts(report):
        wanted = words_of(clean(text)) if markdown else set(WORD.findall(one_line(text)))
        assert {word for word in wanted if word not in found} == set(), text


@given(reports())
@example({"title": "T", "severity": "\x00", "timeline": [{"phase": "\x00", "event": "x"}], "impact": {"\x00": "x"}})
@example({"title": "T", "commander": {"name": "\x00"}, "action_items": [{"priority": "\x00", "owner": "\x1b[0m"}]})
def test_the_tree_is_sound_whatever_is_written(fields: dict[str, Any]) -> None:
    report = Report.model_validate(fields)
    tree = compose(report, derive_facts(report), Folder(None))
    assert tree == compose(report, derive_facts(report), Folder(None))
    sections = list(sections_of(tree))
    ids = [section.id for section in sections]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", one) for one in ids)
    assert all(section.level == 2 for section in tree.sections)
    assert all(inside.level == 3 for section in tree.sections for inside in section.sections)
    for section in sections:
        assert section.blocks or section.sections or section.id.startswith("custom-")
        for block in walk(section.blocks):
            assert_sound(block)
    for run in tree.facts:
        assert run
        assert_clean(run)


def assert_clean(run: Inlines) -> None:
    for inline in leaves(run):
        match inline:
            case nodes.Text(text) | nodes.Code(text) | nodes.Label(text) | nodes.Time(text) | nodes.Link(text):
                assert text
                assert text == clean(text)
                assert "\n" not in text
            case _:
                pass


def assert_sound(block: nodes.Block) -> None:
    for run in inlines_of(block):
        assert_clean(run)
    match block:
        case nodes.Table():
            assert block.description
            assert block.groups
            assert {len(row.cells) for group in block.groups for row in group.rows} == {len(block.columns)}
            assert len(block.groups) > 1 or not block.groups[0].title or block.role == "timeline"
        case nodes.Paragraph(run) | nodes.Heading(_, run):
            assert run
        case nodes.List(items):
            assert items
        case _:
            pass
