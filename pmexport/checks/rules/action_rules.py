"""Action items: whether they can be told apart, and whether anybody will ever do them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.report.facts import Action
from pmexport.report.moments import read_date

_HANDLE = re.compile(r"(?<![\w/@.])@\w[\w-]+")
_REFERENCE = re.compile(r"https?://|(?<![\w&])#\d+\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b")
_SAYS_DONE = re.compile(
    r"^\s*(?:\[x\]|[✅✔☑]|~~|done\b|completed\b)|[✅✔☑]\s*$|\bdone[.!]?\s*$"
    r"|\((?:done|fixed|added|merged|completed|resolved|implemented|deployed|shipped|closed)\b",
    re.IGNORECASE,
)
_FEW = 2
_NOTHING = frozenset(
    ("n/a", "na", "none", "nobody", "no one", "unassigned", "not assigned", "no owner", "unknown", "open", "")
)


def _twice(subject: Subject) -> Iterator[Found]:
    first: dict[str, int] = {}
    for number, item in enumerate(subject.report.action_items):
        key = " ".join((item.id or "").split()).casefold()
        if key and key in first:
            message = f"The id {item.id} is used twice: action_items[{first[key]}] has it too."
            yield Found(f"action_items[{number}].id", message, "Give each action item its own id.")
        elif key:
            first[key] = number


def _open(subject: Subject) -> list[tuple[int, Action]]:
    """Return the open action items; not those without a status whose text says that they are done."""
    numbered = enumerate(subject.facts.actions)
    return [(number, action) for number, action in numbered if action.state == "open" and not _says_done(action)]


def _says_done(action: Action) -> bool:
    return not action.item.status and _SAYS_DONE.search(action.item.action or "") is not None


def _lacking(field: str, has: Callable[[Action], object], one: str, help_: str) -> Callable[[Subject], Iterator[Found]]:
    """Return the check that open action items have something: one finding where none of many has it."""

    def check(subject: Subject) -> Iterator[Found]:
        items = _open(subject)
        lacking = [(number, action) for number, action in items if not has(action)]
        if len(lacking) == len(items) > _FEW:
            yield Found("action_items", f"None of the {len(items)} open action items has {one}.", help_)
            return
        for number, action in lacking:
            yield Found(f"action_items[{number}].{field}", f"Open action item {action.id} has no {field}.", help_)

    return check


def says_nothing(text: str) -> bool:
    """Return whether a text says in so many words that there is nothing: N/A, none, a dash."""
    return text.strip(" .-\u2013\u2014?").casefold() in _NOTHING


def _says(text: str | None) -> bool:
    return text is not None and not says_nothing(text)


def _has_owner(action: Action) -> bool:
    return _says(action.item.owner) or _HANDLE.search(_words(action)) is not None


def _has_ticket(action: Action) -> bool:
    return any(map(_says, action.item.ticket)) or _REFERENCE.search(_words(action)) is not None


def _words(action: Action) -> str:
    return f"{action.item.action or ''}\n{action.item.details or ''}"


def _past(subject: Subject) -> Iterator[Found]:
    for number, action in _open(subject):
        deadline = read_date(action.item.deadline)
        if subject.today and deadline and deadline < subject.today:
            message = f"Action item {action.id} was due on {deadline.isoformat()} and is still open."
            yield Found(f"action_items[{number}].deadline", message, "Update its status, or agree on a new deadline.")


RULES = (
    Rule(
        id="PM004",
        name="action-id-twice",
        level="error",
        reason="Anyone who follows up on an id must find exactly one action item.",
        check=_twice,
    ),
    Rule(
        id="PM012",
        name="action-without-owner",
        level="warning",
        reason="Work without an owner is not done. A person or a team as `owner`, or an @name in the text, counts.",
        check=_lacking("owner", _has_owner, "an owner", "Name an owner: a person or a team."),
    ),
    Rule(
        id="PM013",
        name="action-without-deadline",
        level="warning",
        reason="Without a deadline, nobody can tell that an action item is late.",
        check=_lacking(
            "deadline", lambda action: _says(action.item.deadline), "a deadline", "Add a deadline, such as 2026-04-01."
        ),
    ),
    Rule(
        id="PM014",
        name="action-without-ticket",
        level="note",
        reason="A report is filed; a ticket stays in the backlog. A link or a ticket number in the text counts.",
        check=_lacking("ticket", _has_ticket, "a ticket", "Add a link to the ticket, or its number."),
    ),
    Rule(
        id="PM022",
        name="deadline-past",
        level="warning",
        reason="An open action item past its deadline is late, or is done but not marked as done.",
        check=_past,
        dated=True,
    ),
)
