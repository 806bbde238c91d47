"""The samples are realistic reports: they load, and the full one shows every field of the format."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from pmexport import load
from pmexport.report.facts import derive_facts
from pmexport.report.field_types import Part
from pmexport.report.model import Milestones, Report
from pmexport.report.moments import parse_time

SAMPLES = Path(__file__).parents[1] / "samples"
FULL = SAMPLES / "checkout-outage.yaml"
LONG = SAMPLES / "cache-migration.yaml"


def values_of(part: Part, field: str) -> tuple[object, ...]:
    """Return what a field holds, one thing or a list of them; nothing where it is not filled."""
    value = getattr(part, field)
    if isinstance(value, tuple):
        return value
    return () if value is None else (value,)


def parts_of(part: Part) -> Iterator[Part]:
    """Yield a mapping of the report and all those inside it."""
    yield part
    for field in type(part).model_fields:
        for value in values_of(part, field):
            if isinstance(value, Part):
                yield from parts_of(value)


def minutes_of(report: Report) -> dict[str, int]:
    """Return the response times that follow from a report, in minutes."""
    return {measure.name: measure.length // dt.timedelta(minutes=1) for measure in derive_facts(report).measures}


def test_the_full_sample_fills_every_field_of_the_model() -> None:
    parts = list(parts_of(load(FULL)))
    fields = {(type(part).__name__, field) for part in parts for field in type(part).model_fields}
    filled = {
        (type(part).__name__, field) for part in parts for field in type(part).model_fields if values_of(part, field)
    }
    assert ("Suppression", "because") in fields  # the walk reaches the mappings inside
    assert fields - filled == {("Report", "finalized_digest")}  # `finalize` fills it


def test_the_full_sample_adds_two_metrics_of_its_own() -> None:
    assert list(load(FULL).impact.__pydantic_extra__) == ["Support contacts", "Vouchers issued"]


def test_the_full_sample_agrees_with_itself() -> None:
    report = load(FULL)
    derived = {
        "time_to_detect": 4,
        "time_to_acknowledge": 3,
        "time_to_mitigate": 47,
        "time_to_resolve": 89,
        "duration": 85,
    }
    assert minutes_of(report) == derived
    assert minutes_of(report.model_copy(update={"milestones": Milestones()})) == derived  # from the timeline alone
    assert report.duration == "1h 25m"
    facts = derive_facts(report)
    assert [facts.count("done"), facts.count("dropped"), facts.count("open"), facts.overdue] == [1, 1, 6, 1]


def test_the_long_sample_spans_three_days_and_keeps_what_is_not_understood() -> None:
    report = load(LONG)
    events = derive_facts(report).events
    starts = [event.start.at for event in events if event.start and event.start.at]
    unread = [event.entry.time for event in events if event.entry.time and parse_time(event.entry.time) is None]
    assert starts == sorted(starts)
    assert {start.date().isoformat() for start in starts} == {"2026-01-20", "2026-01-21", "2026-01-22"}
    assert unread == ["ca. 11:20"]


def test_the_minimal_sample_has_a_title_and_a_summary() -> None:
    report = load(SAMPLES / "minimal.yaml")
    assert report.model_fields_set == {"title", "summary"}
    assert report.summary


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_what_a_sample_refers_to_is_there(path: Path) -> None:
    report = load(path)
    names = [log.file for log in report.logs] + [figure.src for figure in report.figures]
    assert [name for name in names if name and not (SAMPLES / name).is_file()] == []
