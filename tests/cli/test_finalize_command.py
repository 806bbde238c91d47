"""`pmexport finalize`: a draft whose errors are fixed one by one becomes final and is rendered."""

from __future__ import annotations

import datetime as dt
import json
import re
import signal
from io import BytesIO
from pathlib import Path

import pytest
from conftest import Run
from pypdf import PdfReader

from pmexport import digest, extract, load, verify_attached
from pmexport.assets.atomic_write import write_part
from pmexport.publishing import save_final
from pmexport.publishing.verify import read_claim

DRAFT = """\
# yaml-language-server: $schema=pmexport.schema.json
id: INC-YYYY-NNNN          # from the tracker
title:  Search was slow
status: draft              # draft, in_review or final
severity: P2
date: 2026-03-14

commander: "[Name]"
summary: |
  TODO

timeline:
- {time: 12:30, phase: Detection, event: The alert fires.}
-   time:  "HH:MM"
    phase: Resolution      # by hand
    event: Restarted.
root_cause: A pool was too small.
impact: {users_affected: "1,200"}
action_items:
  - {id: A, action: Alert on it, owner: Ana, deadline: 2036-01-01, ticket: T-1}
  - {id: A, action: Raise it, owner: Ivo, deadline: 2036-01-01, ticket: T-2}
"""
FIXED = {
    "INC-YYYY-NNNN": "INC-2026-0099",
    '"[Name]"': "Ana Ruiz",
    "TODO": "Searches took *nine* seconds.",
    '"HH:MM"': '"12:50"',
    "id: A, action: Raise": "id: B, action: Raise",
}
FINAL = ("--published", "2026-03-19")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A report that can be marked final."""
    text = DRAFT
    for fault, fixed in FIXED.items():
        text = text.replace(fault, fixed)
    path = tmp_path / "report.yaml"
    path.write_text(text, "utf-8")
    return path


def test_draft_becomes_final_once_every_error_is_fixed(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "report.yaml"
    text = DRAFT
    for fault, fixed in FIXED.items():
        path.write_text(text, "utf-8")
        ended = run("finalize", "report.yaml")
        errors = [line for line in ended.err.splitlines() if line.startswith("error: report.yaml:")]
        line = text[: text.index(fault)].count("\n") + 1
        assert ended.code == 1
        assert any(error.startswith(f"error: report.yaml:{line}:") for error in errors)
        assert "report.yaml was not changed: fix " in ended.err
        assert path.read_text("utf-8") == text
        assert [found.name for found in tmp_path.iterdir()] == ["report.yaml"]
        text = text.replace(fault, fixed)
    path.write_text(text, "utf-8")
    ended = run("finalize", "report.yaml", *FINAL)
    assert (ended.code, ended.out) == (0, b"")
    assert path.read_text("utf-8") == text.replace("status: draft ", "status: final ").replace(
        "date: 2026-03-14\n",
        f"date: 2026-03-14\npublished: 2026-03-19\nrevision: 1\nfinalized_digest: {digest(path)}\n",
    )
    assert "wrote report.yaml: status final, published 2026-03-19, revision 1\nwrote report.pdf\n" in ended.err
    claim = read_claim((tmp_path / "report.pdf").read_bytes())
    assert claim is not None
    assert (claim.digest, claim.id, claim.revision) == (digest(path), "INC-2026-0099", "1")


def test_published_defaults_to_today(file: Path, run: Run) -> None:
    before = dt.datetime.now().astimezone().date()
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    after = dt.datetime.now().astimezone().date()
    assert load(file).published in {before.isoformat(), after.isoformat()}


def test_unchanged_report_keeps_its_revision(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    final, document = file.read_bytes(), (file.parent / "out.md").read_bytes()
    ended = run("finalize", "report.yaml", "-o", "out.md")
    assert (ended.code, ended.err) == (
        0,
        "report.yaml is already final and has not changed.\nwrote out.md\n",
    )
    assert (file.read_bytes(), (file.parent / "out.md").read_bytes()) == (final, document)


def test_same_date_and_revision_change_nothing(file: Path, run: Run) -> None:
    for _ in range(2):
        assert run("finalize", "report.yaml", "-o", "out.md", "--revision", "1", *FINAL).code == 0
    final = file.read_bytes()
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    assert file.read_bytes() == final
    assert load(file).revision == "1"


def test_changed_report_gets_the_next_revision(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    file.write_bytes(file.read_bytes().replace(b"*nine*", b"*ten*"))
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    assert load(file).revision == "2"
    assert run("verify", "report.yaml", "out.md").code == 0


def test_revision_can_be_given(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", "--revision", "B 2").code == 0
    assert b'\nrevision: "B 2"\n' in file.read_bytes()


def test_dry_run_shows_changes_and_writes_nothing(file: Path, run: Run) -> None:
    before = file.read_bytes()
    ended = run("finalize", "report.yaml", "--dry-run", "-o", "out.md", *FINAL)
    assert ended.code == 0
    changes = [line for line in ended.out.decode().splitlines() if line[:1] in "+-"]
    assert re.fullmatch(r"\+finalized_digest: [0-9a-f]{64}", changes.pop())
    assert changes == [
        "--- report.yaml",
        "+++ report.yaml",
        "-status: draft              # draft, in_review or final",
        "+status: final              # draft, in_review or final",
        "+published: 2026-03-19",
        "+revision: 1",
    ]
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_dry_run_reports_errors(file: Path, run: Run) -> None:
    file.write_text(DRAFT, "utf-8")
    ended = run("finalize", "report.yaml", "--dry-run")
    assert ended.code == 1
    assert "+status: final " in ended.out.decode()
    assert "error: report.yaml:2:" in ended.err
    assert file.read_text("utf-8") == DRAFT


@pytest.mark.parametrize("failing", [("--theme", "missing"), ("-o", "out.xyz"), ("-o", "report.yaml")])
def test_failed_rendering_leaves_the_file(failing: tuple[str, str], file: Path, run: Run) -> None:
    before = file.read_bytes()
    assert run("finalize", "report.yaml", *failing).code in (1, 2)
    assert file.read_bytes() == before
    assert list(file.parent.iterdir()) == [file]


def test_failed_writing_is_reported_and_leaves_the_file(file: Path, run: Run) -> None:
    before = file.read_bytes()
    ended = run("finalize", "report.yaml", "-o", "report.yaml/out.md", *FINAL)
    assert ended.code == 1
    assert "error: report.yaml/out.md cannot be written" in ended.err
    assert "report.yaml was not changed." in ended.err
    assert file.read_bytes() == before


def test_interrupt_while_writing_is_reported_after_both_files(
    file: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(part: Path, target: Path, data: bytes) -> None:
        signal.raise_signal(signal.SIGINT)
        write_part(part, target, data)

    monkeypatch.setattr(save_final, "write_part", interrupt)
    ended = run("finalize", "report.yaml", "-o", "out.md", *FINAL)
    assert ended.code == 130
    assert ended.err.split("\n")[-4:] == ["wrote out.md", "", "Aborted.", ""]
    assert run("verify", "report.yaml", "out.md").code == 0


def test_document_goes_to_standard_output(file: Path, run: Run) -> None:
    ended = run("finalize", "report.yaml", "-o", "-", *FINAL)
    assert ended.code == 0
    assert ended.out.startswith(b"%PDF-")
    assert load(file).stage == "final"


@pytest.mark.parametrize(
    ("args", "code", "expected"),
    [
        (("-",), 2, "Pass a file"),
        (("report.yaml", "--published", "soon"), 2, "is not a valid date"),
        (("missing.yaml",), 1, "there is no such file"),
        (("report.json",), 1, "only YAML files"),
        ((), 2, "Missing argument"),
    ],
)
def test_wrong_usage_is_reported(args: tuple[str, ...], code: int, expected: str, file: Path, run: Run) -> None:
    before = file.read_bytes()
    ended = run("finalize", *args)
    assert ended.code == code
    assert expected in ended.err
    assert file.read_bytes() == before


def test_organisation_levels_apply(file: Path, run: Run) -> None:
    file.write_bytes(file.read_bytes().replace(b"id: B, ", b"id: A, "))
    assert run("finalize", "report.yaml", "-o", "out.md").code == 1
    (file.parent / "pmexport.toml").write_text('[checks]\nPM004 = "warning"\n', "utf-8")
    ended = run("finalize", "report.yaml", "-o", "out.md")
    assert ended.code == 0
    assert "warning: report.yaml:21:10: action_items[1].id: PM004" in ended.err
    assert f"note: {file.parent / 'pmexport.toml'} disables rules or lowers their level (PM004: warning)." in ended.err
    assert "PM004" in run("finalize", "report.yaml", "-o", "out.md", "--no-config").err


def test_configuration_can_be_chosen(file: Path, run: Run) -> None:
    (file.parent / "strict.toml").write_text('[checks]\nPM034 = "error"', "utf-8")
    ended = run("finalize", "report.yaml", "-o", "out.md", "--config", "strict.toml")
    assert (ended.code, "expected the id of a rule" in ended.err) == (2, True)


def edit(file: Path, old: str, new: str) -> None:
    file.write_text(file.read_text("utf-8").replace(old, new), "utf-8")


def test_changed_final_report_is_not_rendered(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    assert run("report.yaml", "--md", "--set", "severity=P1").code == 0
    edit(file, "*nine*", "*ten*")
    ended = run("report.yaml", "--md")
    assert ended.code == 1
    assert "report.yaml:9:19: finalized_digest: PM037 " in ended.err
    assert "Run `pmexport finalize` again, or set `status: in_review`." in ended.err
    assert run("check", "report.yaml").code == 1
    assert run("report.yaml", "--md", "--set", "severity=P1").code == 1
    assert run("report.yaml", "--md", "--set", f"finalized_digest={digest(file)}").code == 1
    edit(file, "status: final", "status: in_review")
    assert run("report.yaml", "--md").code == 0


def test_values_set_from_outside_do_not_hide_a_change(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    edit(file, "severity: P2", "severity: P1")
    assert "PM037" in run("report.yaml", "--md", "--set", "severity=P2").err


def test_edit_render_finalize_gives_the_next_revision_whatever_documents_exist(file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    edit(file, "*nine*", "*ten*")
    assert run("report.yaml", "-o", "out.md", "--allow-unfinished").code == 0
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    assert load(file).revision == "2"
    final = file.read_bytes()
    (file.parent / "out.md").unlink()
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    assert file.read_bytes() == final
    assert run("verify", "report.yaml", "out.md").code == 0


def test_changed_log_is_a_change(file: Path, run: Run) -> None:
    log = file.parent / "logs" / "pool.log"
    log.parent.mkdir()
    log.write_text("The pool is empty.\n" * 3, "utf-8")
    file.write_text(file.read_text("utf-8") + "logs: [{file: pool.log}]\n", "utf-8")
    small = ("--base", "logs", "--limit", "log_bytes=10")
    assert "PM036" in run("finalize", "report.yaml", "-o", "out.md", *small, *FINAL).err
    assert run("finalize", "report.yaml", "-o", "out.md", "--base", "logs", *FINAL).code == 0
    assert run("report.yaml", "--md", "--base", "logs").code == 0
    assert run("verify", "report.yaml", "out.md", "--base", "logs").code == 0
    assert run("verify", "report.yaml", "out.md").code == 1
    log.write_text("Nothing happened.\n", "utf-8")
    assert "PM037" in run("report.yaml", "--md", "--base", "logs").err


@pytest.mark.parametrize("revision", ["B 2", " 4 ", "ä\n5", "0"])
def test_final_report_with_any_revision_renders_and_stays(revision: str, file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", "--revision", revision).code == 0
    final = file.read_bytes()
    assert run("report.yaml", "--md").code == 0
    assert run("finalize", "report.yaml", "-o", "out.md").code == 0
    assert file.read_bytes() == final


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_digest_is_written_beside_the_revision_and_nothing_else_changes(line_end: str, file: Path, run: Run) -> None:
    text = (
        file.read_text("utf-8").replace("severity: P2", "severity: P2\nrevision: '7'  # ours").replace("\n", line_end)
    )
    file.write_bytes(text.encode())
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    lines = file.read_bytes().decode().split(line_end)
    at = lines.index("revision: '7'  # ours")
    assert lines.pop(at + 1) == f"finalized_digest: {digest(file)}"
    lines.remove("published: 2026-03-19")
    assert line_end.join(lines) == text.replace("status: draft ", "status: final ")


@pytest.mark.parametrize("suffix", ["json", "toml"])
def test_json_and_toml_can_state_the_digest(suffix: str, file: Path, run: Run) -> None:
    assert run("finalize", "report.yaml", "-o", "out.md", *FINAL).code == 0
    fields = load(file).model_dump(exclude_defaults=True)
    other = file.with_suffix(f".{suffix}")

    def save(fields: dict[str, object]) -> None:
        pairs = (f"{key} = {json.dumps(value)}\n" for key, value in fields.items() if isinstance(value, str))
        other.write_text(json.dumps(fields) if suffix == "json" else "".join(pairs), "utf-8")

    fields |= {} if suffix == "json" else {"finalized_digest": "0" * 64}
    save(fields)
    save(fields | {"finalized_digest": digest(other)})
    assert "PM037" not in run(other.name, "--md").err
    save(load(other).model_dump(exclude_defaults=True) | {"severity": "P3"})
    assert f"{other.name}:" in (ended := run(other.name, "--md")).err
    assert "PM037" in ended.err


@pytest.mark.slow
def test_the_document_takes_the_options_of_its_format(file: Path, run: Run) -> None:
    ended = run("finalize", "report.yaml", *FINAL, "--pdf-standard", "a-3a", "--attach-source", "--timeout", "300")
    assert ended.code == 0, ended.err
    data = file.with_suffix(".pdf").read_bytes()
    xmp = PdfReader(BytesIO(data)).root_object["/Metadata"].get_object().get_data()  # type: ignore[union-attr]
    assert b'pdfaid:part="3"' in xmp
    (source,) = extract(data)
    assert source.data == file.read_bytes()  # the final report, not the draft
    assert verify_attached(data).agrees


def test_a_format_can_be_named(file: Path, run: Run) -> None:
    ended = run("finalize", "report.yaml", *FINAL, "--md", "--front-matter", "hugo", "--as-of", "2036-02-01")
    assert ended.code == 0, ended.err
    text = file.with_suffix(".md").read_text("utf-8")
    assert text.startswith("---\ntitle:")
    assert "2 overdue" in text


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--md", "--html"), "finalize writes one document."),
        (("--md", "--pdf-standard", "a-3a"), "--pdf-standard applies to --pdf only. Add --pdf."),
        (("--html", "-o", "a.md"), "--html conflicts with the extension .md."),
        (("--md", "--logo-alt", "Acme"), "--logo-alt applies to --logo only. Add --logo."),
    ],
)
def test_wrong_options_change_nothing(options: tuple[str, ...], expected: str, file: Path, run: Run) -> None:
    before = file.read_bytes()
    ended = run("finalize", "report.yaml", *options)
    assert ended.code == 2
    assert expected in ended.err
    assert file.read_bytes() == before
