"""External links."""

import re
from itertools import count
from urllib.parse import quote

from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.part import Part

from pmexport.renderers.docx.oxml import clean_xml

_UNSAFE = re.compile(r'[\s"<>\\^`{|}]')
_DOMAIN = r"[\w-]{1,63}(?:\.[\w-]{1,63})*"
_LOCAL = r"[\w+-]+(?:\.[\w+-]+)*"
_WELL_FORMED = re.compile(
    rf"https?://(?:{_LOCAL}(?::{_LOCAL})?@)?(?:{_DOMAIN}|\[[0-9a-f:.]+\])(?::[1-5]?[0-9]{{1,4}})?(?:[/?#].*)?"
    rf"|mailto:{_LOCAL}@{_DOMAIN}(?:\?.*)?",
    re.IGNORECASE,
)


def escape_address(target: str) -> str:
    """Percent-encode the characters that a URI must not contain (RFC 3986)."""
    return _UNSAFE.sub(lambda found: quote(found[0]), clean_xml(target))


class Links:
    """The external links of one document; each address is stored once."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._relations: dict[str, str] = {}
        self._keys = (f"link{number}" for number in count(1))

    def relate_address(self, address: str) -> str | None:
        """Return the relationship id of an address, or None for an address that makes programs reject the file.

        .NET's System.Uri rejects `mailto:a@b,c@d` and `http://<host>/`, for example.
        """
        if not _WELL_FORMED.fullmatch(address):
            return None
        if address not in self._relations:  # python-docx would search all relationships each time
            self._relations[address] = next(key for key in self._keys if key not in self._part.rels)
            self._part.load_rel(RELATIONSHIP_TYPE.HYPERLINK, address, self._relations[address], is_external=True)
        return self._relations[address]
