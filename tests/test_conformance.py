"""Independent validators judge a selection of documents: each pair of sample, theme, language and standard.

`make conformance` checks all combinations. These tests download nothing: what is missing is named and skipped.
"""

import os
from collections.abc import Sequence
from itertools import combinations, product
from pathlib import Path

import pytest
from conformance_cases import list_rows, make_files, name_flavours
from validators import VALIDATORS, MissingError, Validator

from pmexport.renderers.pdf.standards import STANDARDS

FACTORS: list[Sequence[str]] = ["abc", "defgh", "ijklmnopq", "rstuvw"]


@pytest.mark.slow
@pytest.mark.parametrize("validator", VALIDATORS, ids=lambda validator: validator.name)
def test_documents_conform(validator: Validator, tmp_path: Path) -> None:
    try:
        validator.prepare(False)
    except MissingError as error:
        reason = f"{validator.name} needs {error}"
        if validator.suffix == ".pdf" and os.environ.get("PMEXPORT_REQUIRE_VERAPDF"):
            pytest.fail(reason)
        pytest.skip(reason)
    files = list(make_files(tmp_path, pairwise=True, suffixes=[validator.suffix[1:]]))
    assert validator.check(files, download=False) == ""


@pytest.mark.parametrize("count", [2, 3, 4])
def test_selection_has_every_pair(count: int) -> None:
    factors = FACTORS[:count]
    every = {pair for row in product(*factors) for pair in combinations(enumerate(row), 2)}
    selected = list_rows(*factors, pairwise=True)
    assert {pair for row in selected for pair in combinations(enumerate(row), 2)} == every
    assert len(selected) < 1.5 * 9 * 6
    assert list_rows(*factors, pairwise=False) == list(product(*factors))


def test_every_standard_is_named() -> None:
    flavours = [name_flavours(standard) for standard in STANDARDS]
    assert flavours == ["ua1", "ua1,1b", "ua1,2a", "ua1,2u", "ua1,3a", "ua1,3u"]
