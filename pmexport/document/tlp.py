"""The Traffic Light Protocol 2.0 of FIRST (https://www.first.org/tlp/): find the label of a classification."""

import re
from typing import get_args

from pmexport.document.nodes import Tlp

_BY_COLOR: dict[str, Tlp] = {label.removeprefix("TLP:"): label for label in get_args(Tlp)}
_WRITTEN = re.compile(r"TLP\s*:?\s*(RED|AMBER\s*\+\s*STRICT|AMBER|GREEN|CLEAR)(?![\w+])", re.IGNORECASE)


def label_of(classification: str) -> Tlp | None:
    """Return the label that a classification begins with, in its prescribed form, or None."""
    written = _WRITTEN.match(classification.strip())
    return _BY_COLOR["".join(written[1].split()).upper()] if written else None


def is_label_alone(classification: str) -> bool:
    """Return whether a classification consists of a label alone."""
    return _WRITTEN.fullmatch(classification.strip()) is not None
