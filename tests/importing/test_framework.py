"""The framework of importing: formats by name, content and suffix, drafts, notes, and the command."""

from __future__ import annotations

import json
from collections.abc import Sequence
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest
from conftest import Run

from pmexport import Draft, FormatError, InputError, Problem, import_report, load, render
from pmexport.importing import importer_registry
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.json_keys import Keys
from pmexport.importing.notes import Note
from pmexport.importing.sources import SourceFile
from pmexport.plugins import Plugin

EXPORT = {
    "kind": "toy",
    "name": "Parcel labels are not printed",
    "state": "final",
    "lead": {"name": "Maren", "email": "m@example.com"},
    "notes": [{"text": "Renewal was a calendar entry.", "rank": 3}, "odd"],
    "empty": None,
}


class ToyImporter:
    """Reads the export above."""

    name = "toy"
    suffixes: tuple[str, ...] = (".json", ".toy")
    takes = "toy.json"

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        return all(b'"kind": "toy"' in source.data for source in sources)

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        draft = Draft()
        keys = Keys(sources[0].json(), draft, sources[0].name)
        keys.leave("kind", because="It names the format.")
        draft.fields |= {"title": keys.take("name", "title"), "status": keys.take("state", "status")}
        lead = keys.inside("lead")
        draft.fields["commander"] = lead.take("name", "commander")
        if not options.keep_contacts:
            lead.leave("email", because="It is a contact.")
        draft.fields["lessons"] = [
            note.take("text", f"lessons[{number}]") for number, note in enumerate(keys.each("notes"))
        ]
        keys.note_rest()
        return draft


class BadImporter(ToyImporter):
    name = "bad"
    suffixes = (".bad",)

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        return False

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        sources[0].fail("it is bad.")


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    for importer in (ToyImporter, BadImporter):
        monkeypatch.setitem(importer_registry.BUILT_IN, importer.name, f"{__name__}:{importer.__name__}")


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "incident.json"
    path.write_text(json.dumps(EXPORT), "utf-8")
    return path


# ---- drafts


def test_a_draft_has_the_report_and_a_note_for_every_key(export: Path) -> None:
    draft = import_report([export], "toy")
    report = draft.report
    assert (report.title, report.commander and report.commander.name) == ("Parcel labels are not printed", "Maren")
    assert [(note.bin, note.key, note.field) for note in draft.notes] == [
        ("left_out", "kind", ""),
        ("taken", "name", "title"),
        ("taken", "state", "status"),
        ("taken", "lead.name", "commander"),
        ("left_out", "lead.email", ""),
        ("not_understood", "notes[1]", ""),
        ("taken", "notes[0].text", "lessons[0]"),
        ("not_understood", "notes[0].rank", ""),
    ]


def test_an_export_that_is_loaded_as_a_report_is_named(export: Path) -> None:
    with pytest.raises(InputError, match=r"found an export of an incident tool \(toy\), expected a report"):
        load(export)
    with pytest.raises(InputError, match='found the unknown key "kind"'):
        load(export, format="json")
    export.write_text('{"titel": "x"}', "utf-8")
    with pytest.raises(InputError, match='found the unknown key "titel"'):
        load(export)


def test_the_status_is_never_final(export: Path) -> None:
    assert import_report(export).fields["status"] == "in_review"


def test_what_needs_attention_is_a_warning_and_a_comment(export: Path) -> None:
    draft = import_report(export)
    assert [problem.message for problem in draft.problems] == [
        "`notes[1]` is not in the report. Expected a mapping.",
        "`notes[0].rank` is not in the report. pmexport does not know this key.",
    ]
    warnings: list[Problem] = []
    load(export, format="toy", warnings=warnings)
    assert len(warnings) == 2
    assert draft.to_yaml().startswith(f"# {export}: `notes[1]` is not in the report.")
    assert load(draft.to_yaml().encode(), format="yaml").model_dump() == draft.report.model_dump()


def test_a_note_as_data_has_all_its_fields() -> None:
    assert Note("taken", "a.md", 3, 4, field="summary", text="x").as_dict() == {
        "bin": "taken", "file": "a.md", "line": 3, "last": 4, "key": "", "field": "summary", "text": "x", "reason": "",
    }  # fmt: skip


# ---- which format


def test_the_format_is_told_by_the_content_then_by_a_suffix_that_no_report_has(export: Path, tmp_path: Path) -> None:
    assert import_report(export).fields == import_report(export.read_bytes(), "toy").fields
    other = tmp_path / "x.toy"
    other.write_text('{"name": "T"}', "utf-8")
    assert import_report(other).report.title == load(other).title == "T"


@pytest.mark.parametrize("data", [b'{"name": "T"}', b"", b"\xff"])
def test_a_format_that_is_not_certain_is_asked_for(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(data)
    with pytest.raises(FormatError, match=r"with certainty.*toy, bad"):
        import_report(path)


REPORT = b"title: T\nsummary: S\n"


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("ok.yaml", REPORT, "ok.yaml is a report already. Use it directly: `pmexport ok.yaml --pdf`."),
        ("ok.json", b'{"title": "T", "summary": "S"}', "ok.json is a report already."),
        ("ok.toml", b'title = "T"', "ok.toml is a report already."),
        ("scan.pdf", b"%PDF-1.7\n", "scan.pdf is a PDF file, which pmexport cannot import."),
        ("page.html", b"\n<!DOCTYPE html><h1>x</h1>", "page.html is a web page, which pmexport cannot import."),
        (
            "page.doc",
            b"Date: Wed, 1 Jul 2026\r\nSubject: From\r\n\tConfluence\r\nMIME-Version: 1.0\r\n",
            "page.doc is a web archive, as Confluence exports for Word, which pmexport cannot import.",
        ),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1", "old.doc is a file of an old version of Word or Excel"),
        ("x.json", b"{}", "with certainty: nothing in x.json shows which tool wrote it. Add --from (format=)"),
        ("x.yaml", b"a: 1", "with certainty: nothing in x.yaml shows"),
        ("notes.txt", b"hello", "with certainty: notes.txt may be any text."),
    ],
)
def test_the_message_says_what_the_file_is(run: Run, tmp_path: Path, name: str, data: bytes, expected: str) -> None:
    (tmp_path / name).write_bytes(data)
    ended = run("import", name)
    assert (ended.code, expected in ended.err) == (2, True), ended.err
    with pytest.raises(FormatError) as caught:
        import_report(tmp_path / name)
    assert expected in str(caught.value)


@pytest.mark.parametrize("name", ["ok.yaml", "-"])
def test_a_report_is_not_read_as_markdown(run: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "ok.yaml").write_bytes(REPORT)
    ended = run("import", name, "--from", "markdown", stdin=REPORT)
    assert (ended.code, "a report already" in ended.err, list(tmp_path.iterdir())) == (1, True, [tmp_path / "ok.yaml"])


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_an_error(run: Run, tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.md").write_bytes(data)
    for command in (("import", "a.md"), ("a.md", "--md")):
        ended = run(*command)
        assert (ended.code, ended.err) == (1, "error: a.md: the file is empty. There is nothing to import.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]


def test_a_file_that_is_not_text_is_named(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(b"%PDF-1.7\n\xff\0")
    assert run("import", "a.md").err == "error: a.md: found a PDF file, expected text.\n"


def test_what_needs_attention_stops_a_strict_import_and_a_strict_rendering(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Down on 2026-03-14\n\nText.\n", "utf-8")
    dated = "The date of the incident is taken from the title."
    for command in (("import", "a.md", "-o", "-"), ("a.md", "--md", "-o", "-")):
        ended, strict = run(*command), run(*command, "--strict")
        assert (ended.code, strict.code) == (0, 1)
        assert dated in ended.err
        assert dated in strict.err


def test_an_unknown_format_is_an_error_that_lists_the_known_ones(export: Path) -> None:
    with pytest.raises(FormatError, match=r"unknown format 'nosuch'\. Known formats: markdown,.* toy, bad"):
        import_report(export, "nosuch")
    with pytest.raises(FormatError, match="unknown format"):
        load(b"", format="nosuch")


@pytest.mark.parametrize("data", [b"{", b"\xff\xfe\x00", b"", b"[]", b"[" * 100, b'{"a": ' * 60], ids=repr)
def test_a_broken_file_is_one_clear_error(data: bytes) -> None:
    with pytest.raises(InputError) as caught:
        _ = import_report(data, "toy").report
    assert len(caught.value.problems) == 1


# ---- where formats are read directly


def test_a_report_of_another_format_is_rendered_directly(export: Path, run: Run) -> None:
    assert run(export, "--from", "toy", "--md", "-o", "-").out == render(load(export, format="toy"), "md")
    assert run("-", "--from", "toy", "--md", "-o", "-", stdin=export.read_bytes()).code == 0
    assert render(load(export, format="toy", overrides={"id": "I-1"}), "md").count(b"I-1") > 1


def test_notes_are_warnings_of_a_rendering(export: Path, run: Run) -> None:
    assert (
        "warning: incident.json: `notes[1]` is not in the report." in run("incident.json", "--from", "toy", "--md").err
    )
    assert run("incident.json", "--from", "toy", "--md", "--strict").code == 1


# ---- the command


def test_the_command_writes_a_report_beside_the_file(export: Path, run: Run, tmp_path: Path) -> None:
    ended = run("import", export)
    assert (ended.code, ended.out) == (0, b"")
    assert ended.err.splitlines()[-2:] == [
        "note: 2 parts were left out on purpose. For the reasons, use --format json.",
        f"wrote {tmp_path / 'incident.yaml'}",
    ]
    assert load(tmp_path / "incident.yaml").model_dump() == import_report(export).report.model_dump()


def test_it_overwrites_only_by_force(export: Path, run: Run, tmp_path: Path) -> None:
    (tmp_path / "incident.yaml").write_text("title: mine\n", "utf-8")
    ended = run("import", export)
    assert (ended.code, ended.err.splitlines()[-1].endswith("choose another path with -o, or add --force.")) == (
        1,
        False,
    )
    assert (tmp_path / "incident.yaml").read_text("utf-8") == "title: mine\n"
    assert run("import", export, "--force").code == 0
    assert (tmp_path / "incident.yaml").read_text("utf-8") != "title: mine\n"


def test_it_reads_standard_input_and_writes_standard_output(export: Path, run: Run) -> None:
    piped = run("import", "-", "--from", "toy", stdin=export.read_bytes())
    assert piped.code == 0
    assert load(piped.out, format="yaml").model_dump() == import_report(export).report.model_dump()
    assert run("import", "incident.json", "-o", "-").out == import_report("incident.json").to_yaml().encode()


def test_strict_writes_nothing_if_there_are_notes(export: Path, run: Run, tmp_path: Path) -> None:
    assert run("import", export, "--strict").code == 1
    assert not (tmp_path / "incident.yaml").exists()


def test_notes_are_data_on_request(export: Path, run: Run) -> None:
    assert json.loads(run("import", "incident.json", "--format", "json").out) == [
        note.as_dict() for note in import_report("incident.json").notes
    ]


def test_the_formats_are_listed(run: Run) -> None:
    assert "toy" in run("import", "--list").out.decode()
    assert "json, toy: toy.json" in run("import", "--list").out.decode()


@pytest.mark.parametrize(
    "args",
    [
        ["import"],
        ["import", "incident.json", "--from", "nosuch"],
        ["import", "incident.json", "-o", "x.pdf"],
        ["import", "-", "-"],
        ["import", "pyproject.toml"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_a_usage_error(args: list[str], export: Path, run: Run) -> None:
    export.with_name("pyproject.toml").write_text("", "utf-8")
    assert run(*args).code == 2


def test_a_format_that_cannot_be_told_lists_the_formats(export: Path, run: Run) -> None:
    export.write_text("{}", "utf-8")
    ended = run("import", export)
    assert (ended.code, "Add --from (format=) with one of: " in ended.err, "toy, bad" in ended.err) == (2, True, True)


def test_an_imported_file_is_not_overwritten(export: Path, run: Run) -> None:
    other = export.rename(export.with_suffix(".yaml"))
    ended = run("import", other, "--force")
    assert (ended.code, "would overwrite an imported file" in ended.err) == (2, True)


def test_a_bad_file_is_an_error(export: Path, run: Run) -> None:
    ended = run("import", "incident.json", "--from", "bad")
    assert (ended.code, ended.err) == (1, "error: incident.json: it is bad.\n")


# ---- formats of other packages


class CrashImporter(ToyImporter):
    name = "crash"

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        raise KeyError("nosuch")

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        raise KeyError("nosuch")


@pytest.fixture
def _plugins(monkeypatch: pytest.MonkeyPatch) -> None:
    """Offer a format that works, one that crashes, one that cannot be imported, and two of the same name."""
    offers = [("acme", "ToyImporter"), ("crash", "CrashImporter"), ("gone", "Nosuch"), ("twin", "ToyImporter")]
    offers += [("twin", "BadImporter")]
    points = [EntryPoint(name, f"{__name__}:{value}", importer_registry.GROUP) for name, value in offers]
    found = [Plugin(point.name, f"acme-tools ({point.value})", point) for point in points]
    monkeypatch.setattr(importer_registry, "find_plugins", lambda _group: iter(found))


@pytest.mark.usefixtures("_plugins")
def test_a_format_of_another_package_works(export: Path, run: Run) -> None:
    assert import_report(export, "acme").fields == import_report(export, "toy").fields
    assert "acme" in run("import", "--list").out.decode()
    assert load(export, format="acme").title == EXPORT["name"]


@pytest.mark.usefixtures("_plugins")
@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("crash", "the format 'crash' of acme-tools .* failed: KeyError"),
        ("gone", "cannot be loaded: AttributeError"),
        ("twin", "is provided by both acme-tools .* and acme-tools"),
    ],
)
def test_a_broken_format_of_another_package_breaks_only_itself(name: str, message: str, export: Path, run: Run) -> None:
    with pytest.raises(FormatError, match=message):
        import_report(export, name)
    assert import_report(export, "toy").report.title
    assert run("import", "--list").code == 0


# ---- headings of the user's own


def test_a_table_of_headings_is_checked(export: Path, tmp_path: Path, run: Run) -> None:
    table = tmp_path / "headings.toml"
    table.write_text('sumary = ["X"]\nbackground = 3\n', "utf-8")
    ended = run("import", "incident.json", "--headings", table)
    assert ended.code == 1
    assert "sumary: headings cannot be mapped to this field. Did you mean summary?" in ended.err
    assert "background: expected a heading, or a list of headings." in ended.err
