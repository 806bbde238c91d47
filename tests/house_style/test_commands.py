"""The commands under a house style: precedence, `config`, `schema`, `import`, and many reports."""

from __future__ import annotations

import json
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from conftest import Run

from pmexport import load_config, render, render_many, schema

STYLE = """\
formats = ["md", "html"]
language = "en-GB"
[document]
kind = "Incident Review"
[metadata]
region = "Region"
[severities]
"Red" = "critical"
"Amber" = "warning"
[phases]
"Spotted" = "detected"
[statuses]
"Parked" = "dropped"
[limits]
rows = 20000
[checks]
PM014 = "off"
"""
REPORT = "title: T\nregion: EU\nlessons: [a]\nstatus: draft\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pmexport.toml").write_text(STYLE, "utf-8")
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    return tmp_path


def written(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {"pmexport.toml", "report.yaml"}


def test_the_formats_of_the_file_are_written(folder: Path, run: Run) -> None:
    ended = run("report.yaml")
    assert (ended.code, written(folder)) == (0, {"report.md", "report.html"})
    assert "pmexport.toml raises limits (rows=20000)." in ended.err


def test_the_command_comes_before_the_file(folder: Path, run: Run) -> None:
    assert run("report.yaml", "--md", "-o", "out/").code == 0
    assert written(folder / "out") == {"report.md"}
    assert run("report.yaml", "-o", "x.html").code == 0
    assert run("report.yaml", "-o", "-").out.startswith(b"# T")
    assert run("report.yaml", "--md", "--limit", "rows=0", "-o", "x.md").code == 1
    assert run("report.yaml", "--md", "--no-config").code == 1


def test_the_report_comes_before_the_file(folder: Path, run: Run) -> None:
    page = run("report.yaml", "--html", "-o", "-").out.decode()
    assert '<html lang="en-GB"' in page
    page = run("report.yaml", "--html", "-o", "-", "--set", "language=en-US").out.decode()
    assert '<html lang="en-US"' in page


@pytest.mark.parametrize(("given", "day"), [((), "1 May 2026"), (("--as-of", "2026-06-01"), "1 June 2026")])
def test_the_date_of_the_file_comes_before_that_of_publication(
    given: tuple[str, ...], day: str, folder: Path, run: Run
) -> None:
    (folder / "pmexport.toml").write_text("as_of = 2026-05-01\n", "utf-8")
    (folder / "report.yaml").write_text("title: T\npublished: 2026-01-01\naction_items: [a]\n", "utf-8")
    assert f"Action items as of {day}" in run("report.yaml", "--md", "-o", "-", *given).out.decode()


def test_a_note_is_no_warning(folder: Path, run: Run) -> None:
    (folder / "pmexport.toml").write_text(STYLE + '[sections]\nhide = ["lessons"]\n', "utf-8")
    ended = run("report.yaml", "--md", "--strict")
    assert ended.code == 0
    assert ended.err.count("note: report.yaml:3:10: lessons: PM043 the house style hides") == 1
    ended = run("report.yaml", "-o", "out/", "--md", "--html")
    assert ended.err.count("PM043") == 1


def test_config_lists_each_setting_with_its_place(folder: Path, run: Run) -> None:
    lines = run("config").out.decode().splitlines()
    found = {line.split()[0]: line.split()[-1] for line in lines}
    assert found["formats"].endswith("pmexport.toml:1:11")
    assert found["document.kind"].endswith("pmexport.toml:4:8")
    assert found["checks.PM014"].endswith("pmexport.toml:17:9")
    assert found["document.footer"] == found["theme"] == "default"
    (folder / "sub").mkdir()
    assert run("config", "sub").out.decode().splitlines() == lines
    assert run("config", "sub/report.yaml").out.decode().splitlines() == lines
    listed = json.loads(run("config", "--format", "json").out)
    assert {"key": "document.kind", "value": "Incident Review", "file": str(folder / "pmexport.toml"), "line": 4,
            "column": 8} in listed  # fmt: skip
    assert {"key": "theme", "value": None, "file": None, "line": None, "column": None} in listed
    assert {one["file"] for one in json.loads(run("config", "--no-config", "--format", "json").out)} == {None}


def test_config_reports_a_wrong_file(folder: Path, run: Run) -> None:
    (folder / "pmexport.toml").write_text("formts = []", "utf-8")
    ended = run("config")
    assert ended.code == 2
    assert 'pmexport.toml:1:1: formts: found the unknown key "formts". Did you mean formats?' in ended.err


@pytest.mark.slow
def test_the_schema_has_the_fields_and_words(folder: Path, run: Run) -> None:
    described = json.loads(run("schema").out)
    assert described == schema(load_config(folder))
    assert described["properties"]["region"]["description"] == "Region. A field of your organisation."
    assert described["properties"]["severity"]["examples"] == ["Red", "Amber"]
    assert described["$defs"]["TimelineEntry"]["properties"]["phase"]["examples"][:2] == ["Spotted", "Impact"]
    assert described["$defs"]["ActionItem"]["properties"]["status"]["examples"][:2] == ["Parked", "Open"]
    assert json.loads(run("schema", "--no-config").out) == schema()
    assert "region" not in schema()["properties"]


def test_check_and_import_know_the_fields(folder: Path, run: Run) -> None:
    assert run("check", "report.yaml").code == 0
    assert run("check", "report.yaml", "--no-config").code == 1
    assert run("report.yaml", "--md").code == 0
    assert run("import", "report.md", "-o", "again.yaml").code == 0
    assert "region: EU" in (folder / "again.yaml").read_text("utf-8")


def test_finalize_reads_the_fields(folder: Path, run: Run) -> None:
    (folder / "pmexport.toml").write_text(
        '[metadata]\nregion = "Region"\n[required]\nfinal = ["region"]\n[checks]\nPM002 = "off"\n', "utf-8"
    )
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    assert run("verify", "report.yaml", "out.md").code == 0
    (folder / "report.yaml").write_text("title: T\n", "utf-8")
    ended = run("finalize", "report.yaml", "-o", "out.md")
    assert (ended.code, "PM044" in ended.err) == (1, True)


def test_many_reports_follow_the_nearest_file(folder: Path, run: Run) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "pmexport.toml").write_text('[document]\nkind = "Other Review"\n', "utf-8")
    (folder / "sub" / "b.yaml").write_text("title: B\nseverity: Red\n", "utf-8")
    assert run(".", "-o", "out/", "--jobs", "1").code == 0
    assert "Incident Review" in (folder / "out" / "report.md").read_text("utf-8")
    assert "Other Review" in (folder / "out" / "sub" / "b.md").read_text("utf-8")
    assert (folder / "out" / "report.html").exists()


@pytest.mark.slow
def test_a_changed_house_style_is_rendered_again(folder: Path) -> None:
    def states(text: str) -> list[str]:
        (folder / "pmexport.toml").write_text(STYLE + text, "utf-8")
        config = load_config(folder)
        results = render_many([folder / "report.yaml"], ["md", "docx"], folder / "out", config=config, jobs=1)
        for result in results:
            for path in result.documents:
                name = path.suffix.removeprefix(".")
                assert path.read_bytes() == render(folder / "report.yaml", name, config=config)
        return [result.state for result in results]

    assert states("") == ["written"]
    assert states("") == ["unchanged"]
    assert states('[sections.titles]\nlessons = "Learned"\n') == ["written"]
    assert states('[tokens.colors]\naccent = "#0b6e4f"\n') == ["written"]
    assert states('[tokens.colors]\naccent = "#0b6e4f"\n') == ["unchanged"]


def test_the_pages_about_many_reports_have_its_words(folder: Path) -> None:
    (folder / "reports").mkdir()
    for number, severity in enumerate(["Amber", "Red", "Blue"]):
        text = f"title: Report {number}\nseverity: {severity}\ndate: 2026-03-0{number + 1}\n"
        (folder / "reports" / f"{number}.yaml").write_text(text, "utf-8")
    (folder / "pmexport.toml").write_text(STYLE.replace("[document]", '[document]\nfooter = "Acme plc."'), "utf-8")
    render_many([folder / "reports"], ["md"], folder / "out", config=load_config(folder), jobs=1)
    page = (folder / "out" / "index.html").read_text("utf-8")
    assert "Acme plc." in page
    assert 'data-tone="critical">Red' in page or "critical" in page[page.index(">Red<") - 80 : page.index(">Red<")]
    figures = (folder / "out" / "figures.html").read_text("utf-8")
    assert figures.index(">Red<") < figures.index(">Amber<") < figures.index(">Blue<")


def test_bounded_work_has_the_same_house_style(folder: Path) -> None:
    config = load_config(folder)
    for source in (folder / "report.yaml", {"title": "T", "region": "EU"}):
        assert render(source, "md", config=config, timeout=600) == render(source, "md", config=config)


@pytest.mark.slow
def test_mails_go_to_the_addresses_of_the_house_style(folder: Path, run: Run) -> None:
    lines = ['to = "Board <board@example.com>"', 'cc = "c@example.com"', 'reply_to = "r@example.com"']
    (folder / "pmexport.toml").write_text(STYLE + "[mail]\n" + "\n".join(lines), "utf-8")

    def draft(*options: str) -> EmailMessage:
        assert run("report.yaml", "--eml", *options).code == 0
        return message_from_bytes((folder / "report.eml").read_bytes(), policy=default)

    message = draft()
    assert (message["To"], message["Cc"]) == ("Board <board@example.com>", "c@example.com")
    assert (message["Reply-To"], message["From"]) == ("r@example.com", None)
    message = draft("--to", "ops@example.com", "--sender", "ana@example.com")
    assert (message["To"], message["Cc"], message["From"]) == ("ops@example.com", "c@example.com", "ana@example.com")
    config = load_config(folder)
    assert b"\r\nTo: Board <board@example.com>\r\n" in render(folder / "report.yaml", "eml", config=config)
    assert "mail.to " in run("config").out.decode()
    (folder / "pmexport.toml").write_text(STYLE, "utf-8")
    assert config.digest == load_config(folder).digest  # addresses are no part of the look
