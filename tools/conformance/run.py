"""Validate every sample in every theme and language with independent validators.

PDF is checked to each standard with veraPDF (PDF/UA-1 and PDF/A), Word with the Open XML SDK, HTML with Nu and
axe-core.

    python tools/conformance/run.py [--pairwise] [--only pdf|docx|html] [--install]

--pairwise: only so many files that each pair of sample, theme, language and standard occurs. --install: only download
the validators. A validator that cannot be installed is named, and the exit code is 1: nothing passes unseen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from conformance_cases import Made, make_files
from validators import VALIDATORS, MissingError, Validator


def main() -> int:
    """Render and check. Return the exit code: 1 if a validator found something, or is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairwise", action="store_true")
    parser.add_argument("--only", choices=("pdf", "docx", "html"), action="append")
    parser.add_argument("--install", action="store_true")
    given = parser.parse_args()
    suffixes = given.only or ["pdf", "docx", "html"]
    chosen = [validator for validator in VALIDATORS if validator.suffix[1:] in suffixes]
    if given.install:
        installed = [_install(validator) for validator in chosen]
        return 0 if all(installed) else 1
    with TemporaryDirectory() as folder:
        files = list(make_files(Path(folder), pairwise=given.pairwise, suffixes=suffixes))
        passed = [_check(validator, files) for validator in chosen]
    return 0 if all(passed) else 1


def _install(validator: Validator) -> bool:
    try:
        validator.prepare(True)
    except MissingError as error:
        print(f"missing  {validator.name}: needs {error}")
        return False
    return True


def _check(validator: Validator, files: Sequence[Made]) -> bool:
    count = sum(made.path.suffix == validator.suffix for made in files)
    try:
        findings = validator.check(files)
    except MissingError as error:
        print(f"missing  {validator.name}: {count} files were not checked. It needs {error}")
        return False
    print(f"{'failed' if findings else 'passed':7}  {validator.name}: {count} files\n{findings}", end="", flush=True)
    return not findings


if __name__ == "__main__":
    sys.exit(main())
