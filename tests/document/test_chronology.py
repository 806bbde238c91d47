"""The incident on a time axis: true to scale, in few words, and left out where its times do not allow it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from strategies import examples, reports

from pmexport import Report
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Chronology, Span, text_of
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts


def picture(timeline: list[tuple[str, str]], **fields: Any) -> Chronology | None:
    entries = [{"time": time, "phase": phase, "event": "x"} for time, phase in timeline]
    report = Report.model_validate({"title": "T", "date": "2026-03-14", "timeline": entries, **fields})
    return picture_of(report)


def picture_of(report: Report) -> Chronology | None:
    tree = compose(report, derive_facts(report), Folder(None, Limits()))
    return next((block for block in tree.glance if isinstance(block, Chronology)), None)


def lanes(found: Chronology) -> dict[str, str]:
    return {text_of(lane.title): text_of(lane.times) for lane in found.lanes}


INCIDENT = [
    ("13:58", "Impact"),
    ("14:02", "Detection"),
    ("14:18", "Mitigation"),
    ("14:38", "Resolution"),
    ("16:00", "Monitoring"),
]


def test_phases_last_until_the_next_begins_and_the_axis_ends_with_the_resolution() -> None:
    found = picture(INCIDENT)
    assert found is not None
    assert lanes(found) == {
        "Impact": "13:58, 4 min",
        "Detection": "14:02, 16 min",
        "Mitigation": "14:18, 20 min",
        "Resolution": "14:38",
        "Events": "4 from 13:58 to 14:38",
        "Time to detect": "4 min, detected 14:02",
        "Time to mitigate": "20 min, mitigated 14:18",
        "Time to resolve": "40 min, resolved 14:38",
    }
    assert [lane.spans for lane in found.lanes] == [
        (Span(0, 0.1),), (Span(0.1, 0.5),), (Span(0.5, 1),), (Span(1, 1),),
        (Span(0, 0), Span(0.1, 0.1), Span(0.5, 0.5), Span(1, 1)), (Span(0, 0.1),), (Span(0, 0.5),), (Span(0, 1),),
    ]  # fmt: skip
    assert list(found.marks) == [0, 0.1, 0.5, 1]
    assert text_of(found.caption) == "14 March 2026. All times in UTC. Each phase lasts until the next begins."


def test_the_first_column_is_called_what_it_holds() -> None:
    names = {}
    for phase in ("Impact", ""):
        found = picture([("14:00", phase), ("14:10", phase), ("14:20", phase)])
        assert found is not None
        names[phase] = text_of(found.columns[0])
    assert names == {"Impact": "Phase", "": "Measure"}


def test_a_phase_that_comes_back_has_one_lane() -> None:
    timeline = [("14:00", "impact"), ("14:10", "Fix"), ("14:20", "Impact"), ("14:30", "fix"), ("14:50", "Resolved")]
    found = picture(timeline)
    assert found is not None
    assert lanes(found)["impact"] == "14:00, 20 min in 2 parts"
    assert [len(lane.spans) for lane in found.lanes] == [2, 2, 1, 5, 1]


@pytest.mark.parametrize(
    ("timeline", "fields", "ticks"),
    [
        ([("14:02", "Impact"), ("14:12", "Resolved")], {}, "14:02 14:04 14:06 14:08 14:10"),
        ([("13:58", "Impact"), ("15:27", "Resolved")], {}, "14:00 14:15 14:30 14:45 15:00 15:15"),
        ([("14:02", "Impact"), ("14:12:30", "Resolved")], {}, "14:02 14:04 14:06 14:08 14:10"),
        ([("14:02", "Impact"), ("14:11", "Resolved")], {}, "14:02 14:04 14:06 14:08"),  # 14:10 would leave the axis
        ([("14:00", "Impact"), ("14:02", "Resolved")], {}, "14:00:00 14:00:30 14:01:00 14:01:30"),
        ([("22:10", "Impact"), ("2026-03-15 04:00", "Resolved")], {}, "23:00 15 Mar 01:00 02:00 03:00"),
        (
            [("2026-03-28 10:00", "Impact"), ("2026-04-03 10:00", "Resolved")],
            {"timezone": "Europe/Paris"},  # whose clocks skip an hour on 29 March
            "29 Mar 30 Mar 31 Mar 1 Apr 2 Apr",
        ),
    ],
)
def test_ticks_stand_at_round_times_of_the_zone(
    timeline: list[tuple[str, str]], fields: dict[str, str], ticks: str
) -> None:
    found = picture(timeline, **fields)
    assert found is not None
    assert " ".join(tick.text for tick in found.ticks) == ticks
    assert [tick.at for tick in found.ticks] == sorted(tick.at for tick in found.ticks)


def test_the_axis_is_true_where_the_clocks_are_put_forward() -> None:
    timeline = [("2026-03-29 01:30", "Impact"), ("03:30", "Detected"), ("05:30", "Resolved")]
    found = picture(timeline, timezone="Europe/Paris")
    assert found is not None
    assert lanes(found)["Impact"] == "01:30, 1 h"
    assert found.lanes[0].spans == (Span(0, pytest.approx(1 / 3)),)  # type: ignore[arg-type]


def test_several_days_are_told_with_their_dates() -> None:
    found = picture([("23:50", "Impact"), ("00:10", "Detected"), ("01:00", "Resolved")])
    assert found is not None
    assert lanes(found)["Detected"] == "15 Mar 00:10, 50 min"
    assert text_of(found.caption).startswith("14 March 2026 \N{EN DASH} 15 March 2026. ")


def test_without_phases_the_milestones_make_the_picture() -> None:
    found = picture([], milestones={"impact_started": "14:00", "detected": "14:05", "resolved": "15:00"})
    assert found is not None
    assert list(lanes(found)) == ["Time to detect", "Time to resolve"]
    assert text_of(found.caption) == "14 March 2026. All times in UTC."


def test_three_hundred_events_make_few_lanes() -> None:
    phases = ["Impact", "Triage", "Mitigation"]
    timeline = [(f"{10 + number // 60}:{number % 60:02}", phases[number % 3]) for number in range(300)]
    found = picture([*timeline, ("15:30", "Resolved")])
    assert found is not None
    assert len([lane for lane in found.lanes if lane.role == "phase"]) == 4


@pytest.mark.parametrize("phases", ["", "Phase {}"])
def test_no_phases_or_too_many_of_them_leave_the_events(phases: str) -> None:
    found = picture([(f"14:{number:02}", phases.format(number)) for number in range(30)])
    assert found is not None
    assert lanes(found) == {"Events": "30 from 14:00 to 14:29"}
    assert len(found.lanes[0].spans) == 30


@pytest.mark.parametrize(
    ("timeline", "fields"),
    [
        ([], {}),
        ([("14:00", "Impact")], {}),
        ([("14:00", ""), ("15:00", "")], {}),
        ([("14:00", ""), ("14:00", ""), ("14:00", "")], {}),
        ([("ca. 14:00", "Impact"), ("later", "Resolved")], {}),
        ([("2026-03-14", "Impact"), ("2026-03-15", "Resolved")], {}),
        ([("14:00", "Impact"), ("13:00", "Resolved")], {}),
        ([("14:00:00", "Impact"), ("14:00:30", "Resolved")], {}),
        ([("2026-01-01 10:00", "Impact"), ("2026-09-01 10:00", "Resolved")], {}),
    ],
)
def test_times_that_allow_no_picture_make_none(timeline: list[tuple[str, str]], fields: dict[str, str]) -> None:
    assert picture(timeline, **fields) is None


@examples(0.5)
@given(reports())
def test_nothing_lies_beside_the_axis(fields: dict[str, Any]) -> None:
    found = picture_of(Report.model_validate(fields))
    if found is not None:
        assert all(0 <= span.start <= span.end <= 1 for lane in found.lanes for span in lane.spans)
        assert all(0 <= at <= 1 for at in (*found.marks, *(tick.at for tick in found.ticks)))
        assert all(text_of(lane.title) and text_of(lane.times) for lane in found.lanes)


def test_times_that_clocks_show_twice_have_their_offset_in_the_picture() -> None:
    timeline = [("2026-10-25T02:10+02:00", "Impact"), ("2026-10-25T02:05+01:00", "Resolution")]
    found = picture(timeline, timezone="Europe/Berlin")
    assert found is not None
    assert {name: text.replace("\N{NO-BREAK SPACE}", " ") for name, text in lanes(found).items()} == {
        "Impact": "02:10 UTC+02:00, 55 min",
        "Resolution": "02:05 UTC+01:00",
        "Time to resolve": "55 min, resolved 02:05 UTC+01:00",
    }
    assert [tick.text.replace("\N{NO-BREAK SPACE}", " ") for tick in found.ticks] == ["02:30 UTC+02:00"]


@pytest.mark.parametrize(
    ("zone", "first", "last", "ticks"),
    [
        ("Europe/Paris", "2026-10-25 00:00", "2026-10-25 05:00", "00:00 03:00"),
        ("Europe/Paris", "2026-03-29 01:00", "2026-03-29 05:00", "01:00 01:30 03:00 03:30 04:00 04:30"),
        ("UTC+2", "2026-03-29 01:00", "2026-03-29 05:00", "01:00 02:00 03:00 04:00"),
    ],
)
def test_ticks_are_true_where_clocks_change(zone: str, first: str, last: str, ticks: str) -> None:
    found = picture([(first, "Impact"), (last, "Resolved")], timezone=zone)
    assert found is not None
    assert " ".join(tick.text for tick in found.ticks) == ticks


@pytest.mark.parametrize("zone", ["UTC", "UTC+14", "UTC-12", "Europe/Paris"])
@pytest.mark.parametrize(("first", "last"), [("0001-01-02 00:00", "00:30"), ("9999-12-30 23:00", "23:59")])
def test_the_ends_of_the_calendar_have_a_picture(zone: str, first: str, last: str) -> None:
    found = picture([(first, "Impact"), (last, "Resolved")], timezone=zone)
    assert found is not None
    assert found.ticks


@pytest.mark.parametrize(("first", "last"), [("0001-01-01 00:00", "00:30"), ("9999-12-31 23:00", "23:59")])
def test_the_first_and_the_last_hour_of_the_calendar_have_one_too(first: str, last: str) -> None:
    assert picture([(first, "Impact"), (last, "Resolved")]) is not None
