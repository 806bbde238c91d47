"""What headings, labels and columns mean: dictionaries of several languages, which are data files."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from pmexport.document.labels import Labels, known_languages, labels_for
from pmexport.importing.report_fields import TARGETS
from pmexport.report.vocabulary import known_keys

_NUMBERING = re.compile(r"^(?:(?:\d+(?:\.\d+)*|[ivx]{1,4}|[a-h])[.):]|\d+(?:\.\d+)+|[\d]+)\s+(?=\S)", re.IGNORECASE)
_REMARK = re.compile("(?<!\\s)\\s*[(\\[\uff08\u3010\u300c].{0,200}?[)\\]\uff09\u3011\u300d]\\s*$")
_APOSTROPHES = str.maketrans("", "", "'\u2019\u02bc`\u00b4")
_WORD = re.compile(r"[^\W_]+")
_ARABIC = {
    **dict.fromkeys([*range(0x64B, 0x660), 0x640, 0x670]),  # marks of vowels, and tatweel, which only stretches a word
    **str.maketrans("\u0622\u0623\u0625\u0671\u0649\u0629", "\u0627\u0627\u0627\u0627\u064a\u0647"),
}
"""The spellings of Arabic words that mean the same: alef, yeh and teh marbuta in their plain form."""
_FEWEST_HEADINGS = 2
"""The headings that show which language a file is in."""
_MOST_WORDS = 8
"""Words of a heading that may contain a known phrase among others."""
_CJK = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass
class Words:
    """The dictionaries of all languages."""

    headings: dict[str, str] = field(default_factory=dict)
    """The field of each heading."""
    contained: dict[str, str] = field(default_factory=dict)
    """The field of each phrase that may occur among other words."""
    labels: dict[str, str] = field(default_factory=dict)
    """The field of each label of a line or a row: `severity`, `milestones.detected`, `impact.users_affected`."""
    timeline: dict[str, str] = field(default_factory=dict)
    """The field of each column of a timeline."""
    actions: dict[str, str] = field(default_factory=dict)
    """The field of each column of a table of actions, and of each label in one."""
    types: dict[str, str] = field(default_factory=dict)
    """The type of the actions below a heading."""
    marks: dict[str, str] = field(default_factory=dict)
    """The milestone of a mark in a timeline: `OUTAGE BEGINS`."""
    kinds: set[str] = field(default_factory=set)
    """The headings that are the kind of the actions below them, as written."""
    headers: set[str] = field(default_factory=set)
    """The words in the header of a table of labels and values."""
    answers: set[str] = field(default_factory=set)
    """What begins the answer to a why."""
    titles: dict[str, dict[str, str]] = field(default_factory=dict)
    """The titles, by language, of sections that have none in a file."""
    languages: dict[str, set[str]] = field(default_factory=dict)
    """The languages of each heading."""

    def find_heading(self, text: str) -> str | None:
        """Return the field that a heading stands for; None if it is unknown."""
        return self._find_exact(self.headings, text) or self._find_contained(text)

    def find_language(self, headings: Iterable[str]) -> str:
        """Return the language that most of the known headings are in, and at least two; otherwise English."""
        counts = Counter({"en": _FEWEST_HEADINGS - 1})
        for heading in headings:
            found = self.languages.get(normalize(_REMARK.sub("", heading)), ())
            counts.update({"en"} if "en" in found else found)
        (first, most), *others = counts.most_common(2)
        return first if all(count < most for _, count in others) else "en"

    def find_label(self, text: str) -> str | None:
        """Return the field that a label stands for; None if it is unknown."""
        return self._find_exact(self.labels, text)

    def find_type(self, text: str) -> str | None:
        """Return the type of the actions below a heading; None if it is unknown."""
        return self._find_exact(self.types, text)

    def find_column(self, table: Mapping[str, str], text: str) -> str | None:
        """Return the field of a column; None if it is unknown. Of several words or remarks, the first known counts."""
        parts = re.split("[/|(\uff08,\u3001]|\\bin\\b|\\band\\b", text)
        return self._find_exact(table, text) or next(filter(None, (table.get(normalize(part)) for part in parts)), None)

    def _find_exact(self, table: Mapping[str, str], text: str) -> str | None:
        key = normalize(text)
        return table.get(key) or table.get(normalize(_REMARK.sub("", text)))

    def _find_contained(self, text: str) -> str | None:
        key = normalize(_REMARK.sub("", text))
        if len(key.split()) > _MOST_WORDS or len(key) > 60:
            return None
        found = [phrase for phrase in self.contained if _contains(key, phrase)]
        return self.contained[max(found, key=len)] if found else None


def _contains(text: str, phrase: str) -> bool:
    return phrase in text if _CJK.search(phrase) else f" {phrase} " in f" {text} "


def normalize(text: str) -> str:
    """Return a heading or label in the form in which they are compared: words in lower case, without numbering."""
    text = unicodedata.normalize("NFKC", text).strip().translate(_APOSTROPHES).translate(_ARABIC).casefold()
    text = text.strip("*_#: \t").replace("&", " and ")
    return " ".join(_WORD.findall(_NUMBERING.sub("", text, count=1)))


def strip_remark(text: str) -> tuple[str, str]:
    """Return a heading without the parentheses at its end, and what is in them."""
    found = _REMARK.search(text)
    return (text[: found.start()].rstrip(), found[0].strip()[1:-1]) if found else (text, "")


@cache
def _load_known() -> Words:
    words = Words()
    for table in ("timeline", "action_items"):
        columns = words.timeline if table == "timeline" else words.actions
        columns |= {normalize(name.replace("_", " ")): key for name, key in known_keys(table).items()}
    for file in sorted(resources.files(__name__.rpartition(".")[0]).joinpath("headings").iterdir(), key=str):
        if file.name.endswith(".toml"):
            _add_language(words, tomllib.loads(file.read_text("utf-8")), file.name.removesuffix(".toml"))
    for language in known_languages():
        _add_labels(words, labels_for(language))
    return words


def _add_labels(words: Words, labels: Labels) -> None:
    """Add the words of our own documents that the dictionaries lack."""
    metadata = {key: name for key, name in labels.metadata.items() if key in TARGETS}
    metrics = {f"impact.{key}": name for key, name in labels.impact.items() if key not in ("metric", "value")}
    milestones = {f"milestones.{key}": name for key, name in labels.flags.items() if key != "change"}
    headings = {key: name for key, name in labels.sections.items() if key in (*TARGETS, "metadata", "appendix")}
    for table, own in (
        (words.headings, headings),
        (words.labels, metadata | metrics | milestones),
        (words.timeline, labels.timeline),
        (words.actions, labels.action_items),
    ):
        for key, name in own.items():
            table.setdefault(normalize(name), key)
    language = labels.language.partition("-")[0]
    if language in words.titles:
        for name in map(normalize, headings.values()):
            words.languages.setdefault(name, set()).add(language)


def _add_language(words: Words, data: Mapping[str, Mapping[str, Sequence[str]]], language: str) -> None:
    tables = {
        "headings": words.headings,
        "contained": words.contained,
        "labels": words.labels,
        "timeline": words.timeline,
        "action_items": words.actions,
        "types": words.types,
        "marks": words.marks,
    }
    for name, table in tables.items():
        for meaning, written in data.get(name, {}).items():
            table |= {normalize(word): meaning for word in written}
    words.kinds |= {normalize(word) for word in data.get("kinds", {}).get("written", ())}
    words.headers |= {normalize(word) for word in data.get("tables", {}).get("header", ())}
    words.answers |= {word.casefold() for word in data.get("whys", {}).get("because", ())}
    words.titles[language] = {name: str(title) for name, title in data.get("titles", {}).items()}
    for written in data.get("headings", {}).values():
        for word in map(normalize, written):
            words.languages.setdefault(word, set()).add(language)


def load_words(own: Mapping[str, Sequence[str]]) -> Words:
    """Return the dictionaries, with the user's own headings by field on top."""
    known = _load_known()
    added = {
        normalize(word): key
        for key, listed in own.items()
        for word in ([listed] if isinstance(listed, str) else listed)
    }
    return Words(**{**vars(known), "headings": known.headings | added, "labels": known.labels | added})
