"""The interface of a rule: a pure function that examines a report, and its description."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from pmexport.problems import Level, Place, Problem
from pmexport.report.facts import Facts
from pmexport.report.house_style import PLAIN, HouseStyle
from pmexport.report.model import Report


class Written:
    """One text that the author wrote."""

    def __init__(self, path: str, text: str, prose: str | Callable[[str], str]) -> None:
        """Take the path, the text, and its prose or a function that extracts the prose when it is first needed."""
        self.path = path
        """Where it is in the report: `timeline[3].event`."""
        self.text = text
        """The text as written."""
        self._prose = prose

    @property
    def prose(self) -> str:
        """The author's own words: the text without Markdown marks, code, quotations and link targets.

        The text itself if the field does not contain Markdown; empty for logs. Parsing Markdown is slow, so use `text`
        first to rule out texts that cannot match.
        """
        if not isinstance(self._prose, str):
            self._prose = self._prose(self.text)
        return self._prose


@dataclass(frozen=True, slots=True)
class Subject:
    """The input of a rule."""

    report: Report
    facts: Facts
    texts: tuple[Written, ...]
    """Every text of the report, in the order of the document, then the content of its log files."""
    today: dt.date | None = None
    """The date of the check; None if the result must not depend on it."""
    noticed: tuple[Problem, ...] = ()
    """What was noticed while the report was read and its document composed; some have the id of a rule."""
    style: HouseStyle = PLAIN
    """The organisation's words and fields, and what it requires."""

    def select_texts(self, may_match: Callable[[str], bool]) -> Iterator[Written]:
        """Yield the texts that a function accepts. It is called once for equal texts: times and phases recur."""
        judged: dict[str, bool] = {}
        for written in self.texts:
            text = written.text
            if text not in judged:
                judged[text] = may_match(text)
            if judged[text]:
                yield written


@dataclass(frozen=True, slots=True)
class Found:
    """One result of a rule."""

    path: str
    """Where it is in the report: `action_items[2].owner`; empty for the report as a whole."""
    message: str
    """What was found and what is wrong with it, in one sentence. Never contains a secret or a part of one."""
    help: str
    """What to do."""
    offset: int | None = None
    """Position in the text at `path`, in characters from 0, if known."""
    place: Place | None = None
    """Where it is in the file, if already known."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule. Other packages add theirs through the entry-point group `pmexport.rules`."""

    id: str
    """PM and three digits for pmexport's own rules; other packages use a different prefix."""
    name: str
    """A few words joined by hyphens: `action-without-owner`."""
    level: Level
    reason: str
    """Why it matters to readers of the report, in one or two sentences, for the documentation."""
    check: Callable[[Subject], Iterable[Found]]
    until_final: Level | None = None
    """The level for drafts and reports in review, if different."""
    dated: bool = False
    """True if it finds something only when `today` is known."""
    secret: bool = False
    """True if its findings must not be shown again; the line of the file is then hidden."""
