"""The colours of the Traffic Light Protocol 2.0, which the standard sets: no theme changes them.

Source: FIRST, Traffic Light Protocol version 2.0 (August 2022), "TLP in documents" and its table of colours,
https://www.first.org/tlp/. The label stands at the head and foot of every page, to the right, in 12 points or more.
"""

from __future__ import annotations

from types import MappingProxyType

from pmexport.document.nodes import Tlp

BACKGROUND = "#000000"
INKS: MappingProxyType[Tlp, str] = MappingProxyType(
    {
        "TLP:RED": "#ff2b2b",
        "TLP:AMBER+STRICT": "#ffc000",
        "TLP:AMBER": "#ffc000",
        "TLP:GREEN": "#33ff00",
        "TLP:CLEAR": "#ffffff",
    }
)
"""Of each label's letters, on that background."""
LEAST_SIZE = "12pt"
