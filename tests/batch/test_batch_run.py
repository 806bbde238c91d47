"""Many reports: one bad report does not stop the others, and a run that was stopped is continued."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import pytest

from pmexport import FormatError, InputError, Limits, Result, WriteError, pipeline, render, render_many
from pmexport.batch import batch_run
from pmexport.batch.batch_records import FILE
from pmexport.batch.parcels import Outcome, Parcel, render_parcel
from pmexport.limits import DEFAULT
from pmexport.renderers import registry
from pmexport.renderers.options import RendererOption

PLOT = Path(__file__).parents[2] / "samples" / "graphs" / "checkout-error-rate.png"


@pytest.fixture(autouse=True)
def _temporary(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unpack themes where pytest removes them: the test's process may end without cleaning up."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path_factory.mktemp("temporary")))


def write_reports(folder: Path, count: int) -> Path:
    for number in range(count):
        (folder / "reports").mkdir(exist_ok=True)
        text = f"title: Incident {number}\ndate: 2026-03-{number % 28 + 1:02}\nsummary: It was *slow*.\n"
        (folder / "reports" / f"inc-{number:04}.yaml").write_text(text, "utf-8")
    return folder / "reports"


def run(folder: Path, formats: tuple[str, ...] = ("md",), **more: Any) -> list[Result]:
    with ThreadPoolExecutor(2) as executor:
        return render_many([folder / "reports"], formats, folder / "out", executor=executor, **more)


def states(results: list[Result]) -> dict[str, int]:
    found = [result.state for result in results]
    return {state: found.count(state) for state in dict.fromkeys(found)}


def test_each_document_is_what_one_report_gives(tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 3)
    seen: list[Result] = []
    results = run(tmp_path, ("md", "html"), on_result=seen.append)
    assert sorted(seen, key=lambda result: result.path) == results
    for result in results:
        stem = result.path.stem
        assert result.documents == (tmp_path / "out" / f"{stem}.md", tmp_path / "out" / f"{stem}.html")
        for path, kind in zip(result.documents, ("md", "html"), strict=True):
            assert path.read_bytes() == render(reports / f"{stem}.yaml", kind)


def test_a_bad_report_does_not_stop_the_others(tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 4)
    (reports / "inc-0001.yaml").write_text("titel: x", "utf-8")
    (reports / "inc-0002.yaml").write_bytes(b"\xff\x00")
    (reports / "inc-0003.yaml").write_text("title: Final\nstatus: final\nsummary: TBD", "utf-8")
    for _ in range(2):  # it fails again: nothing is recorded as done
        results = run(tmp_path)
        failed = {result.path.stem: str(result.errors[0]) for result in results if result.state == "failed"}
        assert list(failed) == ["inc-0001", "inc-0002", "inc-0003"]
        assert "titel" in failed["inc-0001"]
        assert "marked final" in failed["inc-0003"]
        assert (tmp_path / "out" / "inc-0000.md").exists()


def test_a_process_that_dies_is_one_failed_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 3)

    def die(parcel: Any) -> Any:
        if parcel.report.title == "Incident 1":
            raise SystemError("killed")
        return rendered(parcel)

    rendered = render_parcel
    monkeypatch.setattr(batch_run, "render_parcel", die)
    results = run(tmp_path)
    assert [result.state for result in results] == ["written", "failed", "written"]
    assert "killed" in str(results[1].errors[0])


def test_a_format_that_fails_does_not_stop_the_others(tmp_path: Path) -> None:
    write_reports(tmp_path, 1)
    (tmp_path / "broken.docx").write_bytes(b"no Word file")
    options = {"docx": {"word_template": tmp_path / "broken.docx"}}
    for _ in range(2):
        (result,) = run(tmp_path, ("md", "docx"), options=options)
        assert result.state == "failed"
        assert [path.name for path in result.documents] == ["inc-0000.md"]


def test_each_rendering_is_bounded(tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 2)
    stopped = run(tmp_path, ("md", "html"), timeout=0.001)
    assert states(stopped) == {"failed": 2}
    assert {str(result.errors) for result in stopped} == {
        "(PmexportError('rendering took longer than 0.001 s and was stopped.'),)"
    }
    assert states(run(tmp_path, ("md", "html"), timeout=600.0, memory=4 << 30)) == {"written": 2}
    assert (tmp_path / "out" / "inc-0001.md").read_bytes() == render(reports / "inc-0001.yaml", "md")
    assert states(run(tmp_path, ("md", "html"))) == {"unchanged": 2}


@pytest.mark.parametrize("bound", [{"timeout": -1}, {"memory": 0}])
def test_a_wrong_bound_is_an_error_before_anything_is_written(bound: dict[str, Any], tmp_path: Path) -> None:
    write_reports(tmp_path, 1)
    with pytest.raises(InputError, match=next(iter(bound))):
        run(tmp_path, **bound)
    assert not (tmp_path / "out").exists()


def test_bounds_hold_in_worker_processes(tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 1)
    (stopped,) = render_many([reports], ["md"], tmp_path / "out", jobs=1, timeout=0.001)
    assert "longer than 0.001 s" in str(stopped.errors[0])


def test_the_renderer_bounds_the_file_of_an_option(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 1)
    size = DEFAULT.file_bytes + 2**20
    (tmp_path / "company.docx").write_bytes(bytes(size))
    seen = list[Parcel]()

    def keep(parcel: Parcel) -> Outcome:
        seen.append(parcel)
        return Outcome()

    monkeypatch.setattr(batch_run, "render_parcel", keep)
    run(
        tmp_path,
        ("docx",),
        options={"docx": {"word_template": tmp_path / "company.docx"}},
        limits=Limits(file_bytes=999),
    )
    assert len(seen[0].options["docx"]["word_template"].data) == size


class LetterRenderer:
    """A renderer with a path that is not called FILE, and a text that is."""

    name, suffix, media_type, summary = "letter", "txt", "text/plain", "A letter"

    def __init__(
        self,
        *,
        paper: Annotated[str | Path | None, RendererOption("Its paper.", "PAPER")] = None,
        shown: Annotated[str, RendererOption("A name to show.", "FILE")] = "",
    ) -> None:
        self.said = f"{Path(paper).read_text('utf-8') if paper else ''} {shown}"

    def render(self, *_: object) -> bytes:
        return self.said.encode()


def test_files_of_options_are_known_by_their_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 1)
    monkeypatch.setattr(registry, "find_renderer", lambda _name: LetterRenderer)
    (tmp_path / "paper.txt").write_text("thick", "utf-8")
    options = {"letter": {"paper": str(tmp_path / "paper.txt"), "shown": "none.txt"}}
    (result,) = run(tmp_path, ("letter",), options=options)
    assert not result.errors
    assert result.documents[0].read_text("utf-8") == "thick none.txt"


# ---- only what is missing or has changed is rendered


def touch_report(folder: Path) -> None:
    with (folder / "reports" / "inc-0001.yaml").open("a", encoding="utf-8") as file:
        file.write("severity: P1\n")


def change_image(folder: Path) -> None:
    (folder / "reports" / "plot.png").write_bytes(PLOT.read_bytes() + b"x")


def remove_image(folder: Path) -> None:
    (folder / "reports" / "plot.png").unlink()


def remove_document(folder: Path) -> None:
    (folder / "out" / "inc-0001.md").unlink()


def cut_document(folder: Path) -> None:
    document = folder / "out" / "inc-0001.md"
    document.write_bytes(document.read_bytes()[:20] + b" pmexport " + b"0" * 64)


CHANGES: dict[str, tuple[Callable[[Path], None], dict[str, Any], int]] = {
    "nothing": (lambda _folder: None, {}, 0),
    "the report": (touch_report, {}, 1),
    "its image": (change_image, {}, 1),
    "a missing image": (remove_image, {}, 1),
    "a missing document": (remove_document, {}, 1),
    "a damaged document": (cut_document, {}, 1),
    "the formats": (lambda _folder: None, {"formats": ("md", "html")}, 3),
    "the date": (lambda _folder: None, {"as_of": "2027-01-01"}, 3),
    "the theme": (lambda _folder: None, {"theme": "board"}, 3),
    "a limit": (lambda _folder: None, {"limits": Limits(log_lines=10)}, 3),
    "a rule": (lambda _folder: None, {"levels": {"PM014": "off"}}, 3),
    "force": (lambda _folder: None, {"force": True}, 3),
}


@pytest.mark.slow
@pytest.mark.parametrize("change", CHANGES)
def test_only_what_has_changed_is_rendered(change: str, tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 3)
    shutil.copy(PLOT, reports / "plot.png")
    with (reports / "inc-0001.yaml").open("a", encoding="utf-8") as file:
        file.write("figures: [{src: plot.png, alt: Errors}]\n")
    assert states(run(tmp_path)) == {"written": 3}
    make, arguments, count = CHANGES[change]
    make(tmp_path)
    results = run(tmp_path, **arguments)
    assert sum(result.state == "written" for result in results) == count
    assert all(document.exists() for result in results for document in result.documents)
    assert set(states(run(tmp_path, **arguments | {"force": False}))) == {"unchanged"}


def test_a_report_is_rendered_again_if_one_of_its_documents_is_missing(tmp_path: Path) -> None:
    write_reports(tmp_path, 1)
    run(tmp_path, ("md", "html"))
    (tmp_path / "out" / "inc-0000.html").unlink()
    assert states(run(tmp_path, ("md", "html"))) == {"written": 1}


def test_warnings_of_unchanged_reports_are_repeated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reports = write_reports(tmp_path, 2)
    with (reports / "inc-0001.yaml").open("a", encoding="utf-8") as file:
        file.write("figures: [{src: none.png, alt: Errors}]\n")
    first, again = run(tmp_path), run(tmp_path)
    assert states(again) == {"unchanged": 2}
    assert [result.warnings for result in again] == [result.warnings for result in first]
    (warning,) = again[1].warnings
    assert (warning.file, warning.line) == (str(reports / "inc-0001.yaml"), 4)
    monkeypatch.chdir(tmp_path)
    named = run(Path())[1].warnings[0]
    assert named == replace(warning, file="reports/inc-0001.yaml")


def test_a_new_version_renders_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 2)
    run(tmp_path)
    monkeypatch.setattr(batch_run, "__version__", "99.0")
    assert states(run(tmp_path)) == {"written": 2}


def test_a_theme_that_changed_renders_everything(tmp_path: Path) -> None:
    write_reports(tmp_path, 2)
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme" / "theme.toml").write_text('inherit = "default"', "utf-8")
    assert states(run(tmp_path, ("html",), theme=tmp_path / "acme")) == {"written": 2}
    assert states(run(tmp_path, ("html",), theme=tmp_path / "acme")) == {"unchanged": 2}
    (tmp_path / "acme" / "style.css").write_text("p { color: teal }", "utf-8")
    assert states(run(tmp_path, ("html",), theme=tmp_path / "acme")) == {"written": 2}
    assert b"color: teal" in (tmp_path / "out" / "inc-0001.html").read_bytes()


@pytest.mark.parametrize("rest", [b"", b'{"name": "inc-00', b"\xff\n", b"[]\n"])
def test_records_that_a_crash_has_cut_off_are_rendered_again(rest: bytes, tmp_path: Path) -> None:
    write_reports(tmp_path, 3)
    run(tmp_path)
    lines = (tmp_path / "out" / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / "out" / FILE).write_bytes(lines[0] + rest)
    assert states(run(tmp_path)) in ({"unchanged": 1, "written": 2}, {"written": 2, "unchanged": 1})
    assert states(run(tmp_path)) == {"unchanged": 3}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no such signal")
def test_a_run_that_was_killed_is_continued(tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 60)
    command = [sys.executable, "-m", "pmexport", str(reports), "--md", "-o", "out/", "--jobs", "2"]
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        while process.poll() is None and len(list((tmp_path / "out").glob("*.md"))) < 5:
            time.sleep(0.005)
        process.kill()
    done = len(list((tmp_path / "out").glob("*.md")))
    ended = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    written, unchanged = (int(part.split()[0]) for part in ended.stderr.partition(": ")[2].split(", ")[:2])
    assert written + unchanged == 60
    assert done - 1 <= unchanged
    for path in reports.iterdir():
        assert (tmp_path / "out" / f"{path.stem}.md").read_bytes() == render(path, "md")


# ---- what must not be overwritten


def test_a_file_that_pmexport_did_not_write_is_not_replaced(tmp_path: Path) -> None:
    write_reports(tmp_path, 2)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "inc-0000.md").write_text("My own notes.", "utf-8")
    results = run(tmp_path)
    assert [result.state for result in results] == ["failed", "written"]
    assert isinstance(results[0].errors[0], WriteError)
    assert (tmp_path / "out" / "inc-0000.md").read_text("utf-8") == "My own notes."


@pytest.mark.parametrize("format_name", ["md", "html", "docx", "pdf"])
def test_a_document_of_pmexport_is_replaced(format_name: str, tmp_path: Path) -> None:
    reports = write_reports(tmp_path, 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / f"inc-0000.{format_name}").write_bytes(render({"title": "Older"}, format_name))
    assert states(run(tmp_path, (format_name,))) == {"written": 1}
    written = (tmp_path / "out" / f"inc-0000.{format_name}").read_bytes()
    assert written == render(reports / "inc-0000.yaml", format_name)


def test_a_report_is_not_replaced_by_its_document(tmp_path: Path) -> None:
    text = render({"title": "Search was slow"}, "md")
    (tmp_path / "a.md").write_bytes(text)
    (result,) = render_many([tmp_path / "a.md"], ["md"], tmp_path, executor=ThreadPoolExecutor(1), force=True)
    assert result.state == "failed"
    assert (tmp_path / "a.md").read_bytes() == text


def test_formats_with_one_suffix_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 1)
    monkeypatch.setitem(registry.BUILT_IN, "gfm", registry.BUILT_IN["md"])
    with pytest.raises(FormatError, match="'md' and 'gfm'"):
        run(tmp_path, ("md", "gfm"))


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    write_reports(tmp_path, 1)
    (tmp_path / "out").write_text("a file", "utf-8")
    with pytest.raises(WriteError):
        run(tmp_path)
    assert (tmp_path / "out").read_text("utf-8") == "a file"


def test_without_pages_their_names_are_free(tmp_path: Path) -> None:
    write_reports(tmp_path, 1)
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("mine", "utf-8")
    assert states(run(tmp_path, pages=False)) == {"written": 1}
    assert (tmp_path / "out" / "index.html").read_text("utf-8") == "mine"
    with pytest.raises(WriteError, match=r"index\.html exists"):
        run(tmp_path)


def test_reports_that_failed_are_told_apart(tmp_path: Path) -> None:
    for year in ("2025", "2026"):
        (tmp_path / "reports" / year).mkdir(parents=True)
        (tmp_path / "reports" / year / "report.yaml").write_text("titel: x", "utf-8")
    assert states(run(tmp_path)) == {"failed": 2}
    page = (tmp_path / "out" / "index.html").read_text("utf-8")
    assert "2025/report.yaml" in page
    assert "2026/report.yaml" in page


def test_several_formats_are_composed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_reports(tmp_path, 1)
    composed: list[object] = []
    compose = pipeline.compose_source

    def count(*args: Any, **options: Any) -> pipeline.Composed:
        composed.append(args)
        return compose(*args, **options)

    monkeypatch.setattr(pipeline, "compose_source", count)
    assert states(run(tmp_path, ("md", "html", "docx"))) == {"written": 1}
    assert len(composed) == 1


def test_the_options_of_one_report_apply_to_many(tmp_path: Path) -> None:
    write_reports(tmp_path, 2)
    (tmp_path / "pictures").mkdir()
    shutil.copy(PLOT, tmp_path / "pictures" / "plot.png")
    (tmp_path / "reports" / "inc-0000.yaml").write_text("title: One\nsummary: '![A plot](plot.png)'\n", "utf-8")
    chosen: dict[str, Any] = {"overrides": {"severity": "P4"}, "base": tmp_path / "pictures", "logo": PLOT}
    assert states(run(tmp_path, ("html",), **chosen, logo_alt="Acme plc")) == {"written": 2}
    pages = [path.read_text("utf-8") for path in sorted((tmp_path / "out").glob("inc-*.html"))]
    assert all('alt="Acme plc"' in page and "P4" in page for page in pages)
    assert not any("is missing" in page for page in pages)


def test_many_files_without_suffixes_have_a_given_format(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text("title: One\n", "utf-8")
    with ThreadPoolExecutor(1) as executor:
        given: dict[str, Any] = {"executor": executor, "input_format": "yaml"}
        (result,) = render_many([tmp_path / "one.txt"], ["md"], tmp_path / "out", **given)
    assert result.state == "written", result.errors
