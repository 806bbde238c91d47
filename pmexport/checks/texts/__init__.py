"""The rules that read texts."""

from pmexport.checks.rule import Rule
from pmexport.checks.texts import blame, cells, links, pictures, placeholders, privacy, secrets

RULES: tuple[Rule, ...] = (
    placeholders.RULE,
    secrets.RULE,
    blame.CAUSE,
    blame.BLAME,
    privacy.RULE,
    pictures.RULE,
    links.RULE,
    cells.RULE,
)
