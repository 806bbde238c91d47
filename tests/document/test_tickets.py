"""Tickets: their keys, and their addresses in short."""

from __future__ import annotations

from typing import Any

import pytest

from pmexport import load
from pmexport.assets.folder import Folder
from pmexport.document import nodes
from pmexport.document.compose import compose
from pmexport.document.tickets import find_key, name_tickets
from pmexport.report.facts import derive_facts


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("https://acme.atlassian.net/browse/CHK-4471", "CHK-4471"),
        ("https://tracker.example.com/browse/CHK-4471/", "CHK-4471"),
        ("https://tracker.example.com/browse/CHK-4471?focusedCommentId=12", "CHK-4471"),
        ("https://tracker.example.com/browse/PLATFORMRELIABILITY-2001", "PLATFORMRELIABILITY-2001"),
        ("https://linear.app/acme/issue/ENG-123/cap-the-retries", "ENG-123"),
        ("https://acme.youtrack.cloud/issue/OPS_2-9", "OPS_2-9"),
        ("https://github.com/acme/shop/issues/123", "#123"),
        ("https://github.com/acme/shop/pull/7", "#7"),
        ("https://bitbucket.org/acme/shop/pull-requests/7", "#7"),
        ("https://gitlab.com/acme/shop/-/issues/41", "#41"),
        ("https://gitlab.com/acme/shop/-/merge_requests/8", "!8"),
        ("https://dev.azure.com/acme/shop/_workitems/edit/512", "#512"),
        ("https://acme.service-now.com/nav_to.do?uri=incident.do?sysparm_query=number=INC0012345", "INC0012345"),
        ("https://acme.service-now.com/incident/CHG0030007", "CHG0030007"),
        ("https://example.com/", ""),
        ("https://example.com/wiki/retries", ""),
        ("https://example.com/2026/123", ""),
        ("https://github.com/acme/shop/issues", ""),
        ("https://github.com/acme/shop/issues/123/files", ""),
        ("https://example.com/blog/chk-4471", ""),
        ("https://example.com/a?x=INC0012345&y=INC0012346", ""),
        ("https://[", ""),
        ("CHK-4471", ""),
        ("file:///browse/CHK-4471", ""),
    ],
)
def test_the_key_of_a_ticket_is_read_from_its_address(address: str, key: str) -> None:
    assert find_key(address) == key


@pytest.mark.parametrize(
    ("tickets", "named"),
    [
        (["https://a.example/AB-1", "https://a.example/AB-1"], 1),  # the same
        (["https://a.example/AB-1", "https://b.example/AB-1"], 0),
        (["https://a.example/AB-1", "AB-1"], 0),
        (["https://github.com/acme/shop/issues/1", "https://github.com/acme/shop/pull/1"], 0),
        (["https://github.com/acme/shop/issues/1", "https://gitlab.com/acme/shop/-/merge_requests/1"], 2),
        ([" https://a.example/AB-1\n"], 1),
    ],
)
def test_a_key_that_could_mean_two_tickets_is_not_used(tickets: list[str], named: int) -> None:
    assert len(name_tickets(tickets)) == named


def blocks_of(tickets: list[Any]) -> nodes.Blocks:
    items = [{"action": "a", "ticket": ticket} for ticket in tickets]
    report = load({"title": "T", "action_items": items})
    tree = compose(report, derive_facts(report), Folder(report.base))
    return next(one for one in nodes.sections_of(tree) if one.id == "action_items").blocks


def note_of(tickets: list[Any]) -> str:
    last = blocks_of(tickets)[-1]
    assert isinstance(last, nodes.Paragraph)
    assert last.role == "addresses"
    return nodes.text_of(last.inlines)


def test_a_ticket_is_a_link_with_its_key() -> None:
    table = blocks_of(["https://a.example/browse/AB-1"])[1]
    assert isinstance(table, nodes.Table)
    (note,) = table.groups[0].rows[0].cells[1][1:]
    assert isinstance(note, nodes.Paragraph)
    assert nodes.Link("https://a.example/browse/AB-1", (nodes.Text("AB-1"),)) in note.inlines


@pytest.mark.parametrize(
    ("tickets", "note"),
    [
        (["https://a.example/browse/AB-1"], "Ticket URLs: https://a.example/browse/AB-1"),
        (
            ["https://a.example/browse/AB-1", ["https://a.example/browse/AB-2", "https://a.example/browse/AB-1"]],
            "Ticket URLs: https://a.example/browse/ + the ticket's key",
        ),
        (
            ["https://a.example/browse/AB-1", "https://a.example/browse/AB-2", "OPS-7"],
            "Ticket URLs: https://a.example/browse/ + AB-1, AB-2",
        ),
        (
            [
                "https://a.example/browse/AB-1",
                "https://github.com/a/b/issues/7",
                "https://github.com/a/b/issues/8",
                "https://linear.app/a/issue/ENG-1/title",
                "https://a.example/browse/AB-2",
            ],
            (
                "Ticket URLs: https://a.example/browse/ + AB-1, AB-2; https://github.com/a/b/issues/ + 7, 8; "
                "https://linear.app/a/issue/ENG-1/title"
            ),
        ),
    ],
)
def test_addresses_are_listed_once_and_can_be_put_together_again(tickets: list[Any], note: str) -> None:
    assert note_of(tickets) == note


def test_without_keys_no_addresses_are_listed() -> None:
    assert not any(isinstance(one, nodes.Paragraph) and one.role == "addresses" for one in blocks_of(["T-1", "a.b/c"]))
