"""Addresses of mails, as people write them."""

from contextlib import suppress

EXPECTED = "a list of addresses such as `Ana Ruiz <ana@example.com>`"


def are_addresses(text: str) -> bool:
    """Return whether a text consists of addresses, separated by commas, that can be written into a header."""
    from email.headerregistry import HeaderRegistry  # noqa: PLC0415 - only for mails

    header = None
    if text.isprintable():
        with suppress(IndexError, ValueError):  # Python's reader fails so on some that are incomplete
            header = HeaderRegistry()("To", text)
    found = getattr(header, "addresses", ())
    return (
        header is not None and not header.defects and bool(found) and all(one.username and one.domain for one in found)
    )
