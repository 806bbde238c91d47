"""Levels of rules in configuration files."""

from __future__ import annotations

from pathlib import Path

import pytest

from pmexport import InputError
from pmexport.checks.levels import find_levels

KNOWN = {"PM012", "PM014"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder three levels deep."""
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    return deep


def test_only_nearest_file_applies(folder: Path, tmp_path: Path) -> None:
    assert find_levels(folder, KNOWN) == {}
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM012 = "error"\nPM014 = "note"')
    assert find_levels(folder, KNOWN) == {"PM012": "error", "PM014": "note"}
    (folder.parent / "pyproject.toml").write_text('[tool.pmexport.checks]\nPM014 = "off"')
    assert find_levels(folder, KNOWN) == {"PM014": "off"}
    (folder.parent / "pmexport.toml").write_text('[checks]\nPM014 = "warning"')
    assert find_levels(folder, KNOWN) == {"PM014": "warning"}
    (folder / "pmexport.toml").write_text("")
    assert find_levels(folder, KNOWN) == {}


@pytest.mark.parametrize("text", ["", "[project]\nname = 'pmexport'", "tool = 'pmexport'", "not TOML at all ]["])
def test_project_file_without_pmexport_is_skipped(text: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM014 = "off"')
    (folder / "pyproject.toml").write_text(text)
    assert find_levels(folder, KNOWN) == {"PM014": "off"}


def test_relative_folder_is_resolved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder.parent / "pmexport.toml").write_text('[checks]\nPM014 = "off"')
    assert find_levels(Path(), KNOWN) == {"PM014": "off"}


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("pmexport.toml", b"[checks", "the file is not valid TOML"),
        ("pmexport.toml", b"\xff", "the file cannot be read"),
        ("pmexport.toml", b"a = " + b"[" * 20_000, "the file is not valid TOML"),
        ("pmexport.toml", b'[check]\nPM014 = "off"', 'unknown key "check"; only the table [checks] is allowed.'),
        ("pmexport.toml", b'checks = "off"', "checks: expected a table of rule ids and levels."),
        ("pmexport.toml", b'[checks]\nPM014 = "fatal"', "checks.PM014: found 'fatal', expected error, warning, note"),
        ("pmexport.toml", b"[checks]\nPM014 = []", "checks.PM014: found [], expected"),
        ("pmexport.toml", b'[checks]\nPM41 = "off"', 'checks.PM41: unknown rule id "PM41". Did you mean PM014?'),
        ("pyproject.toml", b"[tool.pmexport]\nfoo = 1", 'unknown key "foo"'),
        ("pyproject.toml", b"[tool]\npmexport = 1", 'unknown key "1"'),
    ],
)
def test_invalid_file_is_reported_with_its_path(name: str, data: bytes, expected: str, folder: Path) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(InputError) as raised:
        find_levels(folder, KNOWN)
    assert str(raised.value).startswith(f"{folder / name}: ")
    assert expected in str(raised.value)
