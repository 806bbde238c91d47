"""Contacts in exports: email addresses, phone numbers and avatars, which nobody needs in a report."""

import re
from dataclasses import replace
from typing import Any

from pmexport.importing.notes import Note

CONTACT = "It is a contact; --keep-contacts keeps it."
_CONTACTS = re.compile(
    r"(?i)(\w+_)?e-?mails?(_?address(es)?)?|(\w+_)?(tele)?phones?(_?(numbers?|\d+))?|mobile(_?(number|phone))?|sms"
    r"|avatar(_?urls?)?|icon_?url|photo(_?url)?|contact_methods"
)
"""The keys of contacts."""
_MAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.\w+")
"""An email address, which is a contact under any key, also as the name of a person."""


def is_contact(key: str, value: Any) -> bool:
    """Return whether a value is a contact, by its key or because it is an email address."""
    is_address = isinstance(value, str) and _MAIL.fullmatch(value.strip()) is not None
    return is_address or _CONTACTS.fullmatch(key) is not None


def drop_contacts(value: Any) -> Any:
    """Return a value of JSON without the contacts in it."""
    if isinstance(value, dict):
        return {key: drop_contacts(inside) for key, inside in value.items() if not is_contact(key, inside)}
    if isinstance(value, list):
        return [drop_contacts(inside) for inside in value if not is_contact("", inside)]
    return value


def hide_contact(note: Note) -> Note:
    """Return a note without its text if that is a contact: one that is left out, or was in a value that is kept."""
    if not is_contact(note.key.rpartition(".")[2].partition("[")[0], note.text):
        return note
    if note.field.startswith("x-source"):
        return replace(note, bin="left_out", field="", text="", reason=CONTACT)
    return note if note.bin in ("taken", "own_section") else replace(note, text="")
