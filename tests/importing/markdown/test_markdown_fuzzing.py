"""Any text is imported without a crash: each line is in one bin, and the YAML reads as the same report."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import examples, hostile, markdown, written

from pmexport import import_report, load
from pmexport.errors import InputError

PIECES = [
    *("# T", "## Timeline", "## Action items", "## Impact", "## 5 Whys", "## Logs", "## Summary", "## Lessons"),
    *("## Related incidents", "## Metadata", "## Responders", "## Foo", "### 14:05", "## Appendix", "- 14:05 x"),
    *(
        "**Impact:** x",
        "- **Summary**: x\n- **Impact**: y",
        "| Time | Event |\n|---|---|\n| 14:02 | x |",
        "Status: final",
    ),
    *(
        "---\ntitle: x\n---",
        "*Post-Mortem / Root Cause Analysis Report* · x",
        "| Field | Value |\n|---|---|\n| **Date** | ",
    ),
]
"""What means something to the importer."""


@pytest.mark.parametrize(
    "text", ["# &nbsp;", "**&nbsp;**", "## &nbsp;", "## &nbsp;\n\ntext\n\n### &nbsp;", "## x\n\n- &nbsp;"]
)
def test_titles_that_show_nothing_get_one(text: str) -> None:
    draft = import_report(text.encode(), "markdown")
    assert load(draft.to_yaml().encode(), format="yaml").model_dump() == draft.report.model_dump()
    assert all(title.strip() for title in (draft.report.title, *(section.title for section in draft.report.sections)))


HEADINGS = [
    *("Responders", "Authors", "Services", "Timeline", "Action items", "Impact", "5 Whys", "Logs", "Metadata"),
    *("Related incidents", "Milestones", "Figures", "Status", "Date", "Commander", "Lessons", "Root cause", "Summary"),
    *("Appendix", "Detected"),
]
EMPTY = [
    *("| alpha |\n| --- |", "| |\n| --- |\n| a |", "| Name |\n| --- |", "| Name |\n| --- |\n|  |", "&nbsp;", "> "),
    *("[r]: https://r.e\n| --- |", "-", "1.", "<!-- x", "- [ ] ", "```\n```", "\\", "***", "| a | b |\n|-|-|", "<br>"),
    *("| a | b |\n|-|-|\n| | |", "- \n- ", "- <br>", "![](x.png)", "[](https://x)", "[x]: y", "\\\n| alpha |", ","),
]
"""What shows little or nothing."""


@pytest.mark.slow
@pytest.mark.parametrize("heading", HEADINGS)
def test_content_that_shows_little_is_in_one_bin(heading: str) -> None:
    for body in EMPTY:
        below = f"## {heading}\n\n{body}\n"
        listed = f"# T\n\n- **{heading}:** {body}\n- **Impact:** x\n"
        for text in (below, f"# T\n\n{below}\ntext\n", f"{below}\n{body}\n", listed, f"**{heading}:** {body}"):
            assert_understood(text)


def assert_understood(text: str) -> None:
    draft = import_report(text.encode("utf-8", "replace"), "markdown")
    assert [note.text for note in draft.notes if note.bin == "not_understood"] == [], text
    assert [note.line for note in draft.notes] == [1, *((note.last or 0) + 1 for note in draft.notes[:-1])]
    assert load(draft.to_yaml().encode(), format="yaml").model_dump() == draft.report.model_dump(), text


@pytest.mark.slow
@examples(8)
@given(st.lists(st.sampled_from(PIECES) | markdown | written | hostile, min_size=1, max_size=8), st.sampled_from("\n "))
def test_any_text_is_imported_without_loss(pieces: list[str], between: str) -> None:
    text = f"{between}\n".join(pieces)
    if text.strip():
        try:
            load(text.encode("utf-8", "replace"), format="yaml")
        except InputError:
            assert_understood(text)  # what is a report as it stands is not imported
