"""Print what an import of Markdown files does: `python tools/measure_import.py FILE|FOLDER…`."""

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "support"))

from import_figures import Figures, check_lines, measure_file


def main() -> None:
    """Print a line for each file and the totals."""
    found = [measure_file(path) for arg in sys.argv[1:] for path in _list_files(Path(arg))]
    for path, figures, draft in found:
        check_lines(path, draft.notes)
        print(_describe(figures))
    known, own = sum(one.known for _, one, _ in found), sum(one.own for _, one, _ in found)
    lost = sum((one.lost for _, one, _ in found), Counter())
    print(f"words in known sections: {known / max(1, known + own):.1%}; lost: {sum(lost.values())} {dict(lost)}")


def _list_files(path: Path) -> list[Path]:
    return sorted(path.glob("**/*.md")) if path.is_dir() else [path]


def _describe(figures: Figures) -> str:
    lost = f"lost {sum(figures.lost.values())} {dict(figures.lost.most_common(9))}" if figures.lost else ""
    return (
        f"{figures.name[:50]:50} words {figures.words:5}  known {figures.share:4.0%}  unclear {figures.unclear}"
        f"  timeline {figures.timed}/{figures.entries}  {lost}"
    )


if __name__ == "__main__":
    main()
