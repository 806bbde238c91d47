"""PM018: images without alternative text (WCAG 2.2, 1.1.1)."""

import re
from collections.abc import Iterator

from pmexport.checks.rule import Found, Subject
from pmexport.checks.rules.texts.own_words import blank_code, is_log

_IMAGE = re.compile(r"!\[([^\[\]]{0,500})\](?:\(\s{0,9}<?([^\s<>()]{0,2000})|\[)")
_HELP = "Describe the image in one sentence, as you would on the phone: Errors rise at 13:58 and fall at 14:45."


def find_images(subject: Subject) -> Iterator[Found]:
    for number, figure in enumerate(subject.report.figures):
        if figure.src and (message := _check_alt(figure.alt, figure.src)):
            yield Found(f"figures[{number}].alt", message, f"{_HELP} Put it in `alt`.")
    for written in subject.texts:
        if "![" in written.text and written.prose != written.text and not is_log(written):
            for match in _IMAGE.finditer(blank_code(written.text)):
                if message := _check_alt(match[1], match[2] or ""):
                    yield Found(written.path, message, f"{_HELP} Put it between the brackets.", match.start())


def _check_alt(alt: str | None, source: str) -> str | None:
    alt = (alt or "").strip()
    if not alt:
        return "An image has no alternative text."
    if alt in (source, source.rpartition("/")[2]):  # WCAG 2.2, failure F30
        return "The alternative text of an image is only its file name."
    return None
