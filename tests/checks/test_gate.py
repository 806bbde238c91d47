"""The gate: a final report renders only without errors."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from parity import READERS
from pypdf import PdfReader

from pmexport import InputError, Report, UnfinishedError, check, load, render, write

SAMPLES = Path(__file__).parent.parent.parent / "samples"
MINUTES = 600.0
FINAL = """\
title: T
status: final
id: INC-1
severity: P1
commander: Ana
summary: Something happened.
date: 2026-03-14
timeline:
  - {time: "14:00", phase: Detection, event: a}
  - {time: "15:00", phase: Resolution, event: b}
root_cause: It was so.
impact: {users_affected: "7"}
action_items:
  - {id: AI-1, action: c}
  - {id: AI-1, action: d}
"""
SOUND = FINAL.replace("{id: AI-1, action: d}", "{id: AI-2, action: d}")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "report.yaml"
    path.write_text(FINAL, "utf-8")
    return path


def refused(call: Any, *args: Any, **options: Any) -> list[tuple[str, str, int | None]]:
    with pytest.raises(UnfinishedError) as raised:
        call(*args, **options)
    return [(finding.id, finding.path, finding.line) for finding in raised.value.findings]


@pytest.mark.slow
@pytest.mark.parametrize("bounds", [{}, {"timeout": MINUTES}], ids=["here", "in a process of its own"])
@pytest.mark.parametrize("take", [str, load], ids=["path", "report"])
def test_final_report_with_error_is_not_rendered(take: Any, bounds: dict[str, Any], path: Path) -> None:
    assert refused(render, take(path), "md", **bounds) == [("PM004", "action_items[1].id", 15)]
    assert render(take(path), "md", allow_unfinished=True, **bounds)
    assert render(take(path), "md", levels={"PM004": "warning"}, **bounds)


def test_message_has_place_problem_and_help(path: Path) -> None:
    with pytest.raises(UnfinishedError) as raised:
        render(path, "md")
    first, last = str(raised.value).splitlines()
    assert first == (
        f"{path}:15:10: action_items[1].id: PM004 The id AI-1 is used twice: action_items[0] has it too. "
        "Give each action item its own id."
    )
    assert "--allow-unfinished" in last


def test_mapping_with_error_is_not_written(path: Path, tmp_path: Path) -> None:
    fields = load(path).model_dump()
    assert refused(render, fields, "md") == [("PM004", "action_items[1].id", None)]
    assert refused(write, path, tmp_path / "report.md") == [("PM004", "action_items[1].id", 15)]
    assert not (tmp_path / "report.md").exists()
    assert write(path, tmp_path / "report.md", allow_unfinished=True).exists()


@pytest.mark.parametrize("status", ["draft", "in_review", "wip"])
def test_draft_renders_despite_errors(status: str, path: Path) -> None:
    path.write_text(FINAL.replace("final", status), "utf-8")
    assert render(path, "md")


def test_warnings_and_dates_do_not_block_rendering(path: Path) -> None:
    path.write_text(SOUND.replace("AI-2, ", "AI-2, deadline: 2001-01-01, ").replace("2026-03-14", "2999-03-14"))
    assert render(path, "md")
    assert refused(render, path, "md", levels={"PM012": "error"})[0] == ("PM012", "action_items[0].owner", 14)


def test_suppressed_error_does_not_block_rendering(path: Path) -> None:
    path.write_text(FINAL + "checks: [{ignore: PM004, because: Two teams do it.}]\n")
    assert render(path, "md")
    path.write_text(SOUND + "checks: [{ignore: PM004, because: Two teams do it.}]\n")
    assert render(path, "md")
    assert refused(render, path, "md", levels={"PM011": "error"}) == [("PM011", "checks[0].ignore", 16)]


@pytest.mark.parametrize("text", [FINAL, SOUND], ids=["with an error", "without"])
@pytest.mark.parametrize("format_name", READERS)
def test_only_unfinished_document_is_marked(format_name: str, text: str, path: Path) -> None:
    path.write_text(text)
    said = READERS[format_name](render(path, format_name, allow_unfinished=True))
    assert ("Unfinished" in said) == (text == FINAL)


@pytest.mark.slow
def test_every_page_of_unfinished_document_is_marked(path: Path) -> None:
    path.write_text(FINAL + f"background: {'word ' * 2000}\n")
    pages = PdfReader(BytesIO(render(path, "pdf", allow_unfinished=True))).pages
    assert len(pages) > 2
    assert all("Final · Unfinished" in page.extract_text() for page in pages)


@pytest.mark.parametrize("sample", sorted(SAMPLES.glob("*.yaml")), ids=lambda path: path.stem)
def test_samples_render(sample: Path) -> None:
    report: Report = load(sample)
    if report.stage == "final":
        assert render(report, "md")


def test_command_writes_nothing(run: Run, path: Path, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    ended = run("report.yaml", "--md", "--html")
    assert (ended.code, ended.out) == (1, b"")
    assert ended.err.count("error: report.yaml:15:10: action_items[1].id: PM004") == 1
    assert sorted(tmp_path.iterdir()) == before
    assert run("report.yaml", "--md", "--allow-unfinished").code == 0
    assert (tmp_path / "report.md").exists()


def test_command_uses_levels_of_the_folder(run: Run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM004 = "note"')
    assert run("report.yaml", "--md").code == 0
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM004 = "nota"')
    ended = run("report.yaml", "--md")
    assert (ended.code, ended.out) == (2, b"")
    assert 'pmexport.toml:2:9: checks.PM004: found "nota"' in ended.err
    assert run("report.yaml", "--md", "--set", "status=draft").code == 2
    assert run("report.yaml", "--md", "--set", "status=draft", "--no-config").code == 0


def test_command_names_the_file_that_turns_rules_off(run: Run, path: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "pmexport.toml"
    note = f"note: {configuration} disables rules or lowers their level (PM004: off; PM002: warning).\n"
    configuration.write_text('[checks]\nPM004 = "off"\nPM002 = "warning"')
    for args in (("--md",), ("--md", "--quiet")):
        ended = run("report.yaml", *args)
        assert (ended.code, note in ended.err) == (0, True)
    assert run("report.yaml", "--md", "--no-config").code == 1
    path.write_text(FINAL + "summary: TODO\n".replace("summary", "background"))
    ended = run("report.yaml", "--md")
    assert (ended.code, note in ended.err, "PM001" in ended.err) == (1, True, True)
    assert note not in run("report.yaml", "--md", "--set", "status=draft").err


def test_configuration_can_be_chosen_for_the_command(run: Run, path: Path, tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text('[checks]\nPM004 = "warning"')
    assert run("report.yaml", "--md").code == 1
    assert run("report.yaml", "--md", "--config", "other.toml").code == 0


def test_python_reads_only_a_configuration_that_is_given(path: Path, tmp_path: Path) -> None:
    configuration = tmp_path / "pmexport.toml"
    configuration.write_text('[checks]\nPM004 = "off"')
    assert refused(render, path, "md")
    assert "PM004" in {finding.id for finding in check(path)}
    for given in (configuration, str(configuration)):
        assert render(path, "md", levels=given)
        assert "PM004" not in {finding.id for finding in check(path, levels=given)}
    with pytest.raises(InputError, match="no such file"):
        check(path, levels=tmp_path / "none.toml")
