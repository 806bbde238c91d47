"""The example of the documentation: forty lines make the full sample another company's report, in four formats."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from parity import READERS, assert_says_the_same
from pypdf import PdfReader

from pmexport import Problem, load, load_config, pipeline, render
from pmexport.house_style.settings_list import describe_keys

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "samples"
FILE = SAMPLES / "acme" / "pmexport.toml"
PAGE = (ROOT / "docs" / "house-style.md").read_text("utf-8")
FIELDS = {"severity": "Sev 0", "region": "EU", "customer_notice": "14 March 2026, 14:15"}

SHOWN = [
    "Incident Review", "In short", "Key facts", "Region", "EU", "Customers informed", "14 March 2026, 14:15",
    "What it cost", "Background", "Timeline", "Root Cause Analysis", "What we will change", "Appendix",
    "Acme plc, registered in Utopia, No. 4711. Confidential: do not forward.",
    "We look for causes in systems, never for culprits.",
]  # fmt: skip
"""What every format shows, in this order."""
NOT_SHOWN = [
    "Post-Mortem / Root Cause Analysis Report", "Executive Summary", "Incident Metadata", "Action Items\n", "5 Whys",
    "Lessons Learned", "blameless culture",
]  # fmt: skip


def squash(text: str) -> str:
    return "".join(text.split())


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(READERS))
def test_forty_lines_make_another_companys_report(name: str) -> None:
    config = load_config(FILE)
    report = load(SAMPLES / "checkout-outage.yaml", overrides=FIELDS, config=config)
    warnings = list[Problem]()
    data = render(report, name, config=config, warnings=warnings)
    text, at = squash(READERS[name](data)), 0
    for words in SHOWN:
        assert squash(words) in text[at:], words
        at = text.index(squash(words), at)
    for words in NOT_SHOWN:
        assert squash(words) not in text, words
    assert_says_the_same(pipeline.compose_source(report, config=config).document, name, data)
    assert [warning.id for warning in warnings if warning.id == "PM043"] == ["PM043"]


def test_the_file_has_forty_lines_at_most() -> None:
    assert len(FILE.read_text("utf-8").splitlines()) <= 40


def test_the_web_page_has_the_brand() -> None:
    page = render(SAMPLES / "checkout-outage.yaml", "html", config=load_config(FILE), allow_unfinished=True).decode()
    assert '<img class="logo" src="data:image/png;base64,' in page
    assert 'alt="Acme"' in page
    assert "#0b6e4f" in page
    assert "1 Harbour Street, Utopia" in page


def test_the_word_file_is_on_the_companys_template() -> None:
    data = render(SAMPLES / "checkout-outage.yaml", "docx", config=load_config(FILE), allow_unfinished=True)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        parts = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    shown = "".join(text for name, text in parts.items() if re.match(r"word/(header|footer)\d", name))
    assert "1 Harbour Street · Utopia" in shown
    assert any(name.startswith("word/media/") for name in parts)
    assert 'w:ascii="Georgia"' in parts["word/styles.xml"]


@pytest.mark.slow
def test_the_pdf_has_the_companys_typeface() -> None:
    data = render(SAMPLES / "checkout-outage.yaml", "pdf", config=load_config(FILE), allow_unfinished=True)
    fonts = {str(font["/BaseFont"]) for page in PdfReader(BytesIO(data)).pages for font in fonts_of(page)}
    assert any("Serif" in name for name in fonts), fonts


def fonts_of(page: object) -> list[dict[str, object]]:
    return [font.get_object() for font in page["/Resources"]["/Font"].values()]  # type: ignore[index]


# ---- the documentation


def test_the_documentation_has_the_file() -> None:
    assert f"```toml\n{FILE.read_text('utf-8')}```\n" in PAGE


def test_the_documentation_describes_every_key() -> None:
    rows = "".join(f"| `{key}` | {' '.join(text.split())} |\n" for key, text in describe_keys())
    assert rows in PAGE, f"expected in docs/house-style.md:\n{rows}"


def test_the_images_of_the_documentation_exist() -> None:
    images = re.findall(r"\((house-style/[\w-]+\.png)\)", PAGE)
    assert len(images) >= 3
    assert all((ROOT / "docs" / image).is_file() for image in images)
