"""Facts derived from a report: milestones, response times, and the state of action items."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport import Report
from pmexport.report.facts import MEASURES, MILESTONES, Facts, derive_facts
from pmexport.report.model import find_milestone


def facts(as_of: dt.date | None = None, **fields: Any) -> Facts:
    return derive_facts(Report.model_validate({"title": "T", "date": "2026-03-14", **fields}), as_of)


def entries(*pairs: str) -> list[dict[str, str]]:
    """Return timeline entries from texts such as `14:02 Detection`."""
    return [dict(zip(("time", "phase"), pair.split(" ", 1), strict=True)) for pair in pairs]


def milestones(found: Facts) -> dict[str, str]:
    return {name: f"{moment.at:%d %H:%M}" for name, moment in found.milestones.items()}


def minutes(found: Facts) -> dict[str, int]:
    return {measure.name: measure.length // dt.timedelta(minutes=1) for measure in found.measures}


def test_milestones_and_measures_match_the_format() -> None:
    assert MILESTONES == ("impact_started", "detected", "acknowledged", "mitigated", "resolved", "closed")
    assert MEASURES == {
        "time_to_detect": ("impact_started", "detected"),
        "time_to_acknowledge": ("detected", "acknowledged"),
        "time_to_mitigate": ("impact_started", "mitigated"),
        "time_to_resolve": ("impact_started", "resolved"),
        "duration": ("detected", "resolved"),
    }


# ---- milestones

PHASES = {
    "impact_started": ("impact", "impact started", "outage begins"),
    "detected": ("detection", "detected", "alert"),
    "acknowledged": ("triage", "acknowledged", "declared"),
    "mitigated": ("mitigation", "mitigated", "workaround"),
    "resolved": ("resolution", "resolved", "recovered", "fixed"),
    "closed": ("closed", "confirmed"),
}


@pytest.mark.parametrize(("milestone", "phase"), [(name, phase) for name in PHASES for phase in PHASES[name]])
@pytest.mark.parametrize("spelled", [str, str.upper, str.title, lambda phase: f" {phase.replace(' ', '-')}! "])
def test_a_phase_maps_to_its_milestone_ignoring_case_and_punctuation(milestone: str, phase: str, spelled: Any) -> None:
    assert find_milestone(spelled(phase)) == milestone
    assert milestones(facts(timeline=[{"time": "14:02", "phase": spelled(phase)}])) == {milestone: "14 14:02"}


@pytest.mark.parametrize(
    "phase",
    [
        None,
        "",
        "Escalation",
        "Investigation",
        "Investigating",
        "Identified",
        "not resolved",
        "undetected",
        "Deploy",
        "?",
    ],
)
def test_other_phases_map_to_no_milestone(phase: str | None) -> None:
    assert find_milestone(phase) is None
    assert milestones(facts(timeline=[{"time": "14:02", "phase": phase}])) == {}


def test_a_milestone_is_the_first_entry_of_its_phases() -> None:
    found = facts(timeline=entries("14:02 Alert", "14:03 Detection", "14:10 Triage", "14:20 Acknowledged"))
    assert milestones(found) == {"detected": "14 14:02", "acknowledged": "14 14:10"}


def test_mitigated_and_resolved_are_the_last_entries_of_their_phases() -> None:
    found = facts(timeline=entries("14:02 Mitigation", "14:10 Workaround", "14:20 Recovered", "14:30 Resolved"))
    assert milestones(found) == {"mitigated": "14 14:10", "resolved": "14 14:30"}


@pytest.mark.parametrize("given_", [{}, {"resolved": "14:30"}])
def test_mitigation_after_the_resolution_is_not_the_end_of_the_impact(given_: dict[str, str]) -> None:
    timeline = entries("14:00 Impact", "14:10 Mitigation", "14:30 Resolution", "15:00 Mitigation")
    assert minutes(facts(timeline=timeline, milestones=given_)) == {"time_to_mitigate": 10, "time_to_resolve": 30}


def test_a_mitigation_only_after_the_resolution_gives_a_problem_and_no_measure() -> None:
    found = facts(timeline=entries("14:00 Impact", "14:30 Resolution", "15:00 Mitigation"))
    assert minutes(found) == {"time_to_resolve": 30}
    assert [problem.message for problem in found.problems] == [
        "resolved (14:30) is before mitigated (15:00), so time_to_mitigate is not derived."
    ]


def test_on_a_status_page_identified_is_the_cause_and_monitoring_comes_before_the_end() -> None:
    page = entries("06:12 Impact", "06:25 Investigating", "06:41 Identified", "06:58 Monitoring", "07:40 Resolved")
    found = facts(timeline=page)
    assert milestones(found) == {"impact_started": "14 06:12", "resolved": "14 07:40"}
    assert minutes(found) == {"time_to_resolve": 88}


@pytest.mark.parametrize(
    ("timeline", "given_", "closed"),
    [
        (["14:30 Resolved", "15:00 Monitoring"], {}, "14 15:00"),
        (["14:30 Resolved", "14:30 Monitoring"], {}, "14 14:30"),
        (["14:30 Resolved", "14:40 Monitoring", "15:00 Resolved"], {}, None),
        (["14:30 Resolved", "14:40 Monitoring", "15:00 Resolved", "16:00 Monitoring"], {}, "14 16:00"),
        (["15:00 Monitoring"], {}, None),
        (["15:00 Monitoring"], {"resolved": "14:30"}, "14 15:00"),
        (["14:00 Monitoring", "16:00 Closed"], {"resolved": "14:30"}, "14 16:00"),
        (["14:00 Confirmed", "14:10 Detected"], {}, None),
        (["14:10 Detected", "14:20 Confirmed"], {}, "14 14:20"),
    ],
)
def test_monitoring_and_confirmed_close_only_what_is_over(
    timeline: list[str], given_: dict[str, str], closed: str | None
) -> None:
    assert milestones(facts(timeline=entries(*timeline), milestones=given_)).get("closed") == closed


def test_a_given_milestone_takes_precedence() -> None:
    found = facts(timeline=entries("14:02 Detection", "15:00 Resolution"), milestones={"detected": "14:01"})
    assert milestones(found) == {"detected": "14 14:01", "resolved": "14 15:00"}


def test_a_given_milestone_that_is_not_understood_is_not_replaced() -> None:
    found = facts(timeline=entries("14:02 Detection", "15:00 Resolution"), milestones={"detected": "ca. 14:00"})
    assert milestones(found) == {"resolved": "14 15:00"}


@pytest.mark.parametrize("time", ["2026-03-14", "ca. 14:00", None])
def test_an_inexact_time_is_not_a_milestone(time: str | None) -> None:
    timeline = [{"time": time, "phase": "Detection", "event": "E"}, {"time": "15:00", "phase": "Detected"}]
    assert milestones(facts(timeline=timeline)) == {}


def test_milestones_are_in_their_usual_order() -> None:
    found = facts(timeline=entries("14:02 Resolution", "14:03 Detection"), milestones={"closed": "16:00"})
    assert list(found.milestones) == ["detected", "resolved", "closed"]


def test_a_given_clock_time_takes_the_date_of_the_milestone_before() -> None:
    found = facts(timeline=entries("23:50 Detection"), milestones={"mitigated": "00:30", "resolved": "01:20"})
    assert milestones(found) == {"detected": "14 23:50", "mitigated": "15 00:30", "resolved": "15 01:20"}
    assert minutes(found) == {"duration": 90}
    assert found.problems == ()


# ---- measures


def test_each_measure_is_between_its_two_milestones() -> None:
    timeline = entries("13:58 Impact", "14:02 Detection", "14:05 Triage", "14:45 Mitigation", "15:27 Resolution")
    assert minutes(facts(timeline=timeline)) == {
        "time_to_detect": 4,
        "time_to_acknowledge": 3,
        "time_to_mitigate": 47,
        "time_to_resolve": 89,
        "duration": 85,
    }


def test_a_measure_needs_both_milestones() -> None:
    assert minutes(facts(timeline=entries("14:02 Detection", "15:27 Resolution"))) == {"duration": 85}
    assert minutes(facts(timeline=entries("13:58 Impact"))) == {}
    assert facts().measures == ()


def test_a_measure_may_have_zero_length() -> None:
    assert minutes(facts(timeline=entries("14:02 Impact", "14:02 Detection"))) == {"time_to_detect": 0}


def test_contradicting_milestones_give_a_problem_and_no_measure() -> None:
    found = facts(milestones={"impact_started": "13:58", "detected": "14:02", "resolved": "2026-03-14 13:00"})
    assert minutes(found) == {"time_to_detect": 4}
    assert [(problem.path, problem.message) for problem in found.problems] == [
        (
            "milestones.resolved",
            f"resolved (2026-03-14 13:00) is before {first} ({time}), so {measure} is not derived.",
        )
        for first, time, measure in (("impact_started", "13:58", "time_to_resolve"), ("detected", "14:02", "duration"))
    ]
    assert milestones(found)["resolved"] == "14 13:00"  # what the author wrote is not replaced


def test_lengths_ignore_clock_changes() -> None:
    spring = {"impact_started": "2026-03-29 01:30", "detected": "2026-03-29 03:30"}
    autumn = {"impact_started": "2026-10-25 01:30", "detected": "2026-10-25 03:30"}
    assert minutes(facts(timezone="Europe/Paris", milestones=spring)) == {"time_to_detect": 60}
    assert minutes(facts(timezone="Europe/Paris", milestones=autumn)) == {"time_to_detect": 180}


NEW_YEAR = dt.datetime.fromisoformat("2026-01-01")


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC+2", "-03:30"])
@given(st.datetimes(NEW_YEAR, NEW_YEAR + dt.timedelta(days=365)), st.integers(0, 60 * 24 * 40))
def test_lengths_are_those_of_the_instants_in_every_zone(zone: str, start: dt.datetime, length: int) -> None:
    end = start + dt.timedelta(minutes=length)
    texts = {"impact_started": f"{start:%Y-%m-%d %H:%M} UTC", "resolved": f"{end:%Y-%m-%d %H:%M}Z"}
    timeline = [{"time": text, "phase": name.replace("_", " ")} for name, text in texts.items()]
    assert minutes(facts(timezone=zone, milestones=texts)) == {"time_to_resolve": length}
    assert minutes(facts(timezone=zone, timeline=timeline)) == {"time_to_resolve": length}


def test_seconds_count() -> None:
    (measure,) = facts(milestones={"impact_started": "14:00:30", "detected": "14:01:15"}).measures
    assert measure.length == dt.timedelta(seconds=45)


@pytest.mark.parametrize(
    ("timezone", "first", "last"),
    [("America/New_York", "9999-12-31 23:00", "23:30"), ("Europe/Paris", "0001-01-01 00:00", "00:05")],
)
def test_the_ends_of_the_calendar_do_not_crash(timezone: str, first: str, last: str) -> None:
    found = facts(date=first[:10], timezone=timezone, milestones={"impact_started": first, "resolved": last})
    assert found.problems == ()


def test_a_measure_is_found_by_its_name() -> None:
    found = facts(timeline=entries("14:02 Detection", "15:27 Resolution"))
    measure = found.measure("duration")
    assert measure is not None
    assert (measure.start.text, measure.end.text) == ("14:02", "15:27")
    assert found.measure("time_to_detect") is None


# ---- ranges


def ends(*times: tuple[str | None, str | None], **fields: Any) -> list[str | None]:
    timeline = [{"time": time, "end": end, "event": "E"} for time, end in times]
    found = facts(timeline=timeline, **fields).events
    return [f"{event.end.at:%d %H:%M}" if event.end and event.end.at else None for event in found]


def test_an_end_takes_the_date_of_its_start() -> None:
    assert ends(("2026-03-20 14:00", "14:30"), ("23:50", "00:10"), ("00:15", "00:20")) == [
        "20 14:30",
        "21 00:10",
        "21 00:20",
    ]


def test_an_end_with_an_offset_takes_the_date_in_its_offset() -> None:
    assert ends(("23:30-05:00", "23:45-05:00")) == ["15 04:45"]


def test_an_end_without_a_valid_start_takes_the_date_of_the_entry_before() -> None:
    assert ends(("2026-03-20 10:00", None), ("ca. 11:20", "11:40"), (None, "12:00")) == [None, "20 11:40", "20 12:00"]


def test_an_end_before_any_start_takes_the_date_of_the_report() -> None:
    assert ends((None, "11:40")) == ["14 11:40"]
    assert ends((None, "11:40"), date=None) == [None]


def test_an_end_does_not_affect_the_date_of_the_next_entry() -> None:
    assert ends(("14:00", "2026-03-16 09:00"), ("14:30", "14:40")) == ["16 09:00", "14 14:40"]


# ---- action items


def states(*written: str | None) -> list[str]:
    return [action.state for action in facts(action_items=[{"action": "A", "status": one} for one in written]).actions]


@pytest.mark.parametrize(
    "status",
    [
        *("done", "Done", "DONE.", "closed", "complete", "completed", "Complete(d)", "fixed", "resolved", "merged"),
        *("shipped", "Done; see AI-7", "done (2026-03-20)", "Merged - #1234", "Fixed: pool size", "✅ Done"),
    ],
)
def test_statuses_that_mean_done(status: str) -> None:
    assert states(status) == ["done"]


@pytest.mark.parametrize(
    "status",
    [
        *("won't do", "Won\N{RIGHT SINGLE QUOTATION MARK}t do", "wontdo", "WON'T FIX", "cancelled", "canceled"),
        *("rejected", "Obsolete", "Won't do (superseded)", "Rejected, see AI-2"),
    ],
)
def test_statuses_that_mean_dropped(status: str) -> None:
    assert states(status) == ["dropped"]


@pytest.mark.parametrize(
    "status",
    [
        *(None, "", "Open", "In progress", "in_progress", "To do", "Blocked", "Reopened", "not done"),
        *("Not yet fixed", "50 %", "almost done", "In review: fixed on main", "?", "donee", "won"),
    ],
)
def test_anything_else_is_open(status: str | None) -> None:
    assert states(status) == ["open"]


def test_items_are_counted_by_state() -> None:
    items = [{"action": "A", "status": status} for status in ("Open", "Done", "Done", "Rejected", None)]
    found = facts(action_items=items)
    assert (found.count("open"), found.count("done"), found.count("dropped")) == (2, 2, 1)


@pytest.mark.parametrize(
    ("deadline", "status", "overdue"),
    [
        ("2026-03-31", "Open", True),
        ("2026-04-01", "Open", False),  # the deadline is the last day
        ("2026-04-02", None, False),
        ("2026-03-31", None, True),
        ("2026-3-31", "In progress", True),
        ("2026-03-31 18:00", "Open", True),
        ("2026-03-31", "Done", False),
        ("2026-03-31", "Won't do", False),
        ("end of March", "Open", False),
        (None, "Open", False),
        ("14:02", "Open", False),
    ],
)
def test_an_open_item_is_overdue_the_day_after_its_deadline(
    deadline: str | None, status: str | None, overdue: bool
) -> None:
    items = [{"action": "A", "deadline": deadline, "status": status}]
    found = facts(dt.date(2026, 4, 1), action_items=items)
    assert found.actions[0].overdue is overdue
    assert found.overdue == overdue


LATE = [{"action": "A", "deadline": "2026-03-20"}]


def test_as_of_is_given_or_the_date_of_publication_or_none() -> None:
    given_ = facts(dt.date(2026, 3, 20), published="2026-04-01", action_items=LATE)
    published = facts(published="2026-04-01", action_items=LATE)
    none = facts(action_items=LATE)
    assert (given_.as_of, given_.overdue) == (dt.date(2026, 3, 20), 0)
    assert (published.as_of, published.overdue) == (dt.date(2026, 4, 1), 1)
    assert (none.as_of, none.overdue) == (None, 0)


@pytest.mark.parametrize("published", ["soon", "14:02"])
def test_an_unreadable_date_of_publication_is_ignored(published: str) -> None:
    assert facts(published=published, action_items=LATE).as_of is None


# ---- ids


def ids(*written: str | None) -> list[str]:
    return [action.id for action in facts(action_items=[{"id": one, "action": "A"} for one in written]).actions]


def test_items_without_an_id_are_numbered_by_position() -> None:
    assert ids(None, None, "PM-7", None) == ["AI-1", "AI-2", "PM-7", "AI-4"]


def test_a_number_in_use_is_skipped() -> None:
    assert ids(None, "AI-1") == ["AI-2", "AI-1"]
    assert ids("AI-2", None, None) == ["AI-2", "AI-3", "AI-4"]
    assert ids(None, None, "AI-2", "AI-1") == ["AI-3", "AI-4", "AI-2", "AI-1"]


def test_space_around_an_id_is_ignored() -> None:
    assert ids(" AI-1 ", None, "AI-3\n", None)[1::2] == ["AI-2", "AI-4"]
    assert ids(None, " AI-1 ")[0] == "AI-2"


@given(st.lists(st.sampled_from([None, "AI-1", "AI-2", "AI-3", "AI-5", "X"]), max_size=8))
def test_given_ids_are_kept_and_generated_ids_are_unique(written: list[str | None]) -> None:
    found = ids(*written)
    made = [number for number, one in enumerate(written) if one is None]
    assert [one for number, one in enumerate(found) if number not in made] == [one for one in written if one]
    assert all(found.count(found[number]) == 1 for number in made)


# ---- any report

_clock = st.sampled_from(["13:58", "14:02", "2:02 PM", "2026-03-15", "2026-03-13 23:00", "ca. 11", "23:59-11:00", None])
_milestones = st.fixed_dictionaries({}, optional=dict.fromkeys(MILESTONES, _clock))
_timeline = st.lists(
    st.fixed_dictionaries({"time": _clock, "end": _clock, "phase": st.sampled_from(["Impact", "Alert", "Fixed"])}),
    max_size=4,
)


@given(_milestones, _timeline, st.sampled_from([None, "2026-03-14"]), st.sampled_from([None, "Asia/Kathmandu"]))
def test_a_measure_lies_between_milestones_in_order_or_is_a_problem(
    given_: dict[str, Any], timeline: list[dict[str, Any]], date: str | None, timezone: str | None
) -> None:
    found = facts(milestones=given_, timeline=timeline, date=date, timezone=timezone)
    possible = [name for name, both in MEASURES.items() if set(both) <= set(found.milestones)]
    assert len(found.measures) + len(found.problems) == len(possible)
    for measure in found.measures:
        assert (measure.start, measure.end) == tuple(found.milestones[name] for name in MEASURES[measure.name])
        assert measure.length >= dt.timedelta()
    assert [event.entry.time for event in found.events] == [entry["time"] for entry in timeline]


# ---- a zone that is not known


@pytest.mark.parametrize("name", ["unknown", " Unknown ", "UNSPECIFIED", "not known", "not specified"])
def test_without_a_known_zone_times_have_lengths_and_no_instant(name: str) -> None:
    found = facts(timezone=name, timeline=entries("23:00 Impact", "03:30 Resolution"), date="2026-03-28")
    data = found.as_dict()
    assert (data["timezone"], minutes(found)) == (None, {"time_to_resolve": 270})  # clocks changed nowhere
    assert [event["start"]["at"] for event in data["events"]] == ["2026-03-28T23:00:00", "2026-03-29T03:30:00"]


@pytest.mark.parametrize(
    ("times", "zone", "expected"),
    [
        (["14:00 Impact", "14:30 Resolution"], None, {"time_to_resolve": 30}),
        (["14:00Z Impact", "16:30+02:00 Resolution"], "UTC", {"time_to_resolve": 30}),
        (["14:00 Impact", "14:30Z Resolution"], None, {}),
        (["14:00Z Impact", "14:30 Resolution"], None, {}),
        (["14:00 Impact", "14:10Z Detection", "14:30 Resolution"], None, {"time_to_resolve": 30}),
        (["14:00Z Impact", "14:10 Detection", "14:30Z Resolution"], None, {"time_to_resolve": 30}),
        (["2026-03-14 Impact"], None, {}),
    ],
)
def test_times_with_and_without_an_offset_are_never_compared(
    times: list[str], zone: str | None, expected: dict[str, int]
) -> None:
    found = facts(timezone="unknown", timeline=entries(*times))
    assert (minutes(found), found.as_dict()["timezone"], found.problems) == (expected, zone, ())


def test_a_time_with_an_offset_stays_true_beside_those_of_an_unknown_zone() -> None:
    times = entries("23:50 Impact", "00:10+14:00 x", "2026-03-15T08:00-05:00 y", "08:30 z", "07:00 Resolution")
    starts = [event["start"]["at"] for event in facts(timezone="unknown", timeline=times).as_dict()["events"]]
    assert starts == [
        "2026-03-14T23:50:00", "2026-03-15T00:10:00+14:00", "2026-03-15T08:00:00-05:00", "2026-03-15T08:30:00",
        "2026-03-15T07:00:00",
    ]  # fmt: skip


def test_an_entry_is_placed_only_among_times_it_can_be_compared_with() -> None:
    report = Report(title="T", date="2026-03-14", timezone="unknown", timeline=[{"time": "10:00"}, {"time": "12:00"}])
    assert [one.time for one in report.with_event(time="11:00", event="a").timeline] == ["10:00", "11:00", "12:00"]
    assert [one.time for one in report.with_event(time="11:00Z", event="a").timeline][-1] == "11:00Z"
