"""Find rules of style sheets that hide text of the report, or add words to it."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from pmexport.problems import Place, Problem

_RULE = re.compile(r"([^{};]*)\{([^{}]*)\}")
_HIDING = re.compile(
    r"(?<![\w-])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|font-size\s*:\s*0+(?![.\d])"
    r"|color\s*:\s*transparent|text-indent\s*:\s*-\d{3,}|clip-path\s*:\s*inset\(\s*(?:50|100)%)",
    re.IGNORECASE,
)
_ADDING = re.compile(r"""(?<![\w-])content\s*:\s*(?:"[^"\n]*[^\W\d_]{2}|'[^'\n]*[^\W\d_]{2})""", re.IGNORECASE)
_OPTIONAL = re.compile(r"(?:^|[\s>])(?:nav|[a-z]*\.skip)(?![\w-])|::?(?:before|after|marker)\s*$")
"""What a theme may hide: the table of contents, the link for keyboards, and what style sheets add."""


def find_hiding_rules(sheets: Iterable[tuple[Path, str]]) -> Iterator[Problem]:
    """Yield the rules that change what the report says. sheets: paths, and texts without comments."""
    for path, text in sheets:
        for rule in _RULE.finditer(text):
            selectors = " ".join(rule[1].split())
            is_optional = all(map(_OPTIONAL.search, selectors.split(",")))
            hiding = None if is_optional else _HIDING.search(text, *rule.span(2))
            if found := hiding or _ADDING.search(text, *rule.span(2)):
                declared, what = (found[0], "hides text of") if hiding else ("content", "adds words to")
                message = f"the rule `{selectors[:60]}` with `{' '.join(declared.split())}` {what} the report."
                help_ = "A theme decides how a report looks, not what it says."
                place = Place(str(path), text.count("\n", 0, found.start()) + 1)
                yield Problem(message, help=help_, level="warning").at(place)
