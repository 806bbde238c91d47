"""`pmexport theme`."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Run


@pytest.mark.slow
def test_a_new_theme_can_be_used_at_once(tmp_path: Path, run: Run) -> None:
    made = run("theme", "new", "acme")
    assert made.code == 0
    assert "--theme ./acme" in made.err
    text = (tmp_path / "acme" / "theme.toml").read_text("utf-8")
    assert text.startswith("# The look of acme. `pmexport theme check ./acme` says")
    assert run("theme", "check", "./acme").code == 0
    checked = run("theme", "check", "acme")
    assert (checked.code, checked.out) == (0, b"acme can be used: nothing is wrong.\n")


def test_an_existing_theme_is_kept(tmp_path: Path, run: Run) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('summary = "Mine"', "utf-8")
    assert run("theme", "new", "acme").code == 1
    assert (tmp_path / "acme" / "theme.toml").read_text("utf-8") == 'summary = "Mine"'


def test_what_is_wrong_is_shown_with_its_line(tmp_path: Path, run: Run) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('summary = "Mine"\n[colors]\nacent = "#123456"\n', "utf-8")
    checked = run("theme", "check", "./acme")
    assert checked.code == 1
    assert (
        b'error: acme/theme.toml:3:1: colors.acent: found the unknown token "acent". Did you mean accent?'
        in checked.out
    )
    assert b'    3 | acent = "#123456"' in checked.out
    assert checked.out.endswith(b"./acme cannot be used: 1 problem.\n")


def test_an_unknown_theme_is_an_error(run: Run) -> None:
    checked = run("theme", "check", "acme")
    assert (checked.code, b"unknown theme 'acme'" in checked.out) == (1, True)
    assert b"is now a token" in run("theme", "check", "serif").out
