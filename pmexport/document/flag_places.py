"""Where flags stand above a bar, so that no flag's line crosses a label and no labels overlap."""

Place = tuple[int, bool]
"""How many labels high a flag stands, from 0, and whether its label is before its line."""


def place_flags(positions: list[float], lengths: list[float]) -> list[Place]:
    """Return the places of flags.

    positions: where their lines are, from 0 to 1, in order. lengths: of their labels, as parts of the same axis.
    """
    before = _choose_sides(positions, lengths)
    starts = [at - length if left else at for at, length, left in zip(positions, lengths, before, strict=True)]
    labels = [(start, start + length) for start, length in zip(starts, lengths, strict=True)]
    above = [(high, low) for high in range(len(labels)) for low in _list_below(high, labels, positions, before)]
    ranks = [0] * len(positions)
    for _ in positions:
        for high, low in above:
            ranks[high] = max(ranks[high], ranks[low] + 1)
    return list(zip(ranks, before, strict=True))


def _choose_sides(positions: list[float], lengths: list[float]) -> list[bool]:
    """Return which labels are before their lines: those without room after, or in the way of one that has none."""
    before = [False] * len(positions)
    for index in reversed(range(len(positions))):
        at, length = positions[index], lengths[index]
        crosses = any(before[other] and positions[other] <= at + length for other in range(index + 1, len(positions)))
        before[index] = (at + length > 1 or crosses) and at >= length
    return before


def _list_below(high: int, labels: list[tuple[float, float]], positions: list[float], before: list[bool]) -> list[int]:
    """Return the flags that must be lower than this one: their lines, or labels, are where its label is."""
    start, end = labels[high]
    if before[high]:
        return [low for low in range(high) if start <= positions[low]]
    later = range(high + 1, len(labels))
    meets = (before[low] and positions[high] < labels[low][0] < end for low in later)
    return [low for low, label in zip(later, meets, strict=True) if positions[low] <= end or label]
