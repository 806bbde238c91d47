"""`pmexport fonts`: which fonts draw a report's PDF, and what to install."""

from __future__ import annotations

import pytest

pytest.importorskip("weasyprint")

from pathlib import Path

from conftest import Run

pytestmark = pytest.mark.slow

NOWHERE = "\U0001083f"
"""A letter of Cypriot, which hardly any machine has a font for."""


def test_the_fonts_of_each_script_are_listed(tmp_path: Path, run: Run) -> None:
    report = tmp_path / "report.yaml"
    report.write_text("title: Checkout unavailable\nlogs: [{text: GET /}]\n", "utf-8")
    done = run("fonts", str(report))
    assert done.code == 0, done.err
    assert "Latin, Greek, Cyrillic: IBM Plex Mono, IBM Plex Sans" in done.out.decode()


def test_a_missing_font_is_named_with_its_package_and_its_page(tmp_path: Path, run: Run) -> None:
    report = tmp_path / "report.yaml"
    report.write_text(f"title: Checkout unavailable\nsummary: {NOWHERE}\n", "utf-8")
    done = run("fonts", str(report))
    if done.code == 0:
        pytest.skip("this machine has a font for it")
    assert done.code == 1
    assert "Install Noto Sans Cypriot." in done.err
    assert "apt install fonts-noto-core" in done.err
    assert "https://fonts.google.com/noto" in done.err
    assert "Cypriot" not in done.out.decode()
