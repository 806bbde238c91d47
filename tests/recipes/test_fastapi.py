"""The recipe for FastAPI, behind a real uvicorn on this machine."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from recipes import list_commands, serve_app, write_files

from pmexport import render

pytestmark = pytest.mark.slow
_, COMMAND, EXAMPLE = list_commands("fastapi")


class Answer(NamedTuple):
    """What the service answers."""

    status: int
    media_type: str | None
    body: bytes

    @property
    def problems(self) -> list[dict[str, Any]]:
        """The problems in an answer."""
        assert self.media_type == "application/json"
        problems: list[dict[str, Any]] = json.loads(self.body)["problems"]
        return problems


def _post(port: int, path: str, fields: object) -> Answer:
    with closing(HTTPConnection("127.0.0.1", port)) as connection:
        connection.request("POST", path, json.dumps(fields), {"Content-Type": "application/json"})
        response = connection.getresponse()
        return Answer(response.status, response.getheader("Content-Type"), response.read())


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("service")
    write_files("fastapi", folder)
    return folder


@pytest.fixture(scope="module")
def port(folder: Path) -> Iterator[int]:
    with serve_app(folder, COMMAND, RENDER_SECONDS="600") as port:
        yield port


def test_eight_requests_at_once(port: int) -> None:
    with ThreadPoolExecutor(8) as threads:
        calls = [threads.submit(_post, port, "/reports/pdf", {"title": f"T{number}"}) for number in range(8)]
        for number, call in enumerate(calls):
            assert call.result() == (200, "application/pdf", render({"title": f"T{number}"}, "pdf"))


def test_the_example_is_answered(port: int) -> None:
    program, option, fields, address, *_ = shlex.split(EXAMPLE)
    assert (program, option) == ("curl", "--json")
    path = address.removeprefix("http://127.0.0.1:8000")
    assert _post(port, path, json.loads(fields)).body.startswith(b"%PDF")


def test_other_formats_have_their_media_type(port: int) -> None:
    answer = _post(port, "/reports/md", {"title": "T"})
    assert answer == (200, "text/markdown; charset=utf-8", render({"title": "T"}, "md"))


def test_an_invalid_report_is_answered_with_its_problems(port: int) -> None:
    answer = _post(port, "/reports/pdf", {"titel": "T", "timeline": [{"time": "10:00", "evnt": "a"}]})
    assert answer.status == 422
    assert {problem["path"] for problem in answer.problems} >= {"titel", "timeline[0].evnt"}
    assert all(problem["message"] and problem["help"] for problem in answer.problems)
    unfinished = _post(port, "/reports/pdf", {"title": "T", "status": "final"})
    assert unfinished.status == 422
    assert all(problem["level"] == "error" for problem in unfinished.problems)
    assert _post(port, "/reports/pdf", "/etc/passwd").status == 422


def test_an_unknown_format_is_not_found(port: int) -> None:
    answer = _post(port, "/reports/exe", {"title": "T"})
    assert answer.status == 404
    assert "exe" in answer.problems[0]["message"]


def test_a_rendering_that_takes_too_long_is_answered_with_503(folder: Path) -> None:
    with serve_app(folder, COMMAND, RENDER_SECONDS="0.001") as port:
        answer = _post(port, "/reports/pdf", {"title": "T"})
        assert answer.status == 503
        assert "longer than 0.001 s" in answer.problems[0]["message"]
