"""Rewriting a document's texts changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from trees import whole

from pmexport import load
from pmexport.assets.folder import Folder
from pmexport.document.compose import compose
from pmexport.document.nodes import Code, Document, Inlines, Text
from pmexport.document.rewriting import rewrite_document
from pmexport.limits import Limits
from pmexport.report.facts import derive_facts

SAMPLES = sorted((Path(__file__).parents[2] / "samples").glob("*.yaml"))


def composed(path: Path) -> Document:
    report = load(path)
    return compose(report, derive_facts(report), Folder(report.base, Limits()))


def shout(inlines: Inlines) -> Inlines:
    return tuple(Text(inline.text.upper()) if isinstance(inline, Text) else inline for inline in inlines)


@pytest.mark.parametrize("document", [whole(), *map(composed, SAMPLES)], ids=lambda document: document.title)
def test_texts_that_stay_as_they_are_make_the_same_document(document: Document) -> None:
    assert rewrite_document(document, lambda inlines: inlines) == document


def test_every_text_but_code_is_rewritten() -> None:
    document = rewrite_document(composed(SAMPLES[1]), shout)
    assert "Workers per pod" not in str(document.sections)
    assert "WORKERS PER POD" in str(document.sections)
    assert str(Code("checkout-api")) in str(document.sections)
