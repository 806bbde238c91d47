"""What the readers of pasted texts know beyond the text."""

from collections.abc import Callable
from dataclasses import dataclass

from pmexport.reading.pasted.pieces import Piece
from pmexport.report.house_style import PLAIN, HouseStyle


@dataclass(slots=True)
class Context:
    """The report around a text."""

    year: int | None
    """The year of dates without one; None if the report has no date."""
    unfold: Callable[[Piece], str]
    """Returns a text of one line with the line breaks that its author wrote and YAML has folded."""
    style: HouseStyle = PLAIN

    characters: int = 3_000_000
    """Characters that may still be read; an alias can repeat a text very often."""
    lines: int = 30_000
    """Lines that may still be items; a longer list cannot be rendered."""

    def read_lines(self, piece: Piece) -> tuple[str, bool]:
        """Return a text with its author's line breaks, and whether these were folded; nothing if there are too many."""
        text = str(piece.value)
        self.characters -= len(text)
        if self.characters < 0 or self.lines < 0:
            return "", False
        lines = text if "\n" in text.strip("\n") else self.unfold(piece)
        self.lines -= lines.count("\n")
        return (lines, lines != text) if self.lines >= 0 else ("", False)
