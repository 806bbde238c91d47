"""The digest of a report's files, computed without composing a document, is the one that documents carry."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from pmexport import Report, load
from pmexport.assets import folder as folder_module
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.markdown.parser import Parser
from pmexport.document.source_files import digest_files
from pmexport.limits import Limits
from pmexport.report.digest import digest_report
from pmexport.report.facts import derive_facts

ROOT = Path(__file__).parent.parent.parent
CASES = os.environ.get("PMEXPORT_CASES")
REPORTS = [*(ROOT / "samples").glob("*.yaml"), *(Path(CASES).glob("[rs]*/*.yaml") if CASES else ())]
PNG = (ROOT / "samples" / "graphs" / "checkout-error-rate.png").read_bytes()


def composed_digest(report: Report, limits: Limits) -> str:
    return compose(report, derive_facts(report), Folder(report.base, limits)).properties.digest


@pytest.mark.parametrize("path", REPORTS, ids=lambda path: path.stem)
def test_samples_and_cases(path: Path) -> None:
    report = load(path)
    assert digest_report(report, digest_files(report)) == composed_digest(report, Limits())


@pytest.fixture
def base(tmp_path: Path) -> Path:
    for name in ("a.png", "b c.png", "d.png"):
        (tmp_path / name).write_bytes(PNG)
    (tmp_path / "broken.png").write_bytes(b"\x89PNG broken")
    (tmp_path / "a.log").write_text("one\n", "utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"summary": "![](a.png) ![b](b%20c.png)", "lessons": ["x", "- ![d](d.png)"]}, {"a.png", "b%20c.png", "d.png"}),
        ({"summary": "`![a](a.png)`", "background": "![r][x]\n\n[x]: d.png"}, {"d.png"}),
        ({"summary": "!\x00[a](a.png)"}, {"a.png"}),
        ({"timeline": {"event": "![a](a.png)"}, "five_whys": {"because": "![d](d.png)"}}, {"a.png", "d.png"}),
        ({"figures": [{"src": "a.png"}, {"src": "https://a.example/x.png"}, {"src": "../up.png"}]}, {"a.png"}),
        (
            {"figures": [{"src": "broken.png"}, {"src": "a.png", "caption": "![](d.png)"}]},
            {"broken.png", "a.png", "d.png"},
        ),
        ({"logs": [{"file": "a.log"}, {"text": "![a](a.png)"}, {"file": "none.log"}]}, {"a.log"}),
        ({"impact": {"sla": "![a](a.png)"}, "tags": ["![a](a.png)"]}, set()),
        ({"sections": [{"title": "![a](a.png)", "text": "![d](d.png)"}]}, {"d.png"}),
    ],
)  # fmt: skip
def test_files_are_those_that_a_document_shows(fields: dict[str, Any], names: set[str], base: Path) -> None:
    report = load({"title": "T", **fields}, base=base)
    files = digest_files(report)
    assert set(files) == names
    assert digest_report(report, files) == composed_digest(report, Limits())


def test_a_file_beyond_the_limit_is_left_out(base: Path) -> None:
    report = load({"title": "T", "summary": "![a](a.png)", "logs": {"file": "a.log"}}, base=base)
    limits = Limits(picture_bytes=len(PNG) - 1)
    assert set(digest_files(report, limits)) == {"a.log"}
    assert digest_report(report, digest_files(report, limits)) == composed_digest(report, limits)


def test_no_image_is_decoded_and_only_markdown_with_images_is_parsed(
    base: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[str | None] = []
    parse = Parser.blocks

    def remember(self: Parser, text: str | None, level: int, path: str = "") -> Any:
        parsed.append(text)
        return parse(self, text, level, path)

    def refuse(*_: object) -> None:
        raise AssertionError("an image was decoded")

    monkeypatch.setattr(folder_module, "read_image", refuse)
    monkeypatch.setattr(Parser, "blocks", remember)
    report = load({"title": "T", "summary": "**No** image.", "background": "![a](a.png)"}, base=base)
    assert set(digest_files(report)) == {"a.png"}
    assert parsed == ["![a](a.png)"]
