"""What is noticed while a text is read: the files in `remarks/`, each next to the remarks expected for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pmexport import check, load, render
from pmexport.errors import InputError, UnfinishedError
from pmexport.problems import Problem
from pmexport.reading import FORMATS, read_bytes, yaml_reader

CASES = sorted(path for path in (Path(__file__).parent / "remarks").iterdir() if path.suffix != ".txt")
HASH = b"title: Reverted in #512\nstatus: %s\n"
LINES = st.lists(
    st.sampled_from(["a", "- b", "* c", "1. d", "> e", "# f", "```", "| g | h |", "", "  - i", "j  ", "---"])
)


def _remarks(path: Path, data: bytes) -> list[str]:
    return [*map(str, read_bytes(data, format=FORMATS[path.suffix], name=path.name).remarks)]


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.name)
def test_remarks_are_as_expected(path: Path) -> None:
    expected = path.with_name(f"{path.name}.txt").read_text("utf-8").splitlines()
    assert _remarks(path, path.read_bytes()) == expected
    assert _remarks(path, path.read_bytes().replace(b"\n", b"\r\n")) == expected


@pytest.mark.parametrize("path", [path for path in CASES if path.suffix == ".yaml"], ids=lambda path: path.name)
def test_remarks_are_the_same_without_the_c_library(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = _remarks(path, path.read_bytes())
    monkeypatch.setattr(yaml_reader, "_LOADER", yaml.Loader)
    assert _remarks(path, path.read_bytes()) == expected


def test_load_check_and_render_report_the_same() -> None:
    warnings: list[Problem] = []
    report = load(HASH % b"draft", format="yaml", warnings=warnings)
    assert [(one.id, one.line, one.column, one.path) for one in warnings] == [("PM026", 1, 20, "title")]
    found = [finding for finding in check(report) if finding.id == "PM026"]
    assert [(one.level, one.place, one.message) for one in found] == [
        ("warning", warnings[0].place, warnings[0].message)
    ]
    rendered: list[Problem] = []
    render(report, "md", warnings=rendered)
    assert [one.message for one in rendered] == [warnings[0].message]


@pytest.mark.parametrize("bounds", [{}, pytest.param({"timeout": 60}, marks=pytest.mark.slow)])
def test_a_final_report_must_not_have_lost_text(bounds: dict[str, float]) -> None:
    report = load(HASH % b"final", format="yaml")
    with pytest.raises(UnfinishedError) as raised:
        render(report, "md", **bounds)  # type: ignore[arg-type]
    lost = [finding for finding in raised.value.findings if finding.id == "PM026"]
    assert [(one.level, one.line, one.column) for one in lost] == [("error", 1, 20)]


@given(st.lists(st.sampled_from(["a", "#b", "# c", "d#e", "##"]), min_size=1, max_size=6).map(" ".join))
def test_a_plain_text_is_read_whole_or_reported(text: str) -> None:
    report = load(f"title: x\nsummary: {text}\n".encode(), format="yaml")
    lost = text.removeprefix(report.summary or "").lstrip()
    meant = lost.startswith("#") and not lost.startswith(("# ", "##"))
    assert [remark.id for remark in report.remarks] == ["PM026"] * meant
    if meant:
        assert report.remarks[0].column == len("summary: ") + text.index(lost) + 1


@given(LINES)
def test_a_literal_block_never_loses_markdown(lines: list[str]) -> None:
    text = "title: x\nsummary: |\n" + "".join(f"  {line}\n" for line in ["x", *lines])
    assert load(text.encode(), format="yaml").remarks == ()


@given(LINES, st.sampled_from([">", ">-", ">+"]))
def test_text_that_kept_its_lines_is_not_reported(lines: list[str], header: str) -> None:
    """Lines that are indented further are not folded."""
    text = f"title: x\nsummary: {header}\n  x\n" + "".join(f"    {line}\n" for line in lines)
    kinds = [remark.message for remark in load(text.encode(), format="yaml").remarks]
    assert not [message for message in kinds if "paragraph" not in message]


@given(st.text(st.sampled_from("#ab \t\n:-,[]{}'\"|>&*!x"), max_size=60))
def test_every_remark_has_a_place(text: str) -> None:
    warnings: list[Problem] = []
    with suppress(InputError):
        load(f"title: x\nsummary: {text}".encode(), format="yaml", warnings=warnings)
    assert all(one.line and one.column for one in warnings)
