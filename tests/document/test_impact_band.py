"""The impact band: true to scale, with lengths only between milestones, and left out if the times do not allow it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from unittest import mock

import pytest
from hypothesis import given
from strategies import examples, reports

from pmexport import Report
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.labels import Labels, labels_for
from pmexport.document.nodes import AxisView, ImpactBand, Inlines, Mark, Span, Stretch, Text, flags_of, text_of
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts


def draw(timeline: Sequence[tuple[str, ...]], **fields: Any) -> ImpactBand | None:
    """Return the band of a report. timeline: the time, the phase and the end of each entry."""
    entries = [{"event": "x", **dict(zip(("time", "phase", "end"), entry, strict=False))} for entry in timeline]
    return draw_report(Report.model_validate({"title": "T", "date": "2026-03-14", "timeline": entries, **fields}))


def draw_report(report: Report) -> ImpactBand | None:
    tree = compose(report, derive_facts(report), Folder(None, Limits()))
    blocks = (block for section in tree.sections for block in section.blocks)
    return next((block for block in blocks if isinstance(block, ImpactBand)), None)


def view(timeline: Sequence[tuple[str, ...]], **fields: Any) -> AxisView:
    """Return the only view of a report's band."""
    band = draw(timeline, **fields)
    assert band is not None
    (only,) = band.views
    return only


def words(inlines: Inlines) -> str:
    """Return a text with usual spaces."""
    return " ".join(text_of(inlines).split())


def flags(view: AxisView) -> list[str]:
    return [" ".join(map(words, (flag.time, flag.title, flag.elapsed))).strip() for flag in view.flags]


def bar(view: AxisView) -> list[tuple[str, str]]:
    return [(stretch.role, words(stretch.text)) for stretch in view.stretches]


def lanes(view: AxisView) -> dict[str, list[str]]:
    return {text_of(lane.title): [mark.text for mark in lane.marks] for lane in view.lanes}


INCIDENT = [
    ("13:51", "Change"),
    ("13:58", "Impact"),
    ("14:02", "Detection"),
    ("14:05", "Triage"),
    ("14:15", "Communication"),
    ("14:26", "Rollback", "14:41"),
    ("14:45", "Mitigation"),
    ("15:27", "Resolution"),
    ("17:30", "Closed"),
]


def test_flags_give_clock_and_elapsed_times() -> None:
    assert flags(view(INCIDENT)) == [
        "13:51 Change \N{MINUS SIGN}7 min",
        "13:58 Impact started",
        "14:02 Detected +4 min",
        "14:05 Acknowledged +7 min",
        "14:45 Mitigated +47 min",
        "15:27 Resolved +1 h 29 min",
    ]


def test_the_bar_runs_from_impact_to_resolution() -> None:
    found = view(INCIDENT)
    assert bar(found) == [("impact", "47 min"), ("mitigated", "42 min")]
    by_time = {text_of(flag.time): flag.at for flag in found.flags}
    assert [(one.start, one.end) for one in found.stretches] == [
        (by_time["13:58"], by_time["14:45"]), (by_time["14:45"], by_time["15:27"])
    ]  # fmt: skip


def test_lanes_carry_the_numbers_of_the_rows() -> None:
    assert lanes(view(INCIDENT)) == {
        "Change": ["1"],
        "Response": ["", "2", "3", "4", "6", "7", "8"],
        "Communication": ["5"],
    }
    period = next(mark for lane in view(INCIDENT).lanes for mark in lane.marks if mark.end > mark.start)
    assert period.end - period.start == pytest.approx(15 / (96 * 1.05), abs=1e-6)


def test_rows_off_the_axis_are_named() -> None:
    band = draw(INCIDENT)
    assert band is not None
    assert text_of(band.caption) == "14 March 2026, UTC."
    assert text_of(band.key) == "Numbers refer to rows of the timeline. Outside the period shown: 9."


@pytest.mark.parametrize(
    ("timeline", "expected"),
    [
        ([("14:00", "Impact"), ("15:00", "Resolved")], [("impact", "1 h")]),
        ([("14:00", "Impact"), ("15:00", "")], [("impact_open", "end of the impact unknown")]),
        (
            [("14:00", "Impact"), ("14:10", "Mitigation"), ("15:00", "")],
            [("impact", "10 min"), ("mitigated_open", "mitigated; end of the incident unknown")],
        ),
        ([("14:00", "Detected"), ("15:00", "")], [("impact_open", "start and end of the impact unknown")]),
        ([("14:00", "Detected"), ("15:00", "Resolved")], [("impact_open", "start of the impact unknown")]),
        (
            [("14:00", "Detected"), ("14:30", "Mitigation"), ("15:00", "Resolved")],
            [("impact_open", "start of the impact unknown"), ("mitigated", "mitigated, not yet resolved · 30 min")],
        ),
        ([("14:00", "Impact"), ("14:01", "Mitigation"), ("20:00", "Resolved")],
         [("impact", ""), ("mitigated", "mitigated, not yet resolved · 5 h 59 min")]),
    ],
)  # fmt: skip
def test_what_is_not_known_is_said(timeline: list[tuple[str, ...]], expected: list[tuple[str, str]]) -> None:
    assert bar(view(timeline)) == expected


def test_elapsed_times_count_from_the_first_milestone_if_the_impact_is_not_known() -> None:
    band = draw([("14:00", "Detected"), ("15:00", "Resolved")])
    assert band is not None
    assert flags(band.views[0]) == ["14:00 Detected", "15:00 Resolved +1 h"]
    assert text_of(band.columns[2]) == "Since detection"


@pytest.mark.parametrize("change", ["2026-03-13 13:51", "13:58", "13:59"])
def test_only_a_change_shortly_before_the_impact_has_a_flag(change: str) -> None:
    found = view([("13:58", "Impact"), ("15:27", "Resolved"), (change, "Change")])
    assert not [flag for flag in flags(found) if "Change" in flag]


def test_many_events_are_ticks() -> None:
    found = view([("14:00", "Impact"), *((f"14:{n:02}", "Investigation") for n in range(1, 40)), ("15:00", "Resolved")])
    assert set(lanes(found)["Response"]) == {""}


def test_a_busy_start_is_enlarged() -> None:
    busy = [(f"2026-03-14 08:{n:02}", "Investigation") for n in range(12, 50, 5)]
    band = draw([("2026-03-14 08:10", "Impact"), *busy, ("09:00", "Mitigated"), ("2026-03-16 10:00", "Resolved")])
    assert band is not None
    whole, part = band.views
    assert flags(whole) == ["16 Mar 10:00 Resolved +2 d 1 h 50 min"]
    assert flags(part) == ["08:10 Impact started", "09:00 Mitigated +50 min"]
    assert [text_of(flag.title) for flag in flags_of(band)] == ["Impact started", "Mitigated", "Resolved"]
    assert set(lanes(whole)["Response"]) == {""}
    assert any(lanes(part)["Response"])
    assert not any(text for _, text in bar(part))
    assert whole.enlarged is not None
    assert whole.enlarged.end - whole.enlarged.start == pytest.approx(0.12)
    assert len(whole.nights) == 2
    assert not part.nights


def test_the_enlarged_part_shows_only_what_is_in_it() -> None:
    busy = [(f"2026-03-14 08:{n:02}", "Investigation") for n in range(12, 50, 5)]
    late = ("2026-03-15 20:00", "Mitigated")
    band = draw([("2026-03-14 08:10", "Impact"), *busy, late, ("2026-03-16 10:00", "Resolved")])
    assert band is not None
    whole, part = band.views
    assert [name for name, _ in bar(whole)] == ["impact", "mitigated"]
    assert [name for name, _ in bar(part)] == ["impact"], "mitigation is later"
    assert part.stretches[0].start == pytest.approx(0.09, abs=0.02)
    assert part.stretches[0].end == 1


def test_the_enlarged_part_shows_a_period_that_began_before_it() -> None:
    busy = [(f"2026-03-15 08:{n:02}", "Investigation") for n in range(12, 50, 5)]
    long = ("2026-03-14 12:00", "Rollback", "2026-03-15 08:30")
    band = draw([("2026-03-14 08:10", "Impact"), long, *busy, ("2026-03-16 10:00", "Resolved")])
    assert band is not None
    _, part = band.views
    periods = [mark for lane in part.lanes for mark in lane.marks if mark.end > mark.start]
    assert [mark.start for mark in periods] == [0]


def test_the_bar_is_true_where_the_clocks_are_put_forward() -> None:
    timeline = [("2026-03-29 01:30", "Impact"), ("03:30", "Mitigated"), ("05:30", "Resolved")]
    found = view(timeline, timezone="Europe/Paris")
    first, second = found.stretches
    assert words(first.text) == "1 h"
    assert (second.end - second.start) / (first.end - first.start) == pytest.approx(2)


def test_times_that_clocks_show_twice_have_their_offset() -> None:
    timeline = [("2026-10-25T02:10+02:00", "Impact"), ("2026-10-25T02:05+01:00", "Resolution")]
    found = view(timeline, timezone="Europe/Berlin")
    assert flags(found) == ["02:10 UTC+02:00 Impact started", "02:05 UTC+01:00 Resolved +55 min"]
    assert [words((Text(tick.text),)) for tick in found.ticks] == ["02:30 UTC+02:00"]


@pytest.mark.parametrize(
    ("zone", "first", "last", "ticks"),
    [
        ("Europe/Paris", "2026-10-25 00:00", "2026-10-25 05:00", "02:00 UTC+02:00 02:00 UTC+01:00 04:00"),
        ("Europe/Paris", "2026-03-29 01:00", "2026-03-29 05:00", "01:30 03:00 03:30 04:00 04:30"),
        ("UTC+2", "2026-03-29 01:00", "2026-03-29 05:00", "01:30 02:00 02:30 03:00 03:30 04:00 04:30"),
    ],
)
def test_ticks_are_true_where_clocks_change(zone: str, first: str, last: str, ticks: str) -> None:
    found = view([(first, "Impact"), (last, "Resolved")], timezone=zone)
    assert words((Text(" ".join(tick.text for tick in found.ticks)),)) == ticks


@pytest.mark.parametrize(
    ("timeline", "fields", "ticks"),
    [
        ([("14:02", "Impact"), ("14:12", "Resolved")], {}, "14:04 14:06 14:08 14:10"),
        ([("13:58", "Impact"), ("15:27", "Resolved")], {}, "14:00 14:10 14:20 14:30 14:40 14:50 15:00 15:10 15:20"),
        ([("22:10", "Impact"), ("2026-03-15 04:00", "Resolved")], {}, "23:00 15 Mar 01:00 02:00 03:00"),
        (
            [("2026-03-28 10:00", "Impact"), ("2026-04-03 10:00", "Resolved")],
            {"timezone": "Europe/Paris"},  # whose clocks skip an hour on 29 March
            "29 Mar 30 Mar 31 Mar 1 Apr 2 Apr 3 Apr",
        ),
    ],
)  # fmt: skip
def test_ticks_are_at_round_times_of_the_zone(
    timeline: list[tuple[str, str]], fields: dict[str, str], ticks: str
) -> None:
    found = view(timeline, **fields)
    assert " ".join(tick.text for tick in found.ticks) == ticks
    assert [tick.at for tick in found.ticks] == sorted(tick.at for tick in found.ticks)


@pytest.mark.parametrize(
    "timeline",
    [
        [],
        [("14:00", "Impact")],
        [("14:00", ""), ("15:00", "")],
        [("ca. 14:00", "Impact"), ("later", "Resolved")],
        [("2026-03-14", "Impact"), ("2026-03-15", "Resolved")],
        [("14:00", "Impact"), ("13:00", "Resolved")],
        [("14:00:00", "Impact"), ("14:00:30", "Resolved")],
        [("14:00", "Impact"), ("13:50", "Detected")],
        [("2026-01-01 10:00", "Impact"), ("2026-09-01 10:00", "Resolved")],
    ],
)
def test_times_that_allow_no_band_make_none(timeline: list[tuple[str, ...]]) -> None:
    assert draw(timeline) is None


@examples(0.5)
@given(reports())
def test_every_length_is_between_two_milestones(fields: dict[str, Any]) -> None:
    report = Report.model_validate(fields)
    band = draw_report(report)
    if band is None:
        return
    moments = [moment.exact for moment in derive_facts(report).milestones.values() if moment.exact]
    moments = sorted(moment.astimezone(dt.UTC) for moment in moments)
    lengths = {labels_for("en").duration(last - first) for first in moments for last in moments if last > first}
    printed = [text_of(one.text).rpartition("· ")[2] for view in band.views for one in view.stretches if one.text]
    assert {text for text in printed if "unknown" not in text} <= lengths
    elapsed = [text_of(flag.elapsed) for flag in flags_of(band) if flag.elapsed and text_of(flag.title) != "Change"]
    assert {text.lstrip("+") for text in elapsed} <= lengths


@pytest.mark.slow
@examples(0.5)
@given(reports())
def test_every_printed_length_begins_at_a_milestone(fields: dict[str, Any]) -> None:
    report = Report.model_validate(fields)
    facts = derive_facts(report)
    printed: list[dt.timedelta] = []
    write = Labels.duration

    def record(labels: Labels, length: dt.timedelta) -> str:
        printed.append(length)
        return write(labels, length)

    with mock.patch.object(Labels, "duration", record):
        compose(report, facts, Folder(None, Limits()))
    milestones = [moment.exact for moment in facts.milestones.values() if moment.exact]
    entries = [event.start.exact for event in facts.events if event.start and event.start.exact]
    assert set(printed) <= {abs(other - first) for first in milestones for other in (*milestones, *entries)}


@examples(0.5)
@given(reports())
def test_nothing_is_off_the_axis(fields: dict[str, Any]) -> None:
    band = draw_report(Report.model_validate(fields))
    for one in band.views if band else ():
        spans: list[Stretch | Span | Mark] = [
            *one.stretches,
            *one.nights,
            *(mark for lane in one.lanes for mark in lane.marks),
        ]
        assert all(0 <= span.start <= span.end <= 1 for span in spans)
        assert all(0 <= at <= 1 for at in (*(flag.at for flag in one.flags), *(tick.at for tick in one.ticks)))
        assert all(first.at <= second.at for first, second in pairwise(one.flags))
