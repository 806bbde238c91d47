"""What a rule is: a small pure function that looks at a report and says what it found, and a few words about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from pmexport.problems import Level
from pmexport.report.facts import Facts
from pmexport.report.model import Report


class Written:
    """One text that the author wrote."""

    def __init__(self, path: str, text: str, prose: str | Callable[[str], str]) -> None:
        """Take the prose, or what makes it of the text: it is made when it is first asked for."""
        self.path = path
        """Where in the report: `timeline[3].event`."""
        self.text = text
        """As written."""
        self._prose = prose

    @property
    def prose(self) -> str:
        """What a reader takes for the author's own words.

        Without Markdown marks, code, quotations and link targets; the text itself where the field holds no Markdown;
        empty for logs. Reading Markdown takes its time: look at `text` first where that can rule something out.
        """
        if not isinstance(self._prose, str):
            self._prose = self._prose(self.text)
        return self._prose


@dataclass(frozen=True, slots=True)
class Subject:
    """What rules look at."""

    report: Report
    facts: Facts
    texts: tuple[Written, ...]
    """Every text of the report, in the order of the document, then the logs that are files beside it."""
    today: dt.date | None = None
    """The day of the check; None where nothing may depend on it."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found, at one place."""

    path: str
    """Where in the report: `action_items[2].owner`; empty for the report as a whole."""
    message: str
    """What was found and what is wrong with it, in one sentence. Never a secret, nor a part of it."""
    help: str
    """What to do."""
    offset: int | None = None
    """Where in the text at `path` it stands, in characters from 0, where that is known."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. Other packages add theirs by the entry-point group `pmexport.rules`."""

    id: str
    """PM and three digits for those that come with pmexport; other packages take letters of their own."""
    name: str
    """In a few words with dashes: `action-without-owner`."""
    level: Level
    reason: str
    """Why it matters to a reader of the report, in one or two sentences, for the documentation."""
    check: Callable[[Subject], Iterable[Found]]
    until_final: Level | None = None
    """The level while the report is a draft or in review, where it is another one."""
    dated: bool = False
    """Whether it finds something only where `today` is known."""
    secret: bool = False
    """Whether what it finds must not be shown again: then the line of the file is not either."""
