"""The recipes for pipelines: valid by their schemas, and their commands run."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from recipes import ROOT, list_files, write_files

pytestmark = pytest.mark.slow

WORKFLOW = ".github/workflows/postmortems.yml"
HOOKS = ".pre-commit-config.yaml"
PANGO = (ROOT / "tools" / "system-packages.sh").read_text("utf-8").split("pango:apt-get) echo ")[1].split(" ;;")[0]
PIPELINES = {"github-actions": WORKFLOW, "gitlab-ci": ".gitlab-ci.yml"}


def _run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, check=False, text=True, capture_output=True)


def _read(page: str, path: str) -> Any:
    return yaml.load(list_files(page)[path], yaml.BaseLoader)  # `on` is no truth value


@pytest.mark.parametrize(("page", "schema"), [("github-actions", "github-workflows"), ("gitlab-ci", "gitlab-ci")])
def test_it_is_valid(page: str, schema: str, tmp_path: Path) -> None:
    pytest.importorskip("check_jsonschema")
    write_files(page, tmp_path)
    check = ["check_jsonschema", "--builtin-schema", f"vendor.{schema}", PIPELINES[page]]
    if page == "gitlab-ci":
        check += ["--data-transform", "gitlab-ci"]
    done = _run(tmp_path, sys.executable, "-m", *check)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("command", "file"), [("validate-config", HOOKS), ("validate-manifest", None)])
def test_the_hook_is_valid(command: str, file: str | None, tmp_path: Path) -> None:
    pytest.importorskip("pre_commit")
    write_files("pre-commit", tmp_path)
    done = _run(tmp_path, sys.executable, "-m", "pre_commit", command, file or str(ROOT / ".pre-commit-hooks.yaml"))
    assert done.returncode == 0, done.stdout


def _list_commands(page: str) -> list[str]:
    """Return the commands of a pipeline, in the order in which they run."""
    pipeline = _read(page, PIPELINES[page])
    if page == "gitlab-ci":
        job = pipeline["postmortems"]
        commands = [*job["before_script"], *job["script"]]
    else:
        commands = [step["run"] for step in pipeline["jobs"]["render"]["steps"] if "run" in step]
    return [line.strip() for command in commands for line in command.splitlines()]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with reports, on a machine on which pmexport is installed."""
    program = tmp_path / "bin" / "pmexport"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m pmexport "$@"\n', "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    reports = tmp_path / "repository" / "postmortems"
    reports.mkdir(parents=True)
    shutil.copy(ROOT / "samples" / "minimal.yaml", reports)
    return tmp_path / "repository"


@pytest.mark.parametrize("page", PIPELINES)
def test_the_commands_check_and_render(page: str, repository: Path) -> None:
    installing = [line for line in _list_commands(page) if not line.startswith("pmexport ")]
    assert [line.removeprefix("sudo ") for line in installing] == [
        "apt-get update",
        f"apt-get install --yes --no-install-recommends {PANGO}",
        "pip install pmexport",
    ]
    check, render = [line for line in _list_commands(page) if line.startswith("pmexport ")]
    assert _run(repository, "sh", "-c", check).returncode == 0
    assert _run(repository, "sh", "-c", render).returncode == 0
    assert {path.suffix for path in (repository / "out").glob("minimal.*")} == {".pdf", ".docx"}
    (repository / "postmortems" / "wrong.yaml").write_text("titel: T", "utf-8")
    failed = _run(repository, "sh", "-c", check)
    assert failed.returncode == 1
    assert "postmortems/wrong.yaml" in failed.stdout


def test_the_actions_are_those_of_our_own_workflows() -> None:
    """So that they are as recent."""
    own = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    uses = re.findall(r"uses: (\S+ # \S+)$", list_files("github-actions")[WORKFLOW], re.MULTILINE)
    assert len(uses) == 3
    assert all(f"uses: {action}\n" in own for action in uses)


def test_the_hook_checks_what_its_pattern_selects(repository: Path) -> None:
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text("utf-8"))
    (used,) = _read("pre-commit", HOOKS)["repos"][0]["hooks"]
    assert used["id"] == hook["id"]
    assert re.search(hook["files"], "a/post-mortems/b.yaml")
    assert re.search(used["files"], "incidents/2026/b.yml")
    assert not re.search(used["files"], "incidents/notes.md")
    command = f"{hook['entry']} {' '.join(used['args'])} postmortems/minimal.yaml"
    assert _run(repository, *command.split()).returncode == 0
