"""Tickets: what they are called, by their addresses, and their addresses in short."""

import re
from collections import Counter
from collections.abc import Iterable
from urllib.parse import urlsplit

from pmexport.document.clean_text import one_line
from pmexport.document.labels import Labels
from pmexport.document.markdown.links import is_address
from pmexport.document.nodes import Inlines, text_of

_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,30}-\d{1,9}", re.ASCII)
"""Jira, Linear, YouTrack: CHK-4471."""
_RECORD = re.compile(r"(?:INC|CHG|PRB|REQ|RITM|KB|[SCP]?TASK)\d{7,10}", re.ASCII)
"""ServiceNow: INC0012345."""
_NUMBERED = re.compile(
    r"/(?:issues?|pulls?|pull-requests|work_items|_workitems/edit|(?P<merge>merge_requests))/(?P<number>\d{1,9})/?\Z",
    re.ASCII,
)
"""GitHub, GitLab, Bitbucket, Azure DevOps: the end of a path."""


def find_key(address: str) -> str:
    """Return the key of the ticket at an address, such as CHK-4471 or #123; empty if the address has none."""
    if not is_address(address):
        return ""
    try:
        path, query = urlsplit(address)[2:4]
    except ValueError:  # a wrong host
        return ""
    if match := _NUMBERED.search(path):
        return f"{'!' if match['merge'] else '#'}{match['number']}"
    *before, last = path.rstrip("/").split("/")
    if _KEY.fullmatch(last) or _RECORD.fullmatch(last):
        return last
    if before and before[-1] and _KEY.fullmatch(before[-1]):  # Linear adds the title
        return before[-1]
    records = _RECORD.findall(query)
    return records[0] if len(set(records)) == 1 else ""


def name_tickets(tickets: Iterable[str]) -> dict[str, str]:
    """Return the keys by which tickets can be called, by their addresses: those that only one address has."""
    keys = {address: find_key(address) for address in map(one_line, tickets)}
    taken = Counter((*keys, *keys.values()))
    return {address: key for address, key in keys.items() if key and taken[key] == 1}


def list_addresses(labels: Labels, names: dict[str, str], *, complete: bool) -> Inlines:
    """Return the addresses of tickets that are shown by their keys, each once; what many begin with is written once.

    complete: whether every ticket is shown by its key.
    """
    groups: dict[str, list[str]] = {}
    for address, key in names.items():
        end = key.lstrip("#!")
        start = address.removesuffix(end) if address.endswith(end) else address
        groups.setdefault(start, []).append(address.removeprefix(start))
    shown = [_show_group(labels, *group) for group in groups.items()]
    (start, ends), *others = groups.items()
    if complete and not others and len(ends) > 1 and ends == list(names.values()):
        shown = [text_of(labels.phrase("address_and_key", prefix=start))]
    return labels.phrase("addresses", addresses="; ".join(shown))


def _show_group(labels: Labels, start: str, ends: list[str]) -> str:
    """Return the addresses that begin alike: `https://tracker.example.com/browse/ + CHK-4471, CHK-4472`."""
    if len(ends) == 1:
        return start + ends[0]
    return text_of(labels.phrase("address_and_ends", prefix=start, ends=labels.list_texts(ends)))
