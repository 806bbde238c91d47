"""PM018: pictures that those who do not see them learn nothing of (WCAG 2.2, 1.1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Rule, Subject
from pmexport.checks.rules.texts.own_words import is_log, without_code

_PICTURE = re.compile(r"!\[([^\[\]]{0,500})\](?:\(\s{0,9}<?([^\s<>()]{0,2000})|\[)")
_HELP = "Describe the image in one sentence, as you would on the phone: Errors rise at 13:58 and fall at 14:45."


def _check(subject: Subject) -> Iterator[Found]:
    for number, figure in enumerate(subject.report.figures):
        if figure.src and (fault := _fault(figure.alt, figure.src)):
            yield Found(f"figures[{number}].alt", fault, f"{_HELP} Put it in `alt`.")
    for written in subject.texts:
        if "![" in written.text and written.prose != written.text and not is_log(written):
            for match in _PICTURE.finditer(without_code(written.text)):
                if fault := _fault(match[1], match[2] or ""):
                    yield Found(written.path, fault, f"{_HELP} Put it between the brackets.", match.start())


def _fault(alt: str | None, source: str) -> str | None:
    alt = (alt or "").strip()
    if not alt:
        return "An image has no alternative text."
    if alt in (source, source.rpartition("/")[2]):  # WCAG 2.2, failure F30
        return "The alternative text of an image is only its file name."
    return None


RULE = Rule(
    id="PM018",
    name="picture-without-alt",
    level="warning",
    reason="Readers who cannot see an image, or who read only the text, do not learn what it shows.",
    check=_check,
)
