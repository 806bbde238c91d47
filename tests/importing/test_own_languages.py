"""Our own files in every language come back: as the report they were made from, in that language."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmexport import Report, import_report, load, render
from pmexport.document.labels import FALLBACK, known_languages, labels_for
from pmexport.document.nodes import text_of

ROOT = Path(__file__).parents[2]
SAMPLE = load(ROOT / "samples" / "checkout-outage.yaml")
OTHERS = [language for language in known_languages() if language != FALLBACK]
SHORT = {"logs": (), "figures": ()}
"""Word shows neither the languages of code nor the names of images."""


def markdown(report: Report) -> str:
    """Return a report as Markdown, without its last line: the provenance."""
    text = render(report, "md", allow_unfinished=True).decode()
    return text.rstrip("\n").rpartition("\n")[0].replace("```promql", "```").replace("```sql", "```")


@pytest.mark.slow
@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("format_name", ["md", pytest.param("docx", marks=pytest.mark.slow)])
def test_a_file_comes_back_in_its_language(language: str, format_name: str) -> None:
    report = SAMPLE.model_copy(update={"language": language, **SHORT})
    draft = import_report(
        render(report, format_name, allow_unfinished=True), "markdown" if format_name == "md" else "docx"
    )
    assert [note for note in draft.notes if note.bin == "not_understood"] == []
    draft.fields["status"] = report.status
    again = draft.report
    assert again.language == language
    assert [entry.phase for entry in again.timeline] == [entry.phase for entry in report.timeline]
    assert markdown(again) == markdown(report)


def test_dates_of_several_days_come_back() -> None:
    entries = [{"time": f"2026-0{month}-0{month} 10:00", "event": "x"} for month in range(1, 10)]
    for language in (FALLBACK, *OTHERS):
        report = load({"title": "T", "language": language, "date": "2026-01-01", "timeline": entries})
        draft = import_report(render(report, "md"), "markdown")
        assert markdown(draft.report) == markdown(report), language


def test_a_theme_s_words_are_not_mistaken_for_ours(tmp_path: Path) -> None:
    """A file whose kind is the house's own is read like anybody's, and nothing of it is lost."""
    (tmp_path / "labels").mkdir()
    (tmp_path / "theme.toml").write_text('summary = "House"\n', "utf-8")
    (tmp_path / "labels" / "de.toml").write_text('kind = "Störungsbericht"\n', "utf-8")
    report = load({"title": "T", "language": "de", "summary": "Der Pool war voll.", "date": "2026-03-14"})
    draft = import_report(render(report, "md", theme=tmp_path), "markdown")
    assert "Der Pool war voll." in draft.to_yaml()


def test_the_masthead_names_the_language() -> None:
    kinds = [labels_for(language).kind for language in known_languages()]
    assert len(set(kinds)) == len(kinds)
    assert not any(one != other and one.endswith(other) for one in kinds for other in kinds)
    assert text_of(labels_for("de").phrase("led_by", commander="Ana")) == "Einsatzleitung: Ana"
