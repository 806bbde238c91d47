"""What all recipes have in common."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
from recipes import FOLDER, PAGES, list_commands, list_files, write_files

import pmexport


def test_each_page_is_listed_and_has_a_file_to_copy() -> None:
    listed = re.findall(r"^\| \[.+\]\(([\w-]+)\.md\) \|", (FOLDER / "README.md").read_text("utf-8"), re.MULTILINE)
    assert sorted(listed) == PAGES
    assert all(list_files(page) for page in PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_every_block_that_looks_like_a_file_is_one(page: str) -> None:
    blocks = re.findall(r"^```(?!sh$)\w+$", (FOLDER / f"{page}.md").read_text("utf-8"), re.MULTILINE)
    assert len(blocks) == len(list_files(page))


@pytest.mark.parametrize("page", PAGES)
def test_links_exist(page: str) -> None:
    text = (FOLDER / f"{page}.md").read_text("utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert (FOLDER / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_what_is_imported_is_installed_by_the_recipe(page: str) -> None:
    """`pip install` names everything that the code imports. Django is there already."""
    installed = {"pmexport", "django", *re.findall(r"[\w-]+", " ".join(list_commands(page)).replace("-", "_"))}
    own = {path.removesuffix(".py").split("/")[0] for path in list_files(page)}
    code = [ast.parse(text) for path, text in list_files(page).items() if path.endswith(".py")]
    for node in (node for tree in code for node in ast.walk(tree)):
        names = [node.module] if isinstance(node, ast.ImportFrom) else []
        for name in [name.split(".")[0] for name in names if name]:
            known = {name, {"slack_sdk": "slack_bolt"}.get(name, name)}
            assert known & (installed | own | sys.stdlib_module_names), name
            assert name in own or find_spec(name)
            if name == "pmexport" and isinstance(node, ast.ImportFrom):
                assert {alias.name for alias in node.names} <= set(pmexport.__all__)


@pytest.mark.parametrize("page", [page for page in PAGES if any(path.endswith(".py") for path in list_files(page))])
def test_the_code_is_clean(page: str, tmp_path: Path) -> None:
    write_files(page, tmp_path)
    options = ["--isolated", "--line-length", "120", "--no-cache", "."]
    for command in (["check", "--select", "E,F,W,I,B,UP,SIM,RET,C4,ANN", *options], ["format", "--check", *options]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command], cwd=tmp_path, check=False, text=True, capture_output=True
        )
        assert done.returncode == 0, done.stdout
