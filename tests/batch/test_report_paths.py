"""The reports among files and folders, and the names of their documents."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmexport import InputError, Problem
from pmexport.batch.report_paths import list_reports


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("title: T", "utf-8")


def names(folder: Path, *given: str, output: str = "out") -> list[str]:
    return [report.name for report in list_reports([folder / one for one in given], folder / output)]


def test_files_have_their_own_name_and_those_in_folders_keep_their_path(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "x/b.json", "more/report.yaml", "more/2026/report.yml", "more/2025/old.v2.md")
    assert names(tmp_path, "a.yaml", "x/b.json", "more") == ["a", "b", "report", "2025/old.v2", "2026/report"]


def test_a_folder_has_no_hidden_files_no_other_formats_and_no_outputs(tmp_path: Path) -> None:
    others = (".git/a.yaml", ".pre-commit.yaml", "README.md", "theme.toml", "pmexport.schema.json", "app.log")
    make(tmp_path, "a.yaml", "out/b.md", "sub/c.markdown", *others)
    assert names(tmp_path, ".") == ["a", "sub/c"]


def test_markdown_beside_a_yaml_file_of_its_name_is_skipped_and_named(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "a.md", "b.md")
    skipped: list[Problem] = []
    found = list_reports([tmp_path], tmp_path / "out", skipped)
    assert [report.path.name for report in found] == ["a.yaml", "b.md"]
    assert [Path(problem.file).name for problem in skipped] == ["a.md"]


def test_word_files_of_a_folder_are_named_unless_they_have_the_name_of_a_report_or_are_reports(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "a.docx", "old.docx", "sub/b.DOCX", "~$old.docx", ".c.docx", "out/d.docx", "given.docx")
    skipped: list[Problem] = []
    found = list_reports([tmp_path, tmp_path / "given.docx"], tmp_path / "out", skipped)
    assert [report.path.name for report in found] == ["a.yaml", "given.docx"]
    assert [Path(problem.file).name for problem in skipped] == ["old.docx", "b.DOCX"]
    assert "name it as well" in skipped[0].message


def test_a_report_that_is_given_twice_is_rendered_once(tmp_path: Path) -> None:
    make(tmp_path, "a.yaml", "b.yaml")
    (tmp_path / "link.yaml").symlink_to("a.yaml")
    assert names(tmp_path, "a.yaml", "./a.yaml", "link.yaml", "b.yaml") == ["a", "b"]


@pytest.mark.parametrize(
    ("first", "second"),
    [("x/a.yaml", "y/a.yaml"), ("a.yaml", "A.yml"), ("a.json", "a.md"), ("x/caf\u00e9.yaml", "cafe\u0301.yaml")],
)
def test_two_reports_with_the_same_name_are_refused(first: str, second: str, tmp_path: Path) -> None:
    make(tmp_path, first, second)
    with pytest.raises(InputError) as raised:
        names(tmp_path, first, second)
    assert all(Path(name).name in str(raised.value) for name in (first, second))


def test_nothing_is_an_error(tmp_path: Path) -> None:
    for given in ([], [str(tmp_path)]):
        with pytest.raises(InputError, match="there are no reports"):
            list_reports(given, tmp_path / "out")
