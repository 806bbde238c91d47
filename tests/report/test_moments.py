"""Written times: the forms that are understood, those kept as written, and the date of each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.report.moments import Moment, parse_time, read_date, resolve_times

UTC = ZoneInfo("UTC")
PARIS = ZoneInfo("Europe/Paris")
NEW_YORK = ZoneInfo("America/New_York")
DAY = dt.date(2026, 3, 14)


def shown(moment: Moment | None) -> str | None:
    """Return a moment as local date and time, None where it was not understood."""
    return None if moment is None or moment.at is None else moment.at.replace(tzinfo=None).isoformat(" ")


def days_and_clocks(texts: list[str | None], zone: ZoneInfo = UTC, day: dt.date | None = DAY) -> list[str | None]:
    return [shown(moment) for moment in resolve_times(texts, zone, day)]


@pytest.mark.parametrize(
    ("text", "date", "clock"),
    [
        ("2026-03-14", "2026-03-14", None),
        ("2026-3-4", "2026-03-04", None),
        ("2024-02-29", "2024-02-29", None),
        ("2000-02-29", "2000-02-29", None),
        ("0001-01-01", "0001-01-01", None),
        ("9999-12-31", "9999-12-31", None),
        ("2026-03-14 14:02", "2026-03-14", "14:02:00"),
        ("2026-03-14T14:02", "2026-03-14", "14:02:00"),
        ("2026-03-14t14:02z", "2026-03-14", "14:02:00+00:00"),
        ("2026-03-14   14:02", "2026-03-14", "14:02:00"),
        ("2026-03-14 14:02:05", "2026-03-14", "14:02:05"),
        ("2026-03-14 14:02:05.25", "2026-03-14", "14:02:05"),
        ("2026-03-14T14:02:05,123456789Z", "2026-03-14", "14:02:05+00:00"),
        ("2026-03-14T14:02:05+01:00", "2026-03-14", "14:02:05+01:00"),
        ("2026-03-14 14:02 -0530", "2026-03-14", "14:02:00-05:30"),
        ("2026-03-14 14:02-05", "2026-03-14", "14:02:00-05:00"),
        ("2026-03-14 14:02+14:00", "2026-03-14", "14:02:00+14:00"),
        ("2026-03-14 14:02-05:00", "2026-03-14", "14:02:00-05:00"),
        ("2026-03-14T04:02-05:00", "2026-03-14", "04:02:00-05:00"),
        ("2026-03-14 04:02:00-05:00", "2026-03-14", "04:02:00-05:00"),
        ("2026-03-14 2:02 PM", "2026-03-14", "14:02:00"),
        ("14:02 Uhr", None, "14:02:00"),
        ("2026-03-14 14:02 Uhr UTC+1", "2026-03-14", "14:02:00+01:00"),
        ("14:02", None, "14:02:00"),
        ("4:02", None, "04:02:00"),
        ("00:00", None, "00:00:00"),
        ("23:59:59", None, "23:59:59"),
        ("14:02Z", None, "14:02:00+00:00"),
        ("14:02 z", None, "14:02:00+00:00"),
        ("14:02 UTC", None, "14:02:00+00:00"),
        ("14:02utc", None, "14:02:00+00:00"),
        ("2:02:09 PM Gmt", None, "14:02:09+00:00"),
        ("2026-03-14 14:02 GMT", "2026-03-14", "14:02:00+00:00"),
        ("2026-03-14T14:02:05.123 UTC", "2026-03-14", "14:02:05+00:00"),
        ("14:02 UTC+2", None, "14:02:00+02:00"),
        ("14:02 GMT-3", None, "14:02:00-03:00"),
        ("04:02 UTC-5", None, "04:02:00-05:00"),
        ("14:02 UTC +05:30", None, "14:02:00+05:30"),
        ("14:02 UTC\N{MINUS SIGN}3", None, "14:02:00-03:00"),
        ("14:02\N{MINUS SIGN}03:00", None, "14:02:00-03:00"),
        ("14:02\N{NO-BREAK SPACE}UTC", None, "14:02:00+00:00"),
        ("2:02\N{NARROW NO-BREAK SPACE}PM", None, "14:02:00"),
        ("2:02 PM", None, "14:02:00"),
        ("2:02pm", None, "14:02:00"),
        ("2:02:09 p.m.", None, "14:02:09"),
        ("02:02 A.M.", None, "02:02:00"),
        ("12:00 AM", None, "00:00:00"),
        ("12:30 am", None, "00:30:00"),
        ("12:00 PM", None, "12:00:00"),
        ("11:59 PM", None, "23:59:00"),
        ("  14:02\n", None, "14:02:00"),
    ],
)
def test_understood_forms(text: str, date: str | None, clock: str | None) -> None:
    written = parse_time(text)
    assert written is not None
    assert (written.date and written.date.isoformat()) == date
    assert (written.clock and written.clock.isoformat()) == clock


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("14:02", False), ("14:02:00", True), ("14:02:05.5", True), ("2026-03-14 14:02", False), ("2026-03-14", False)],
)
def test_written_seconds_are_recorded(text: str, seconds: bool) -> None:
    written = parse_time(text)
    assert written is not None
    assert written.seconds is seconds


NOT_UNDERSTOOD = [
    *("ca. 11:20", "--:--", "2023-MM-DD", "15.26", "around noon", "~14:02", "14:02?", "14:02 CET", "T14:02", "14h02"),
    *("2026-02-29", "2025-02-29", "1900-02-29", "2026-04-31", "2026-13-01", "2026-00-10", "2026-03-00", "0000-01-01"),
    *(
        "24:00",
        "25:00",
        "14:60",
        "23:59:60",
        "14:2",
        "1402",
        "14:02:5",
        "14:02.5",
        "14:02:05.",
        "14:02 PM",
        "0:30 AM",
        "14 Uhr",
    ),
    *("13:00 PM", "2:02 XM", "2:02 P", "2026-03-14T", "2026-03-1414:02", "20260314", "14/03/2026"),
    *("2026-03-14-05:00", "14:02+24:00", "14:02+01:75", "14:02+1", "14:02 +", "2026-03-14 14:02 Europe/Paris"),
    *(
        "14:02-14:05",
        "9:15-09:30",
        "2026-03-14 10:02-10:30",
        "04:02 -05:00",
        "14:02 \N{EN DASH} 14:05",
        "14:02+14:01",
        "14:05-14:02",
        "14:02 UTC-14:05",
        "9:15 GMT-09:30",
        "9:15\N{MINUS SIGN}09:30",
        "14:02 UTC - 5",
        "14:02 UTC+15",
        "14:02 UTC UTC",
        "2026-03-14 UTC",
        "14:02 UTCZ",
    ),
    *("٢٠٢٦-٠٣-١٤", "\uff11\uff14:\uff10\uff12", "14:02\x00", "14:\n02", "2026-03-14\x0014:02", "-1-01-01"),
]


@pytest.mark.parametrize("text", NOT_UNDERSTOOD)
def test_other_forms_are_kept_as_written(text: str) -> None:
    assert parse_time(text) is None
    assert resolve_times([text], UTC, DAY) == [Moment(text, None, "minute")]
    assert read_date(text) is None


@pytest.mark.parametrize("text", ["", " ", "\t\n"])
def test_an_empty_text_is_not_a_time(text: str) -> None:
    assert parse_time(text) is None


def test_space_around_a_time_is_ignored_but_kept_in_its_text() -> None:
    (moment,) = resolve_times([" 2026-03-14 "], UTC, None)
    assert moment is not None
    assert (shown(moment), moment.text, moment.precision) == ("2026-03-14 00:00:00", " 2026-03-14 ", "day")


def test_read_date_accepts_a_date_with_a_time() -> None:
    assert read_date("2026-03-14") == read_date("2026-03-14T23:59-11:00") == DAY
    assert read_date(None) is read_date("") is read_date("14:02") is None


# ---- the date of a clock time


def test_a_clock_time_takes_the_date_of_the_time_before_or_of_the_report() -> None:
    assert days_and_clocks(["14:02", "14:05", "2026-03-20 09:00", "09:05"]) == [
        "2026-03-14 14:02:00",
        "2026-03-14 14:05:00",
        "2026-03-20 09:00:00",
        "2026-03-20 09:05:00",
    ]


def test_without_any_date_a_clock_time_is_kept_as_written() -> None:
    assert resolve_times(["14:02"], UTC, None) == [Moment("14:02", None, "minute")]
    assert days_and_clocks(["14:02", "2026-03-14", "14:05"], day=None) == [
        None,
        "2026-03-14 00:00:00",
        "2026-03-14 14:05:00",
    ]


def test_missing_and_unreadable_times_pass_the_date_on() -> None:
    assert days_and_clocks(["2026-03-20 23:00", "ca. 23:30", None, "00:10"]) == [
        "2026-03-20 23:00:00",
        None,
        None,
        "2026-03-21 00:10:00",
    ]


@pytest.mark.parametrize(
    ("before", "text", "expected"),
    [
        ("23:50", "00:10", "2026-03-15 00:10:00"),
        ("23:50", "11:49", "2026-03-15 11:49:00"),
        ("23:50", "11:50", "2026-03-14 11:50:00"),  # twelve hours earlier, not more
        ("13:00", "00:59", "2026-03-15 00:59:00"),
        ("14:05", "14:02", "2026-03-14 14:02:00"),  # out of order, which a check points out
        ("12:00", "00:00", "2026-03-14 00:00:00"),
        ("12:00:01", "00:00", "2026-03-15 00:00:00"),
        ("2026-12-31 23:00", "01:00", "2027-01-01 01:00:00"),
        ("2024-02-28 23:00", "01:00", "2024-02-29 01:00:00"),
    ],
)
def test_more_than_twelve_hours_earlier_is_the_next_day(before: str, text: str, expected: str) -> None:
    assert days_and_clocks([before, text])[1] == expected


def test_a_written_date_is_never_moved() -> None:
    assert days_and_clocks(["2026-03-14 23:00", "2026-03-14 01:00"])[1] == "2026-03-14 01:00:00"


def test_a_date_alone_has_no_hour() -> None:
    (moment,) = resolve_times(["2026-03-14"], PARIS, None)
    assert moment is not None
    assert (moment.precision, moment.exact) == ("day", None)


@pytest.mark.parametrize(("text", "precision"), [("14:02", "minute"), ("14:02:00", "second"), ("2026-03-14", "day")])
def test_precision_is_as_written(text: str, precision: str) -> None:
    (moment,) = resolve_times([text], UTC, DAY)
    assert moment is not None
    assert moment.precision == precision


# ---- zones and offsets


def test_an_offset_is_converted_to_the_zone() -> None:
    assert days_and_clocks(["2026-03-14T23:30Z", "2026-07-14T12:00-04:00"], PARIS) == [
        "2026-03-15 00:30:00",
        "2026-07-14 18:00:00",
    ]


def test_a_clock_time_with_an_offset_takes_the_date_in_its_offset() -> None:
    texts: list[str | None] = ["23:30-05:00", "23:45-05:00", "00:15-0500"]
    assert days_and_clocks(texts) == ["2026-03-15 04:30:00", "2026-03-15 04:45:00", "2026-03-15 05:15:00"]


def test_the_date_of_the_report_applies_in_every_offset() -> None:
    assert days_and_clocks(["14:02Z"], PARIS) == ["2026-03-14 15:02:00"]
    assert days_and_clocks(["14:02+09:00"], NEW_YORK) == ["2026-03-14 01:02:00"]


def test_the_first_time_follows_the_given_moment() -> None:
    (before,) = resolve_times(["2026-03-20 23:50"], UTC, None)
    (after,) = resolve_times(["00:10"], UTC, DAY, before)
    assert shown(after) == "2026-03-21 00:10:00"


@pytest.mark.parametrize(
    ("zone", "text", "doubt"),
    [
        (PARIS, "2026-03-29 01:59:59", ""),
        (PARIS, "2026-03-29 02:00", "nonexistent"),
        (PARIS, "2026-03-29 02:59:59", "nonexistent"),
        (PARIS, "2026-03-29 03:00", ""),
        (PARIS, "2026-10-25 01:59:59", ""),
        (PARIS, "2026-10-25 02:00", "ambiguous"),
        (PARIS, "2026-10-25 02:59:59", "ambiguous"),
        (PARIS, "2026-10-25 03:00", ""),
        (PARIS, "2026-10-25T02:30+01:00", ""),  # an offset leaves no doubt
        (PARIS, "2026-10-25", ""),
        (NEW_YORK, "2026-03-08 02:30", "nonexistent"),
        (NEW_YORK, "2026-11-01 01:30", "ambiguous"),
        (ZoneInfo("Australia/Lord_Howe"), "2026-10-04 02:15", "nonexistent"),  # half an hour only
        (UTC, "2026-03-29 02:30", ""),
    ],
)
def test_a_skipped_or_repeated_local_time_is_in_doubt(zone: ZoneInfo, text: str, doubt: str) -> None:
    (moment,) = resolve_times([text], zone, None)
    assert moment is not None
    assert moment.doubt == doubt
    assert moment.text == text


def test_offsets_distinguish_a_repeated_hour() -> None:
    first, second = resolve_times(["2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00"], PARIS, None)
    assert first is not None
    assert second is not None
    assert shown(first) == shown(second) == "2026-10-25 02:30:00"
    assert first.exact is not None
    assert second.exact is not None
    assert second.exact.astimezone(dt.UTC) - first.exact.astimezone(dt.UTC) == dt.timedelta(hours=1)


def test_lengths_are_right_across_a_repeated_hour_within_one_zone() -> None:
    first, second = resolve_times(["2026-10-25T02:10+02:00", "2026-10-25T02:05+01:00"], PARIS, None)
    assert first is not None
    assert second is not None
    assert first.exact is not None
    assert second.exact is not None
    assert second.exact - first.exact == dt.timedelta(minutes=55)
    assert first.exact < second.exact


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("2026-10-25T02:30+02:00", True),
        ("2026-10-25T01:30Z", True),
        ("2026-10-25 02:30", True),
        ("2026-10-25 03:00", False),
        ("2026-03-29 02:30", False),
        ("2026-10-25", False),
        ("ca. 2", False),
    ],
)
def test_a_time_that_clocks_show_twice_is_known_with_and_without_an_offset(text: str, repeated: bool) -> None:
    (moment,) = resolve_times([text], PARIS, None)
    assert moment is not None
    assert moment.repeated is repeated


@pytest.mark.parametrize(
    ("text", "in_zone"),
    [("2026-03-14 14:02", True), ("14:02", True), ("2:02 PM", True), ("14:02 UTC", False), ("ca. 11:20", False)],
)
def test_without_a_date_only_a_time_with_an_offset_or_in_words_is_in_no_zone(text: str, in_zone: bool) -> None:
    (moment,) = resolve_times([text], PARIS, None)
    assert moment is not None
    assert moment.in_zone is in_zone


@pytest.mark.parametrize(
    ("zone", "texts"),
    [
        (NEW_YORK, ["9999-12-31 23:00"]),
        (NEW_YORK, ["9999-12-31T23:00-05:00"]),
        (PARIS, ["0001-01-01 00:00"]),
        (UTC, ["9999-12-31T23:30-01:00"]),
        (UTC, ["9999-12-31 20:00", "07:00"]),
        (UTC, ["0001-01-01T00:30+01:00"]),
    ],
)
def test_beyond_the_ends_of_the_calendar_a_time_is_kept_as_written(zone: ZoneInfo, texts: list[str | None]) -> None:
    last = resolve_times(texts, zone, None)[-1]
    assert last == Moment(str(texts[-1]), None, "minute")


def test_at_the_ends_of_the_calendar_times_are_understood() -> None:
    assert days_and_clocks(["0001-01-01", "00:10", "9999-12-31 12:00", "23:59:59"]) == [
        "0001-01-01 00:00:00",
        "0001-01-01 00:10:00",
        "9999-12-31 12:00:00",
        "9999-12-31 23:59:59",
    ]


# ---- any text

_forms: list[Callable[[dt.datetime], str]] = [
    lambda at: at.date().isoformat(),
    lambda at: at.isoformat(" ", "minutes"),
    lambda at: at.isoformat("T", "seconds"),
    lambda at: at.isoformat("T", "milliseconds") + "Z",
    lambda at: at.isoformat(" ", "seconds") + "-03:30",
    lambda at: at.time().isoformat("minutes"),
    lambda at: at.time().isoformat("seconds"),
    lambda at: f"{at:%I:%M %p}",
    lambda at: f"{at:%I:%M %p} UTC",
    lambda at: f"{at.isoformat(' ', 'minutes')} GMT+5",
]
_times = st.builds(lambda at, form: form(at), st.datetimes(), st.sampled_from(_forms))
_zones = st.sampled_from([UTC, PARIS, NEW_YORK, ZoneInfo("Pacific/Apia"), ZoneInfo("Asia/Kathmandu")])


@given(st.lists(st.none() | _times | st.text(max_size=12), max_size=6), _zones, st.none() | st.dates())
def test_every_moment_keeps_its_text_and_can_be_computed_with(
    texts: list[str | None], zone: ZoneInfo, day: dt.date | None
) -> None:
    moments = resolve_times(texts, zone, day)
    assert [moment and moment.text for moment in moments] == texts
    for moment in moments:
        if moment is not None and moment.at is not None:
            assert moment.at.tzinfo is zone
            assert parse_time(moment.text) is not None
        if moment is not None and moment.exact is not None:
            assert moment.exact.astimezone(dt.UTC)  # or it would raise


@given(_times)
def test_every_printed_time_is_understood(text: str) -> None:
    assert parse_time(text) is not None
