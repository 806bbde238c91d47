"""`--watch` and `--open`: the report is rendered again when something has changed, in one process."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import pytest
from conftest import Run

from pmexport.cli.live_page import LivePage

PLOT = Path(__file__).parents[2] / "samples" / "graphs" / "checkout-error-rate.png"
REPORT = "title: Search was slow\nstatus: draft\nfigures: [{src: plot.png, alt: Errors}]\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "report.yaml").write_text(REPORT, "utf-8")
    shutil.copy(PLOT, tmp_path / "plot.png")
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('inherit = "default"', "utf-8")
    return tmp_path


class Watch:
    """The running command."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def read_until(self, *texts: str) -> str:
        """Return the lines up to one that contains one of these texts; they must come."""
        lines = []
        assert self._process.stderr
        for line in self._process.stderr:
            lines.append(line)
            if any(text in line for text in texts):
                return "".join(lines)
        pytest.fail("".join(lines))

    def stop(self) -> int:
        self._process.send_signal(signal.SIGINT)
        return self._process.wait()


@contextmanager
def start(folder: Path, *options: str) -> Iterator[Watch]:
    command = [sys.executable, "-m", "pmexport", "report.yaml", *options, "--watch"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield Watch(process)
        finally:
            process.kill()


def append(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        with (folder / name).open("a", encoding="utf-8") as file:
            file.write(text)

    return change


def replace_report(folder: Path) -> None:
    """Save as most editors do."""
    (folder / "new").write_text(REPORT + "severity: P1\n", "utf-8")
    (folder / "new").replace(folder / "report.yaml")


CHANGES: dict[str, Callable[[Path], None]] = {
    "the report": append("report.yaml", "severity: P1\n"),
    "the report, replaced": replace_report,
    "an image": append("plot.png", "x"),
    "an image, removed": lambda folder: (folder / "plot.png").unlink(),
    "the theme": append("acme/theme.toml", '\n[colors]\naccent = "#7a1fa2"\n'),
    "a new file of the theme": append("acme/style.css", "p { color: teal }"),
    "the configuration": append("pmexport.toml", '[checks]\nPM014 = "off"\n'),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_rendered(change: str, folder: Path) -> None:
    with start(folder, "--html", "--theme", "./acme") as watch:
        watch.read_until("reloads itself")
        CHANGES[change](folder)
        watch.read_until("wrote report.html")
        assert watch.stop() == 0


@pytest.mark.slow
def test_errors_are_shown_and_do_not_stop_it(folder: Path) -> None:
    with start(folder, "--md", "--theme", "./acme") as watch:
        watch.read_until("watching report.yaml")
        append("report.yaml", "severty: P1\n")(folder)
        assert "report.yaml:4:1: severty" in watch.read_until("error: ")
        (folder / "report.yaml").unlink()
        watch.read_until("error: report.yaml")
        replace_report(folder)
        watch.read_until("wrote report.md")
        append("acme/theme.toml", "[colors\n")(folder)
        watch.read_until("theme.toml")
        (folder / "acme" / "theme.toml").write_text('inherit = "default"', "utf-8")
        watch.read_until("wrote report.md")
        assert "P1" in (folder / "report.md").read_text("utf-8")


@pytest.mark.slow
def test_its_own_documents_are_no_change(folder: Path) -> None:
    """The documents are in the folders of the report and the theme."""
    with start(folder, "--md", "-o", "acme/") as watch:
        watch.read_until("watching report.yaml")
        append("report.yaml", "severity: P1\n")(folder)
        watch.read_until("wrote acme/report.md")
        append("report.yaml", "severty: P1\n")(folder)
        assert "wrote" not in watch.read_until("error: ")


@pytest.mark.slow
def test_the_page_that_reloads_is_the_file(folder: Path) -> None:
    with start(folder, "--html") as watch:
        shown = watch.read_until("reloads itself")
        host = re.search(r"http://([^/]+)/", shown)
        assert host
        state = json.loads(get(host[1], "/state?0"))
        assert get(host[1], "/page") == (folder / "report.html").read_bytes()
        append("report.yaml", "severity: P1\n")(folder)
        after = json.loads(get(host[1], f"/state?{state['version']}"))
        assert after["page"] == state["page"] + 1
        assert b"P1" in get(host[1], "/page")
        assert b"<script" not in (folder / "report.html").read_bytes()


def get(host: str, path: str, name: str = "") -> bytes:
    """Return what a server answers; nothing if it refuses to. name: the name by which it is called."""
    connection = http.client.HTTPConnection(host)
    connection.request("GET", path, headers={"Host": name or host})
    answer = connection.getresponse()
    data = answer.read()
    connection.close()
    return data if answer.status == http.client.OK else b""


def test_the_server_answers_to_its_own_name_only() -> None:
    live = LivePage()
    live.update(b"<p>secret")
    host = live.address.split("/")[2]
    assert host.startswith("127.0.0.1:")
    assert get(host, "/page") == b"<p>secret"
    assert get(host, "/page", "attacker.example") == get(host, "/../etc/passwd") == get(host, "/state?x") == b""


def test_an_error_is_shown_above_the_last_page() -> None:
    live = LivePage()
    live.update(b"first")
    live.update(None, "error: x")
    state = live.wait_for_change(0)
    assert (state["page"], state["error"], live.page) == (1, "error: x", b"first")


# ---- open


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(click, "launch", found.append)
    return found


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_open_opens_the_result(run: Run, opened: list[str]) -> None:
    assert run("report.yaml", "--md", "--html", "--open", "-o", "out/").code == 0
    assert run(".", "--md", "-o", "archive/", "--open").code == 0
    assert [Path(path).as_posix() for path in opened] == ["out/report.html", "archive/index.html"]


def test_open_opens_nothing_after_an_error(run: Run, folder: Path, opened: list[str]) -> None:
    (folder / "report.yaml").write_text("titel: x", "utf-8")
    assert run("report.yaml", "--md", "--open").code == 1
    assert opened == []


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    "command",
    [
        "- --from yaml --md --watch",
        "report.yaml --md -o - --watch",
        ". --md -o out/ --watch",
        "report.yaml -o x --watch",
    ],
)
def test_watch_takes_one_report_and_files(command: str, run: Run) -> None:
    ended = run(*command.split(), stdin=os.fsencode(REPORT))
    assert ended.code == 2


@pytest.mark.slow
def test_a_folder_with_a_suffix_is_no_page(folder: Path) -> None:
    with start(folder, "-o", "x.html/") as watch:
        shown = watch.read_until("watching")
        assert "reloads itself" not in shown
        assert watch.stop() == 0
    assert (folder / "x.html" / "report.pdf").exists()
