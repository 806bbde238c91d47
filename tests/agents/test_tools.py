"""The tools for agents, called directly."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from pmexport.agents.tools import Tools, list_rules
from pmexport.agents.workspace import Workspace

SAMPLES = Path(__file__).parent.parent.parent / "samples"
REPORT = (
    "title: Search was slow\ndate: 2026-03-14\ntimeline:\n"
    '  - {time: "10:00", phase: Impact, event: a}\n  - {time: "10:05", phase: Detection, event: b}\n'
    "action_items:\n  - {action: Fix it, deadline: 2026-04-01}\n"
)


@pytest.fixture
def tools(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Tools:
    """Work in a folder with a report, beside which there is a secret."""
    (tmp_path / "secret.yaml").write_text("title: secret", "utf-8")
    (tmp_path / "pmexport.toml").write_text("[checks]\nPM012 = 'off'\n", "utf-8")
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "report.yaml").write_text(REPORT, "utf-8")
    (folder / "broken.yaml").write_text("titel: Search was slow\n", "utf-8")
    (folder / "notes.md").write_text("# Search was slow\n\n## Timeline\n\n- 14:02 Alert\n", "utf-8")
    monkeypatch.chdir(folder)
    return Tools(Workspace(folder.resolve()), 60)


def _files() -> list[str]:
    return sorted(path.as_posix() for path in Path().rglob("*") if path.is_file())


def test_validate(tools: Tools) -> None:
    assert tools.validate("report.yaml") == {"ok": True, "problems": []}
    result = tools.validate("broken.yaml")
    assert not result["ok"]
    assert result["problems"][0] == {
        "id": "",
        "level": "error",
        "path": "titel",
        "file": "broken.yaml",
        "line": 1,
        "column": 1,
        "message": 'found the unknown key "titel".',
        "help": "Did you mean title?",
    }


def test_validate_returns_what_was_noticed_as_warnings(tools: Tools) -> None:
    Path("noticed.yaml").write_text("title: x\nsummary: The channel is #ops\nlessons: [a #b]\n", "utf-8")
    result = tools.validate("noticed.yaml")
    assert {problem["level"] for problem in result["problems"]} <= {"warning", "error"}


def test_check(tools: Tools) -> None:
    result = tools.check("report.yaml", today="2026-05-01")
    assert result["ok"]
    assert {"PM012", "PM022"} <= {problem["id"] for problem in result["problems"]}
    assert (result["configuration"], result["lowered"]) == ("", {})


def test_a_configuration_applies_only_if_it_is_inside(tools: Tools) -> None:
    Path("pmexport.toml").symlink_to("../pmexport.toml")
    assert "PM012" in {problem["id"] for problem in tools.check("report.yaml")["problems"]}
    Path("pmexport.toml").unlink()
    shutil.copy("../pmexport.toml", "pmexport.toml")
    result = tools.check("report.yaml")
    assert "PM012" not in {problem["id"] for problem in result["problems"]}
    assert (result["configuration"], result["lowered"]) == ("pmexport.toml", {"PM012": "off"})


def test_check_returns_that_a_report_is_not_valid(tools: Tools) -> None:
    result = tools.check("broken.yaml")
    assert not result["ok"]
    assert [problem["line"] for problem in result["problems"]] == [1]


def test_render(tools: Tools) -> None:
    result = tools.render("report.yaml", ["md", "html", "md"], folder="out")
    assert (result["ok"], result["files"]) == (True, ["out/report.md", "out/report.html"])
    assert "Search was slow" in Path("out/report.md").read_text("utf-8")
    assert tools.render("report.yaml", ["md"])["files"] == ["report.md"]


def test_render_overwrites_only_if_asked_and_never_an_input(tools: Tools) -> None:
    Path("report.md").write_text("mine", "utf-8")
    result = tools.render("report.yaml", ["html", "md"])
    assert (result["ok"], result["problems"][0]["file"]) == (False, "report.md")
    assert "`overwrite`" in result["problems"][0]["help"]
    assert (Path("report.md").read_text("utf-8"), Path("report.html").exists()) == ("mine", False)
    assert tools.render("report.yaml", ["md"], overwrite=True)["ok"]
    shutil.move("report.md", "notes.md")
    before = Path("notes.md").read_bytes()
    assert not tools.render("notes.md", ["md"], overwrite=True)["ok"]
    assert Path("notes.md").read_bytes() == before


def test_a_final_report_with_errors_is_not_rendered(tools: Tools) -> None:
    Path("final.yaml").write_text("title: x\nstatus: final\n", "utf-8")
    result = tools.render("final.yaml", ["md"])
    assert not result["ok"]
    assert "PM002" in {problem["id"] for problem in result["problems"]}
    assert not Path("final.md").exists()
    assert tools.render("final.yaml", ["md"], allow_unfinished=True)["ok"]


def test_a_word_template_is_used(tools: Tools) -> None:
    import docx

    template = docx.Document()
    template.sections[0].header.paragraphs[0].text = "Acme"
    template.save("company.docx")
    assert tools.render("report.yaml", ["docx", "md"], word_template="company.docx")["ok"]
    assert docx.Document("report.docx").sections[0].header.paragraphs[0].text == "Acme"


def test_import(tools: Tools) -> None:
    result = tools.import_files(["notes.md"])
    assert (result["ok"], result["files"]) == (True, ["notes.yaml"])
    assert result["notes"]
    assert tools.validate("notes.yaml")["ok"]
    again = tools.import_files(["notes.md"])
    assert (again["ok"], again["problems"][0]["message"]) == (False, "the file already exists.")
    assert tools.import_files(["notes.md"], overwrite=True)["ok"]
    assert not tools.import_files(["notes.md"], output="notes.md", overwrite=True)["ok"]
    assert not tools.import_files([])["ok"]


def test_import_saves_the_images_of_a_word_file(tools: Tools) -> None:
    shutil.copytree(SAMPLES / "graphs", "graphs")
    Path("figure.yaml").write_text("title: x\nfigures: [{src: graphs/checkout-error-rate.png, alt: a}]\n", "utf-8")
    assert tools.render("figure.yaml", ["docx"])["ok"]
    result = tools.import_files(["figure.docx"], output="reviewed/figure.yaml")
    assert result["ok"], result
    *images, report = result["files"]
    assert report == "reviewed/figure.yaml"
    assert images
    assert all(image.startswith("reviewed/figure-pictures/") and Path(image).is_file() for image in images)
    assert not tools.render(report, ["md"])["problems"]


def test_facts(tools: Tools) -> None:
    result = tools.facts("report.yaml", as_of="2026-05-01")
    assert result["ok"]
    assert "2026-03-14" in str(result["facts"])
    assert not tools.facts("report.yaml", as_of="soon")["ok"]


def test_explain_rule(tools: Tools) -> None:
    rule = tools.explain_rule(" pm012 ")["rule"]
    assert (rule["id"], rule["name"], rule["level"]) == ("PM012", "action-without-owner", "warning")
    assert rule["reason"]
    unknown = tools.explain_rule("PM0012")
    assert (unknown["ok"], unknown["problems"][0]["help"]) == (False, "Did you mean PM012?")
    assert all(tools.explain_rule(one["id"])["ok"] for one in list_rules())


CALLS: dict[str, Any] = {
    "validate": lambda tools, path: tools.validate(path),
    "check": lambda tools, path: tools.check(path),
    "facts": lambda tools, path: tools.facts(path),
    "render": lambda tools, path: tools.render(path, ["md"]),
    "render into": lambda tools, path: tools.render("report.yaml", ["md"], folder=path, overwrite=True),
    "theme": lambda tools, path: tools.render("report.yaml", ["html"], theme=path, overwrite=True),
    "word template": lambda tools, path: tools.render("report.yaml", ["docx"], word_template=path, overwrite=True),
    "import": lambda tools, path: tools.import_files([path], overwrite=True),
    "import to": lambda tools, path: tools.import_files(["notes.md"], output=path, overwrite=True),
}


@pytest.mark.parametrize("path", ["../secret.yaml", "/etc/passwd", "link/secret.yaml", "C:\\secret.yaml", "link"])
@pytest.mark.parametrize("call", CALLS)
def test_no_tool_reaches_outside(tools: Tools, call: str, path: str) -> None:
    Path("link").symlink_to("..")
    before, outside = _files(), sorted(Path("..").iterdir())
    result = CALLS[call](tools, path)
    assert not result["ok"]
    assert "the path is refused" in result["problems"][0]["message"]
    assert "secret" not in str(result).replace(path, "").replace(path.replace("\\", "\\\\"), "")
    assert (_files(), sorted(Path("..").iterdir())) == (before, outside)


def test_images_of_a_report_stay_inside(tools: Tools) -> None:
    Path("outside.yaml").write_text("title: x\nlogs: [{file: ../secret.yaml}]\n", "utf-8")
    result = tools.render("outside.yaml", ["md"])
    assert result["ok"]
    assert "title: secret" not in Path("outside.md").read_text("utf-8")


def test_a_theme_is_used_if_all_of_it_is_inside(tools: Tools) -> None:
    for folder in ("acme", "branch", "../outside"):
        Path(folder).mkdir()
        Path(folder, "theme.toml").write_text('inherit = "board"\nsummary = "x"\n', "utf-8")
    Path("branch/theme.toml").write_text('inherit = "../acme"\n', "utf-8")
    for theme in ("acme", "./acme", "branch"):
        assert tools.render("report.yaml", ["html"], theme=theme, overwrite=True)["ok"], theme
    Path("branch/theme.toml").write_text('inherit = "../../outside"\n', "utf-8")
    result = tools.render("report.yaml", ["html"], theme="branch", overwrite=True)
    assert (result["ok"], result["problems"][0]["message"]) == (False, "the theme inherits from a folder outside.")


def test_a_house_style_names_no_word_template_outside(tools: Tools) -> None:
    import docx

    docx.Document().save("../company.docx")
    shutil.copy("../company.docx", "company.docx")
    Path("pmexport.toml").write_text('word_template = "company.docx"\n', "utf-8")
    assert tools.render("report.yaml", ["docx"])["ok"]
    Path("pmexport.toml").write_text('word_template = "../company.docx"\n', "utf-8")
    result = tools.render("report.yaml", ["docx"], overwrite=True)
    assert not result["ok"]
    assert "outside" in result["problems"][0]["message"]


def test_an_unknown_format_or_theme_is_data(tools: Tools) -> None:
    for result in (tools.render("report.yaml", ["pfd"]), tools.render("report.yaml", ["md"], theme="nosuch")):
        assert not result["ok"]
        assert result["problems"][0]["message"]
    assert not tools.render("report.yaml", [])["ok"]


def test_the_house_style_inside_applies_to_all_tools(tools: Tools) -> None:
    style = 'theme = "./acme"\n[document]\nkind = "Review"\n[metadata]\nregion = "Region"\n'
    Path("pmexport.toml").write_text(f'{style}[phases]\nSpotted = "detected"\n', "utf-8")
    Path("acme").mkdir()
    Path("acme/theme.toml").write_text('inherit = "default"\n[colors]\naccent = "#0b6e4f"\n', "utf-8")
    Path("report.yaml").write_text(REPORT.replace("Detection", "Spotted") + "region: EU\n", "utf-8")
    assert tools.validate("report.yaml")["ok"]
    assert tools.check("report.yaml")["ok"]
    assert set(tools.facts("report.yaml")["facts"]["milestones"]) == {"impact_started", "detected"}
    assert tools.render("report.yaml", ["html", "md"])["ok"]
    page = Path("report.html").read_text("utf-8")
    assert all(words in page for words in ("Review", "Region", "#0b6e4f"))


def test_the_theme_of_a_house_style_stays_inside(tools: Tools) -> None:
    Path("../outside").mkdir()
    Path("../outside/theme.toml").write_text('inherit = "default"\n', "utf-8")
    Path("acme").mkdir()
    Path("acme/theme.toml").write_text('inherit = "../../outside"\n', "utf-8")
    Path("pmexport.toml").write_text('theme = "./acme"\n', "utf-8")
    result = tools.render("report.yaml", ["md"])
    assert [problem["message"] for problem in result["problems"]] == ["the theme inherits from a folder outside."]
    assert tools.render("report.yaml", ["md"], theme="default")["ok"]


@pytest.mark.slow
def test_documents_can_have_a_language_and_a_standard(tools: Tools) -> None:
    result = tools.render("report.yaml", ["md", "pdf"], language="de", pdf_standard="a-3a")
    assert result["ok"], result["problems"]
    assert "Maßnahmen" in Path("report.md").read_text("utf-8")
    xmp = PdfReader("report.pdf").root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]
    assert b'pdfaid:part="3"' in xmp


def test_own_documents_are_read_with_the_words_of_the_house_style(tools: Tools) -> None:
    Path("pmexport.toml").write_text("[sections.titles]\naction_items = 'What we will change'\n", "utf-8")
    assert tools.render("report.yaml", ["md"])["ok"]
    result = tools.import_files(["report.md"], "again.yaml")
    assert result["ok"], result["problems"]
    assert "Fix it" in Path("again.yaml").read_text("utf-8").partition("action_items:")[2]
