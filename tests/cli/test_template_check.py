"""The command line with a company's Word template."""

from __future__ import annotations

from pathlib import Path

import docx
import pytest
from conftest import Run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The working directory, with a report and a template."""
    (tmp_path / "report.yaml").write_text("title: Search was slow\n", "utf-8")
    word = docx.Document()
    word.sections[0].header.paragraphs[0].text = "Acme: {{title}}, {{status}}, {{classification}}"
    word.save(str(tmp_path / "acme.docx"))
    return tmp_path


def test_a_report_is_written_on_a_template(folder: Path, run: Run) -> None:
    ended = run("report.yaml", "--docx", "--md", "--word-template", "acme.docx")
    assert (ended.code, ended.out) == (0, b"")
    header = docx.Document(str(folder / "report.docx")).sections[0].header
    assert header.paragraphs[0].text.startswith("Acme: Search was slow, ")
    assert (folder / "report.md").is_file()


def test_fields_fill_placeholders(folder: Path, run: Run) -> None:
    word = docx.Document(str(folder / "acme.docx"))
    word.sections[0].header.paragraphs[0].text = "{{contract}} {{ a b }}"
    word.save(str(folder / "acme.docx"))
    arguments = ("--docx", "--word-template", "acme.docx", "--field", "contract=C=17", "--field", "A B=")
    assert run("report.yaml", *arguments).code == 0
    assert docx.Document(str(folder / "report.docx")).sections[0].header.paragraphs[0].text == "C=17 "
    assert run("report.yaml", *arguments, "--field", "C-17").code == 2


@pytest.mark.usefixtures("folder")
def test_a_template_requires_word(run: Run) -> None:
    ended = run("report.yaml", "--md", "--word-template", "acme.docx")
    assert ended.code == 2
    assert "--word-template applies to --docx only. Add --docx." in ended.err


@pytest.mark.usefixtures("folder")
def test_an_unusable_template_is_an_error(run: Run) -> None:
    ended = run("report.yaml", "--docx", "--word-template", "report.yaml")
    assert ended.code == 1
    assert ended.err == "error: report.yaml: The file is not a Word file (.docx or .dotx).\n"


@pytest.mark.usefixtures("folder")
def test_a_template_fits(run: Run) -> None:
    ended = run("template-check", "acme.docx")
    lines = ended.out.decode().splitlines()
    assert (ended.code, ended.err) == (0, "")
    assert lines[-1] == "acme.docx can be used."
    assert "styles        title: Title" in lines
    assert "              {{status}} is filled in: header." in lines


@pytest.mark.usefixtures("folder")
def test_a_template_does_not_fit(run: Run) -> None:
    ended = run("template-check", "report.yaml")
    assert (ended.code, ended.out.decode().splitlines()[-1]) == (1, "report.yaml cannot be used.")


@pytest.mark.parametrize("arguments", [(), ("acme.docx", "more"), ("--none",)])
def test_wrong_usage(arguments: tuple[str, ...], run: Run) -> None:
    assert run("template-check", *arguments).code == 2


@pytest.mark.usefixtures("folder")
def test_an_unknown_theme_is_an_error(run: Run) -> None:
    ended = run("template-check", "acme.docx", "--theme", "none")
    assert ended.code == 1
    assert "unknown theme" in ended.err
