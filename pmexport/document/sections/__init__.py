"""The blocks of each section. A section that has none is left out, with its heading, unless it has sections inside.

Which sections there are, and in which order, is in `pmexport.report.sections`.
"""

from collections.abc import Callable

from pmexport.document.composer import Composer
from pmexport.document.nodes import Blocks
from pmexport.document.sections.actions import compose_actions
from pmexport.document.sections.appendix import compose_figures, compose_logs, compose_related
from pmexport.document.sections.causes import compose_causes, compose_whys
from pmexport.document.sections.impact import compose_impact
from pmexport.document.sections.metadata import compose_metadata
from pmexport.document.sections.timeline import compose_timeline

_SPECIAL: dict[str, Callable[[Composer, int], Blocks]] = {
    "metadata": compose_metadata,
    "timeline": compose_timeline,
    "five_whys": compose_whys,
    "root_cause": compose_causes,
    "impact": compose_impact,
    "action_items": compose_actions,
    "logs": compose_logs,
    "figures": compose_figures,
    "related_incidents": compose_related,
}
"""The sections that are more than one field of Markdown, or a list of such texts."""


def compose_section(composer: Composer, key: str, level: int) -> Blocks:
    """Return the blocks of the section with this key, whose heading has this level."""
    if key in _SPECIAL:
        return _SPECIAL[key](composer, level)
    value = getattr(composer.report, key, None)
    if isinstance(value, tuple):
        return composer.list_items(value, level, key)
    return composer.parse_markdown(value, level, key)
