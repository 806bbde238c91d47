"""Action items: unique ids, owners, deadlines and tickets."""

import re
from collections.abc import Callable, Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.report.facts import Action
from pmexport.report.moments import read_date

_HANDLE = re.compile(r"(?<![\w/@.])@\w[\w-]+")
_REFERENCE = re.compile(r"https?://|(?<![\w&])#\d+\b|\b[A-Z][A-Z0-9]{1,9}-\d+\b")
_DONE = re.compile(
    r"^\s*(?:\[x\]|[✅✔☑]|~~|done\b|completed\b)|[✅✔☑]\s*$|\bdone[.!]?\s*$"
    r"|\((?:done|fixed|added|merged|completed|resolved|implemented|deployed|shipped|closed)\b",
    re.IGNORECASE,
)
_FEW = 2
_NO_VALUES = frozenset(
    ("n/a", "na", "none", "nobody", "no one", "unassigned", "not assigned", "no owner", "unknown", "open", "")
)


def find_duplicate_ids(subject: Subject) -> Iterator[Found]:
    first: dict[str, int] = {}
    for number, item in enumerate(subject.report.action_items):
        key = " ".join((item.id or "").split()).casefold()
        if key and key in first:
            message = f"The id {item.id} is used twice: action_items[{first[key]}] has it too."
            yield Found(f"action_items[{number}].id", message, "Give each action item its own id.")
        elif key:
            first[key] = number


def _list_open(subject: Subject) -> list[tuple[int, Action]]:
    """Return the open action items with their indexes, except those without a status whose text says they are done."""
    numbered = enumerate(subject.facts.actions)
    return [(number, action) for number, action in numbered if action.state == "open" and not _is_marked_done(action)]


def _is_marked_done(action: Action) -> bool:
    return not action.item.status and _DONE.search(action.item.action or "") is not None


def _require_field(field: str, has: Callable[[Action], object], help_: str) -> Callable[[Subject], Iterator[Found]]:
    """Return a check that open action items have a field; if none of several has it, it reports that only once."""
    article = "an" if field == "owner" else "a"

    def check(subject: Subject) -> Iterator[Found]:
        items = _list_open(subject)
        lacking = [(number, action) for number, action in items if not has(action)]
        if len(lacking) == len(items) > _FEW:
            yield Found("action_items", f"None of the {len(items)} open action items has {article} {field}.", help_)
            return
        for number, action in lacking:
            yield Found(f"action_items[{number}].{field}", f"Open action item {action.id} has no {field}.", help_)

    return check


def means_none(text: str) -> bool:
    """Return whether a text only says that there is nothing: N/A, none, a dash."""
    return text.strip(" .-\u2013\u2014?").casefold() in _NO_VALUES


def _is_given(text: str | None) -> bool:
    return text is not None and not means_none(text)


def _has_owner(action: Action) -> bool:
    return _is_given(action.item.owner) or _HANDLE.search(_join_texts(action)) is not None


def _has_deadline(action: Action) -> bool:
    return _is_given(action.item.deadline)


def _has_ticket(action: Action) -> bool:
    return any(map(_is_given, action.item.ticket)) or _REFERENCE.search(_join_texts(action)) is not None


def _join_texts(action: Action) -> str:
    return f"{action.item.action or ''}\n{action.item.details or ''}"


def find_overdue(subject: Subject) -> Iterator[Found]:
    for number, action in _list_open(subject):
        deadline = read_date(action.item.deadline)
        if subject.today and deadline and deadline < subject.today:
            message = f"Action item {action.id} was due on {deadline.isoformat()} and is still open."
            yield Found(f"action_items[{number}].deadline", message, "Update its status, or agree on a new deadline.")


find_unowned = _require_field("owner", _has_owner, "Name an owner: a person or a team.")
find_undated = _require_field("deadline", _has_deadline, "Add a deadline, such as 2026-04-01.")
find_untracked = _require_field("ticket", _has_ticket, "Add a link to the ticket, or its number.")
