"""Finding the file of a house style, and reading files that are not one."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport import InputError, load_config
from pmexport.checks.levels import find_lowered
from pmexport.checks.rule_registry import RULES
from pmexport.house_style.config_files import find_config


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder three levels deep."""
    deep = tmp_path / "a" / "b" / "c"
    deep.mkdir(parents=True)
    return deep


def test_only_nearest_file_applies(folder: Path, tmp_path: Path) -> None:
    assert find_config(folder).checks == {}
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM012 = "error"\nPM014 = "note"')
    assert find_config(folder).checks == {"PM012": "error", "PM014": "note"}
    (folder.parent / "pyproject.toml").write_text('[tool.pmexport.checks]\nPM014 = "off"')
    assert find_config(folder).checks == {"PM014": "off"}
    (folder.parent / "pmexport.toml").write_text('[checks]\nPM014 = "warning"')
    assert find_config(folder).checks == {"PM014": "warning"}
    (folder / "pmexport.toml").write_text("")
    assert find_config(folder).checks == {}


@pytest.mark.parametrize("text", ["", "[project]\nname = 'pmexport'", "tool = 'pmexport'", "not TOML at all ]["])
def test_project_file_without_pmexport_is_skipped(text: str, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pmexport.toml").write_text('[checks]\nPM014 = "off"')
    (folder / "pyproject.toml").write_text(text)
    assert find_config(folder).checks == {"PM014": "off"}


def test_relative_folder_is_resolved(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    (folder.parent / "pmexport.toml").write_text('[checks]\nPM014 = "off"')
    assert find_config(Path()).checks == {"PM014": "off"}


HUGE = b"9" * 5_000
INVALID = [
    ("pmexport.toml", b"[checks", ":1:8: "),
    ("pmexport.toml", b"\xff", ":1:1: found the byte 0xFF"),
    ("pmexport.toml", b"a = " + b"[" * 20_000, "nested"),
    ("pmexport.toml", b"a = " + HUGE, "a number is too long"),
    ("pmexport.toml", b"[checks]\nPM014 = " + b"9" * 4_000, ":2:9: checks.PM014: found the number 999"),
    ("pmexport.toml", b"[checks]\n" + b".".join([b"a"] * 50_000) + b" = 1", "nested"),
    ("pmexport.toml", b"#" * (2**20 + 1), "the file is too large"),
    ("pmexport.toml", b"[checks]\n" + b"x" * 1_000_000 + b" = 1", ":2:1: checks.xxx"),
    ("pmexport.toml", b'[check]\nPM014 = "off"', ':1:2: check: found the unknown key "check". Did you mean checks?'),
    ("pmexport.toml", b'checks = "off"', ':1:10: checks: found "off", expected a table.'),
    ("pmexport.toml", b'[checks]\nPM014 = "fatal"', ':2:9: checks.PM014: found "fatal", expected error, warning, note'),
    ("pmexport.toml", b"[checks]\nPM014 = []", "checks.PM014: found a list, expected"),
    ("pmexport.toml", b"[checks]\nPM014 = false", "checks.PM014: found false, expected"),
    (
        "pmexport.toml",
        b'[checks]\nPM41 = "off"',
        ':2:1: checks.PM41: found "PM41", expected the id of a rule. Did you',
    ),
    ("pyproject.toml", b"[tool.pmexport]\nfoo = 1", ':2:1: foo: found the unknown key "foo". Known keys: '),
    ("pyproject.toml", b"[tool]\npmexport = 1", ":2:12: found the number 1, expected a table."),
    ("pyproject.toml", b'[tool.pmexport.checks]\nPM014 = "of"', ':2:9: checks.PM014: found "of"'),
]


@pytest.mark.parametrize(("name", "data", "expected"), INVALID, ids=range(len(INVALID)))
def test_invalid_file_is_reported_with_its_place(name: str, data: bytes, expected: str, folder: Path) -> None:
    (folder / name).write_bytes(data)
    with pytest.raises(InputError) as raised:
        find_config(folder)
    assert str(raised.value).startswith(f"{folder / name}:")
    assert expected in str(raised.value)
    assert len(str(raised.value)) < 2_000


@pytest.mark.parametrize("name", ["pmexport.toml", "pyproject.toml"])
@pytest.mark.parametrize("kind", ["folder", "fifo", "endless device"])
def test_only_regular_files_are_read(kind: str, name: str, folder: Path) -> None:
    path = folder / name
    if kind == "endless device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir() if kind == "folder" else os.mkfifo(path)
    with pytest.raises(InputError, match="expected a file"):
        find_config(folder)


@pytest.mark.parametrize("target", ["none", "pmexport.toml"])
def test_link_to_nothing_is_no_configuration(target: str, folder: Path) -> None:
    (folder / "pmexport.toml").symlink_to(target)
    assert find_config(folder).path is None


def test_settings_that_are_less_severe_are_found(folder: Path) -> None:
    levels = {"PM001": "error", "PM002": "note", "PM005": "off", "PM006": "error", "PM014": "warning"}
    text = "".join(f'{name} = "{level}"\n' for name, level in levels.items())
    (folder / "pmexport.toml").write_text(f"[checks]\n{text}")
    config = find_config(folder)
    own = {rule.id: rule.level for rule in RULES}
    assert own["PM014"] in ("warning", "note")
    assert find_lowered(config.checks, RULES) == {"PM002": "note", "PM005": "off"}


TOKENS = [
    "[checks]",
    "[tool.pmexport.checks]",
    "PM014",
    " = ",
    '"off"',
    '"',
    "'",
    "[",
    "]",
    "{",
    "}",
    "\n",
    ".",
    "9" * 5_000,
]
TOKENS += ["pmexport", "true", "1e999", "nan", "2026-03-14", "\\u0000", "#", "é", "\x00", "\ufeff"]


@given(name=st.sampled_from(["pmexport.toml", "pyproject.toml"]), tokens=st.lists(st.sampled_from(TOKENS), max_size=12))
def test_any_text_is_a_configuration_or_one_of_our_errors(
    name: str, tokens: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("folder") / name
    path.write_text("".join(tokens), "utf-8")
    with suppress(InputError):
        assert set(find_config(path.parent).checks.values()) <= {"off", "note", "warning", "error"}


def test_wrong_values_and_missing_files_are_reported_together_in_the_order_of_the_file(folder: Path) -> None:
    (folder / "pmexport.toml").write_text(
        'word_template = "none.docx"\ntheme = "bord"\n[section]\nhide = []\n[severities]\nP1 = "crit"\n'
    )
    with pytest.raises(InputError) as raised:
        load_config(folder / "pmexport.toml")
    found = [(problem.line, problem.path) for problem in raised.value.problems]
    assert found == [(1, "word_template"), (2, "theme"), (3, "section"), (6, "severities.P1")]


def test_a_wrong_theme_hides_no_other_fault(folder: Path) -> None:
    (folder / "pmexport.toml").write_text('theme = 1\nword_template = "none.docx"\n')
    with pytest.raises(InputError) as raised:
        load_config(folder / "pmexport.toml")
    assert [problem.path for problem in raised.value.problems] == ["theme", "word_template"]
