"""What the readers of pasted texts know beyond the text."""

from collections.abc import Callable
from dataclasses import dataclass

from pmexport.reading.pasted.pieces import Piece


@dataclass(slots=True)
class Context:
    """The report around a text."""

    year: int | None
    """The year of dates without one; None if the report has no date."""
    unfold: Callable[[Piece], str]
    """Returns a text of one line with the line breaks that its author wrote and YAML has folded."""

    budget: int = 3_000_000
    """Characters that may still be split into lines; an alias can repeat a text very often."""

    def read_lines(self, piece: Piece) -> tuple[str, bool]:
        """Return a text with its author's line breaks, and whether these were folded. Beyond the budget: nothing."""
        text = str(piece.value)
        self.budget -= len(text)
        if self.budget < 0:
            return "", False
        lines = text if "\n" in text.strip("\n") else self.unfold(piece)
        return lines, lines != text
