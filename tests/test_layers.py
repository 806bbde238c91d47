"""The import graph: data flows one way, and nothing imports in a circle. The layers are in pyproject.toml."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from importlinter.api import read_configuration

ROOT = Path(__file__).parent.parent
CONFIGURATION = ROOT / "pyproject.toml"
MOST_PAIRS = 6


def test_imports_keep_to_the_layers() -> None:
    """Import-linter has a process of its own, because it disables the loggers of all other libraries."""
    program = "from importlinter.cli import lint_imports; raise SystemExit(lint_imports(cache_dir=None))"
    run = subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout
    assert "0 broken" in run.stdout


def test_every_stage_is_in_the_layers() -> None:
    contracts = read_configuration(str(CONFIGURATION))["contracts_options"]
    layers = {name.strip() for layer in contracts[0]["layers"] for name in layer.split("|")}
    modules = {
        path.stem for path in (ROOT / "pmexport").iterdir() if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    assert layers == modules - {"__init__"}


def test_file_names_are_unique_but_for_a_few_pairs() -> None:
    names = [path.stem for path in (ROOT / "pmexport").rglob("*.py") if not path.stem.startswith("__")]
    assert len(names) - len(set(names)) <= MOST_PAIRS
