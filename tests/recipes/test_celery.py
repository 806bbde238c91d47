"""The recipe for Celery, run at once instead of by a worker."""

from __future__ import annotations

import json
import runpy
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from recipes import list_files, write_files

from pmexport import BoundError, render

pytestmark = pytest.mark.slow


@pytest.fixture
def tasks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    pytest.importorskip("celery")
    write_files("celery", tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    module = import_module("tasks")
    module.app.conf.task_always_eager = True
    module.app.conf.task_store_eager_result = False
    yield module
    del sys.modules["tasks"]


def test_a_report_is_written(tasks: Any, tmp_path: Path) -> None:
    source, target = tmp_path / "report.yaml", tmp_path / "out" / "report.pdf"
    source.write_text("title: T\nfigures: [{src: missing.png, alt: a}]\n", "utf-8")
    result = tasks.render_report.delay(str(source), str(target)).get()
    assert result["document"] == str(target)
    assert target.read_bytes() == render(source, "pdf")
    assert [problem["path"] for problem in result["problems"]] == ["figures[0].src"]
    json.dumps(result)


def test_problems_are_the_result(tasks: Any, tmp_path: Path) -> None:
    (tmp_path / "report.yaml").write_text("titel: T", "utf-8")
    result = tasks.render_report.delay(str(tmp_path / "report.yaml"), str(tmp_path / "report.md")).get()
    assert result["document"] is None
    assert [problem["path"] for problem in result["problems"]] == ["titel"]


def test_a_rendering_that_takes_too_long_has_failed(
    tasks: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overrun(*_: object, **__: object) -> None:
        raise BoundError("Rendering took longer than 60 s.")

    monkeypatch.setattr(tasks, "write", overrun)
    result = tasks.render_report.delay("report.yaml", "report.pdf")
    assert result.failed()
    assert isinstance(result.result, BoundError)


def test_the_sender_prints_the_problems(tasks: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = list_files("celery")["send.py"].replace("/srv", str(tmp_path))
    (tmp_path / "postmortems").mkdir()
    (tmp_path / "postmortems" / "2026-03-14.yaml").write_text("titel: T", "utf-8")
    (tmp_path / "send.py").write_text(text, "utf-8")
    runpy.run_path(str(tmp_path / "send.py"))
    assert "Did you mean title?" in capsys.readouterr().out
