"""Links to the outside."""

from __future__ import annotations

import re
from itertools import count
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part

from pmexport.renderers.docx.oxml import clean

_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
_DOMAIN = r"[\w-]{1,63}(?:\.[\w-]{1,63})*"
_LOCAL = r"[\w+-]+(?:\.[\w+-]+)*"
_WELL_FORMED = re.compile(
    rf"https?://(?:{_LOCAL}(?::{_LOCAL})?@)?(?:{_DOMAIN}|\[[0-9a-f:.]+\])(?::[1-5]?[0-9]{{1,4}})?(?:[/?#].*)?"
    rf"|mailto:{_LOCAL}@{_DOMAIN}(?:\?.*)?",
    re.IGNORECASE,
)


def address(target: str) -> str:
    """Return an address with what no address may hold (RFC 3986) in percent signs."""
    return _UNSAFE.sub(lambda found: quote(found[0]), clean(target))


class Links:
    """The links of one document; each address is stored once."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._relations: dict[str, str] = {}
        self._keys = (f"link{number}" for number in count(1))

    def relation(self, address: str) -> str | None:
        """Return the id of the relation to an address; None where programs would reject the file for its sake.

        Those built on .NET's System.Uri do so for `mailto:a@b,c@d` or `http://<host>/`.
        """
        if not _WELL_FORMED.fullmatch(address):
            return None
        if address not in self._relations:  # python-docx would look through all relations for each link
            self._relations[address] = next(key for key in self._keys if key not in self._part.rels)
            self._part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, address, self._relations[address], is_external=True)
        return self._relations[address]
