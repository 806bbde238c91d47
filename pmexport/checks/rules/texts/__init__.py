"""The rules that read texts."""

from pmexport.checks.rule import Rule
from pmexport.checks.rules.texts import (
    blame,
    image_alt,
    long_cells,
    personal_data,
    placeholders,
    private_links,
    secrets,
)

RULES: tuple[Rule, ...] = (
    placeholders.RULE,
    secrets.RULE,
    blame.CAUSE,
    blame.BLAME,
    personal_data.RULE,
    image_alt.RULE,
    private_links.RULE,
    long_cells.RULE,
)
