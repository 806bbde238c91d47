"""The files in docs/recipes, as readers copy them."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "recipes"
PAGES = sorted(path.stem for path in FOLDER.glob("[a-z]*.md"))
_FILE = re.compile(r"^```\w+\n((?:#|\{#) (\S+\.\w+|Dockerfile)(?: #\})?\n.*?)^```$", re.MULTILINE | re.DOTALL)
_COMMANDS = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def list_files(page: str) -> dict[str, str]:
    """Return the files of a recipe, by path."""
    return {path: text for text, path in _FILE.findall((FOLDER / f"{page}.md").read_text("utf-8"))}


def list_commands(page: str) -> list[str]:
    """Return the commands that a recipe shows, each on one line."""
    blocks = _COMMANDS.findall((FOLDER / f"{page}.md").read_text("utf-8"))
    return [line for block in blocks for line in block.replace("\\\n", "").splitlines()]


def write_files(page: str, folder: Path) -> dict[str, str]:
    """Write the files of a recipe into a folder, and return them."""
    files = list_files(page)
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return files


@contextmanager
def serve_app(folder: Path, command: str, **environment: str) -> Iterator[int]:
    """Run a recipe's own command for uvicorn on a free port of this machine, and yield the port."""
    program, app, option, _port = command.split()
    assert (program, option) == ("uvicorn", "--port")
    server = subprocess.Popen(
        [sys.executable, "-m", program, app, option, "0"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stderr
    lines: list[str] = []
    try:
        for line in server.stderr:
            lines.append(line)
            if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", line):
                yield int(found[1])
                break
        else:
            raise AssertionError("".join(lines))
    finally:
        server.terminate()
        server.communicate()
