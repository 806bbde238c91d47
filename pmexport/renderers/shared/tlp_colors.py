"""The colours of the Traffic Light Protocol 2.0. The standard sets them; themes do not change them.

Source: FIRST, Traffic Light Protocol version 2.0 (August 2022), "TLP in documents" and its table of colours,
https://www.first.org/tlp/. The label is in the header and footer of every page, right-justified, in at least 12 points.
"""

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
"""Text colours of the labels, on `BACKGROUND`."""
MIN_SIZE = "12pt"
