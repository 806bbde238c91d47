"""The command for several reports."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from conftest import Run

from pmexport.assets.atomic_write import name_part
from pmexport.publishing.journal import Journal, journal_path, write_journal

REPORT = "title: {}\nsummary: It was slow.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "reports" / "2026").mkdir(parents=True)
    for name in ("a", "2026/b"):
        (tmp_path / "reports" / f"{name}.yaml").write_text(REPORT.format(name), "utf-8")
    (tmp_path / "c.md").write_text("# Search was slow\n", "utf-8")
    return tmp_path


def words(page: Path) -> str:
    return " ".join(page.read_text("utf-8").split())


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_files_and_folders(run: Run, tmp_path: Path) -> None:
    ended = run("reports", "c.md", "--md", "--html", "-o", "out", "--jobs", "1")
    assert (ended.code, ended.out) == (0, b"")
    assert ended.err == "3 reports: 3 written, 0 unchanged, 0 failed\n"
    written = {path.relative_to(tmp_path / "out").as_posix() for path in (tmp_path / "out").rglob("*.*")}
    assert written >= {"a.md", "a.html", "2026/b.md", "2026/b.html", "c.md", "c.html"}
    assert {"index.html", "actions.html", "actions.csv", "figures.html"} <= written
    assert "2026/b.html" in (tmp_path / "out" / "index.html").read_text("utf-8")
    again = run("reports", "c.md", "--md", "--html", "-o", "out")
    assert again.err == "3 reports: 0 written, 3 unchanged, 0 failed\n"
    forced = run("reports", "c.md", "--md", "--html", "-o", "out", "--force", "-q")
    assert (forced.code, forced.err) == (0, "")


def test_a_folder_may_contain_one_report(run: Run, tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "a.yaml").write_text("title: T\n", "utf-8")
    assert run("reports", "--md", "-o", "out/").err == "1 report: 1 written, 0 unchanged, 0 failed\n"


def test_equal_house_styles_may_name_different_themes(run: Run, tmp_path: Path) -> None:
    colors = {"a": "#7a0000", "b": "#005500"}
    for name, color in colors.items():
        (tmp_path / name / "acme").mkdir(parents=True)
        (tmp_path / name / "pmexport.toml").write_text('theme = "./acme"\n', "utf-8")
        tokens = f'summary = "Ours"\n[colors]\naccent = "{color}"\n'
        (tmp_path / name / "acme" / "theme.toml").write_text(tokens, "utf-8")
        (tmp_path / name / f"{name}.yaml").write_text("title: T\n", "utf-8")
    assert run("a", "b", "--html", "-o", "out/").code == 0
    pages = {name: (tmp_path / "out" / f"{name}.html").read_text("utf-8") for name in colors}
    assert {name: [color for color in colors.values() if color in page] for name, page in pages.items()} == {
        name: [color] for name, color in colors.items()
    }


def test_house_styles_with_different_dates_set_none_for_the_pages(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1777593600")
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pmexport.toml").write_text(f"as_of = 2027-0{'ab'.index(name) + 1}-01\n", "utf-8")
        (tmp_path / name / f"{name}.yaml").write_text("title: T\n", "utf-8")
    assert run("a", "b", "--md", "-o", "out/").code == 0
    assert "as of 1 May 2026" in words(tmp_path / "out" / "index.html")
    assert run("a", "--md", "-o", "one/").code == 0
    assert "as of 1 January 2027" in words(tmp_path / "one" / "index.html")


def test_a_failure_is_shown_with_its_line_and_named_at_the_end(run: Run, folder: Path) -> None:
    (folder / "reports" / "a.yaml").write_text("titel: x", "utf-8")
    ended = run("reports", "--md", "-o", "out/")
    assert ended.code == 1
    assert "reports/a.yaml:1:1: titel" in ended.err
    assert "1 | titel: x" in ended.err
    assert ended.err.endswith("error: 1 of 2 reports failed: reports/a.yaml\n")
    assert (folder / "out" / "2026" / "b.md").exists()


@pytest.mark.slow
def test_strict_fails_the_reports_with_warnings_only(run: Run, folder: Path) -> None:
    (folder / "reports" / "a.yaml").write_text("title: T\nsummary: '![x](none.png)'\n", "utf-8")
    relaxed = run("reports", "--md", "-o", "out/")
    assert (relaxed.code, relaxed.err.count("warning: reports/a.yaml")) == (0, 1)
    ended = run("reports", "--md", "-o", "strict/", "--strict")
    assert ended.code == 1
    assert not (folder / "strict" / "a.md").exists()
    assert (folder / "strict" / "2026" / "b.md").exists()


@pytest.mark.slow
def test_warnings_are_shown_each_time(run: Run, folder: Path) -> None:
    (folder / "reports" / "a.yaml").write_text("title: T\nsummary: '![x](none.png)'\n", "utf-8")
    first = run("reports", "--md", "-o", "out/").err.splitlines()
    again = run("reports", "--md", "-o", "out/").err.splitlines()
    assert first[:-1] == again[:-1]
    assert first[0].startswith("warning: reports/a.yaml:2:")


@pytest.mark.slow
def test_a_document_that_takes_too_long_is_stopped(run: Run, folder: Path) -> None:
    for reports in ("reports", "reports/a.yaml"):
        ended = run(reports, "--md", "-o", "out/", "--timeout", "0.001")
        assert ended.code == 1
        assert "rendering took longer than 0.001 s and was stopped" in ended.err
        assert not (folder / "out" / "a.md").exists()
        assert run(reports, "--md", "--html", "-o", "out/", "--timeout", "600", "--memory", "4096").code == 0
        assert {path.name for path in (folder / "out").glob("a.*")} == {"a.md", "a.html"}
        shutil.rmtree(folder / "out")


@pytest.mark.parametrize("option", ["--timeout=0", "--timeout=nan", "--memory=0", "--memory=x"])
@pytest.mark.usefixtures("folder")
def test_a_wrong_bound_is_refused(option: str, run: Run) -> None:
    for reports in ("reports", "reports/a.yaml"):
        ended = run(reports, "--md", "-o", "out/", option)
        assert ended.code
        assert option[2:8] in ended.err


def test_an_interrupted_finalize_is_undone_before_reports_are_read(run: Run, folder: Path) -> None:
    report = folder / "reports" / "a.yaml"
    before = report.read_bytes()
    report.write_bytes(before + b"status: final\n")
    part = name_part(folder / "a.md")
    part.write_bytes(b"")
    write_journal(journal_path(report), Journal(before, report.read_bytes(), str(part)))
    ended = run("reports", "--md", "-o", "out/")
    assert (ended.code, ended.err.count("An earlier `finalize` was interrupted")) == (0, 1)
    assert report.read_bytes() == before
    assert not journal_path(report).exists()


def test_options_reach_every_report(run: Run, folder: Path) -> None:
    assert run("reports", "--md", "-o", "out/", "--set", "severity=P7").code == 0
    assert all("P7" in path.read_text("utf-8") for path in (folder / "out").rglob("*.md"))


def test_a_wrong_configuration_is_one_error_with_its_place(run: Run, folder: Path) -> None:
    (folder / "reports" / "pmexport.toml").write_text('[checks]\nPM999 = "off"\n', "utf-8")
    ended = run("reports", "--md", "-o", "out/")
    assert ended.code == 2
    assert "pmexport.toml:2:1: checks.PM999" in ended.err
    assert not (folder / "out" / "a.md").exists()


@pytest.mark.slow
def test_the_nearest_configuration_applies_and_is_named_once(run: Run, folder: Path) -> None:
    text = "title: T\nstatus: final\nid: X\ndate: 2026-03-14\nsummary: TBD\n"
    for name in ("a", "2026/b"):
        (folder / "reports" / f"{name}.yaml").write_text(text, "utf-8")
    assert run("reports", "--md", "-o", "out/").code == 1
    (folder / "reports" / "pmexport.toml").write_text('[checks]\nPM001 = "off"\nPM014 = "off"\n', "utf-8")
    ended = run("reports", "--md", "-o", "out/")
    assert "PM001" not in ended.err.replace("(PM001, PM014: off)", "")
    assert ended.err.count("disables rules") == 1


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_reports_that_are_not_given_any_more_are_counted(run: Run) -> None:
    assert run("reports", "c.md", "--md", "-o", "out/").code == 0
    ended = run("reports", "--md", "-o", "out/")
    assert (
        "note: the pages leave out 1 report with documents in the folder but not passed to this command." in ended.err
    )


@pytest.mark.slow
def test_overdue_items_are_those_of_the_given_date(run: Run, folder: Path) -> None:
    text = REPORT.format("T") + "action_items: [{action: Do it, deadline: 2026-04-01}]\n"
    (folder / "reports" / "a.yaml").write_text(text, "utf-8")
    for day, overdue in (("2026-04-01", "no"), ("2026-04-02", "yes")):
        assert run("reports", "--md", "-o", "out/", "--as-of", day).code == 0
        assert f",{overdue}," in (folder / "out" / "actions.csv").read_text("utf-8")


@pytest.mark.parametrize("name", ["index.html", "actions.csv"])
def test_a_page_replaces_no_other_file(name: str, run: Run, folder: Path) -> None:
    (folder / "out").mkdir()
    (folder / "out" / name).write_text("mine", "utf-8")
    ended = run("reports", "--md", "-o", "out/")
    assert ended.code == 1
    assert f"out/{name} exists" in ended.err
    assert [path.name for path in (folder / "out").iterdir()] == [name]
    assert (folder / "out" / name).read_text("utf-8") == "mine"


@pytest.mark.slow
def test_a_document_cannot_have_the_name_of_a_page(run: Run, folder: Path) -> None:
    (folder / "reports" / "Index.yaml").write_text(REPORT.format("I"), "utf-8")
    ended = run("reports", "--html", "-o", "out/")
    assert ended.code == 1
    assert "Index.yaml would have a document with the name of the page index.html" in ended.err
    assert run("reports", "--md", "-o", "out/").code == 0


WRONG = {
    "reports": "-o must be a folder",
    "reports -o -": "-o must be a folder",
    "reports -o c.md": "-o must be a folder",
    "reports - --from yaml -o out/": "Standard input",
    "reports/a.yaml other/a.yaml -o out/": "same name",
    "empty -o out/": "there are no reports",
    "reports --jobs 0 -o out/": "--jobs",
    "reports --md --word-template x.docx -o out/": "--word-template applies to --docx only",
    "chekc reports": "Did you mean 'check'?",
}


@pytest.mark.parametrize("command", WRONG)
def test_wrong_usage_writes_nothing(command: str, run: Run, folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "other").mkdir()
    (folder / "other" / "a.yaml").write_text(REPORT, "utf-8")
    ended = run(*command.split())
    assert ended.code == 2
    assert WRONG[command] in ended.err
    assert not (folder / "out").exists()
