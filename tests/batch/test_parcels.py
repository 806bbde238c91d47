"""A parcel has everything that documents are made from: they are the same where neither folder nor theme is."""

from __future__ import annotations

import os
import pickle
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import pytest

from pmexport import Problem, load, render
from pmexport.assets.folder import Folder
from pmexport.batch.packed_files import PackedFile, list_near, pack_files, unpack_files
from pmexport.batch.packed_theme import pack_theme
from pmexport.batch.parcels import Outcome, Parcel, render_parcel
from pmexport.document.source_files import list_names
from pmexport.limits import DEFAULT, Limits
from pmexport.theming.themes import find_theme

SAMPLES = Path(__file__).parents[2] / "samples"
PLOT = SAMPLES / "graphs" / "checkout-error-rate.png"

SOURCES = {
    "here": "plot.png",
    "in a folder": "sub/plot.png",
    "in another spelling": "sub\\plot.png",
    "escaped": "a%20b.png",
    "by a way around": "sub/../plot.png",
    "through a link": "link.png",
    "outside by name": "../secret.png",
    "outside by a link": "outside.png",
    "missing": "plott.png",
    "a folder": "sub",
    "too large": "large.png",
    "not an image": "broken.png",
}


@pytest.fixture(autouse=True)
def _temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack themes where pytest removes them: the test's process may end without cleaning up."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))


def pack(path: Path, formats: tuple[str, ...], limits: Limits = DEFAULT, **more: Any) -> Parcel:
    report = load(path)
    folder = Folder(report.base, limits)
    files = pack_files(list_names(report, limits), folder)
    theme = pack_theme(find_theme(more.pop("theme", "default")))
    arguments = {"limits": limits}
    return Parcel(report, files, list_near(files, folder), theme, formats, more.pop("options", {}), arguments, **more)


def send(parcel: Parcel) -> Outcome:
    """Render a parcel as another process would get it."""
    return render_parcel(pickle.loads(pickle.dumps(parcel)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "reports"
    (folder / "sub").mkdir(parents=True)
    for name in ("plot.png", "sub/plot.png", "a b.png", "../secret.png", "real.png"):
        shutil.copy(PLOT, folder / name)
    (folder / "large.png").write_bytes(PLOT.read_bytes() + bytes(100_000))
    (folder / "broken.png").write_bytes(b"no image")
    (folder / "link.png").symlink_to("real.png")
    (folder / "outside.png").symlink_to("../secret.png")
    return folder


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_files_are_shown_as_in_their_folder(source: str, folder: Path) -> None:
    path = folder / "report.yaml"
    path.write_text(f"title: T\nfigures:\n  - {{src: '{source}', alt: Errors}}\nlogs: [{{file: '{source}'}}]", "utf-8")
    limits = Limits(picture_bytes=PLOT.stat().st_size + 1000, log_bytes=PLOT.stat().st_size + 2000)
    warnings: list[Problem] = []
    expected = render(path, "html", limits=limits, warnings=warnings)
    outcome = send(pack(path, ("html",), limits))
    assert outcome.documents["html"] == expected
    assert outcome.warnings == tuple(dict.fromkeys(warnings))


@pytest.mark.parametrize("kind", ["file", "closed", "irregular", "outside"])
def test_no_file_is_unpacked_outside_of_the_folder(kind: Any, tmp_path: Path) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for name in ("../outside", "inside/../../outside", str(tmp_path / "outside")):
        unpack_files([PackedFile(name, kind, b"x")], ["../near"], base)
    assert [path.name for path in tmp_path.iterdir()] == ["base"]


@pytest.mark.parametrize("format_name", ["html", "docx", "md", "pdf"])
def test_documents_are_the_same_bytes(format_name: str) -> None:
    path = SAMPLES / "checkout-outage.yaml"
    assert send(pack(path, (format_name,))).documents == {format_name: render(path, format_name)}


def test_a_theme_travels_with_what_it_inherits(tmp_path: Path) -> None:
    for name, parent in (("base", "default"), ("acme", "../base")):
        (tmp_path / name / "blocks").mkdir(parents=True)
        (tmp_path / name / "theme.toml").write_text(f'inherit = "{parent}"\n', "utf-8")
    with (tmp_path / "acme" / "theme.toml").open("a", encoding="utf-8") as file:
        file.write('logo = "logo.png"\nlogo_alt = "Acme"\n[colors]\naccent = "#7a1fa2"\n')
    shutil.copy(PLOT, tmp_path / "acme" / "logo.png")
    (tmp_path / "base" / "style.css").write_text("p { color: teal }", "utf-8")
    (tmp_path / "base" / "blocks" / "rule.html.j2").write_text("<hr class=wide>", "utf-8")
    path = SAMPLES / "checkout-outage.yaml"
    expected = {name: render(path, name, theme=tmp_path / "acme") for name in ("html", "docx")}
    parcel = pickle.dumps(pack(path, ("html", "docx"), theme=tmp_path / "acme"))
    shutil.rmtree(tmp_path / "acme")
    shutil.rmtree(tmp_path / "base")
    assert render_parcel(pickle.loads(parcel)).documents == expected


def test_errors_name_the_files_of_the_user(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('inherit = "default"', "utf-8")
    (tmp_path / "page.html.j2").write_text("{{ nosuch.name }}", "utf-8")
    template = PackedFile("company.docx", "file", b"no Word file")
    parcel = pack(
        SAMPLES / "minimal.yaml", ("html", "docx", "md"), theme=tmp_path, options={"docx": {"word_template": template}}
    )
    outcome = send(parcel)
    assert list(outcome.documents) == ["md"]
    (html, problems), (docx, _) = outcome.failures
    assert problems[0].file == str(tmp_path / "page.html.j2")
    assert str(tmp_path / "page.html.j2") in html
    assert "company.docx" in docx
    assert "/pmexport-" not in html + docx


@pytest.mark.slow
def test_the_date_is_the_one_where_the_report_was_packed(monkeypatch: pytest.MonkeyPatch) -> None:
    path = SAMPLES / "checkout-outage.yaml"
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1900000000")
    expected = render(path, "docx")
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    assert send(pack(path, ("docx",), epoch="1900000000")).documents["docx"] == expected
    assert send(pack(path, ("docx",))).documents["docx"] == render(path, "docx") != expected


def test_another_version_is_refused() -> None:
    outcome = send(pack(SAMPLES / "minimal.yaml", ("md",), version="0.0.1"))
    assert not outcome.documents
    assert "0.0.1" in outcome.failures[0][0]


KILLED = """
import os, pickle, signal, sys, tempfile
sys.path[:], parcel = pickle.load(sys.stdin.buffer)
from pmexport.batch.parcels import render_parcel
outcome = render_parcel(parcel)
print(len(outcome.documents["pdf"]), os.listdir(sys.argv[1]), tempfile.gettempdir(), flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_process_that_is_killed_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('inherit = "default"', "utf-8")
    sent = pickle.dumps((sys.path, pack(SAMPLES / "checkout-outage.yaml", ("pdf",), theme=tmp_path / "acme")))
    (tmp_path / "temporary").mkdir()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "temporary")]
    environment = os.environ | {"TMPDIR": str(tmp_path / "temporary")}
    done = subprocess.run(command, input=sent, env=environment, stdout=subprocess.PIPE, check=False)
    size, *folders = done.stdout.decode().split()
    assert int(size)
    assert folders[0].startswith("['pmexport-worker-")
    assert folders[1] == str(tmp_path / "temporary")  # other work in the process keeps its own
    while list((tmp_path / "temporary").iterdir()):
        time.sleep(0.01)


def test_a_thread_of_the_caller_uses_the_callers_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert render_parcel(pack(SAMPLES / "minimal.yaml", ("md",))).documents
    assert not list(tmp_path.iterdir())
