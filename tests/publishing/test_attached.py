"""Files in PDFs: what is put in, what comes out, and PDFs that try to harm whoever reads them."""

from __future__ import annotations

import base64
import gzip
import hashlib
import os
import random
import subprocess
import zlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pypdf import PdfReader, PdfWriter

import pmexport
from pmexport.cli.program import program
from pmexport.errors import FormatError, InputError, RenderError
from pmexport.publishing import attached

pytestmark = pytest.mark.slow

SOURCE = (
    b"\xef\xbb\xbf# A comment, which documents do not show.\r\n"
    b"title: Checkout unavailable\r\nid: INC-1\r\nrevision: 2\r\nx-private: yes\r\n"
    b"logs:\r\n  - {file: logs/db.log}\r\nfigures:\r\n  - {src: graph.png, alt: Errors}\r\n"
)
LOG = b"line\n" * 2000 + b"caf\xe9 \xff\n"


@pytest.fixture
def report(tmp_path: Path) -> Path:
    from PIL import Image

    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "db.log").write_bytes(LOG)
    Image.new("RGB", (8, 8)).save(tmp_path / "graph.png")
    path = tmp_path / "report.yaml"
    path.write_bytes(SOURCE)
    return path


def run(*arguments: str | Path, code: int = 0) -> str:
    result = CliRunner().invoke(program, list(map(str, arguments)))
    assert result.exit_code == code, result.output
    return result.output


def catalog(data: bytes) -> Any:
    return PdfReader(BytesIO(data)).trailer["/Root"]


# ---- what is put in


@pytest.mark.parametrize("standard", ["ua-1", "a-3a", "a-3u"])
def test_source_is_associated(report: Path, standard: str) -> None:
    root = catalog(pmexport.render(report, "pdf", standard=standard, attach_source=True))
    files = [file.get_object() for file in root["/AF"]]
    assert [file["/UF"] for file in files] == ["report.yaml", "files.sha256"]
    assert [file["/AFRelationship"] for file in files] == ["/Source", "/Data"]
    assert files[0]["/Desc"] == "The source of this document"
    stream = files[0]["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/application/yaml"
    assert stream.get_data() == report.read_bytes()
    assert stream["/Params"]["/Size"] == report.stat().st_size
    assert stream["/Params"]["/CheckSum"].original_bytes == hashlib.md5(report.read_bytes()).digest()
    assert root["/Names"]["/EmbeddedFiles"]["/Names"][1] == root["/AF"][0]


def test_complete_logs_on_request(report: Path) -> None:
    data = pmexport.render(report, "pdf", attach_logs=True)
    source, log, digests = pmexport.extract(data)
    assert (source.role, log.role, digests.role) == ("source", "log", "digests")
    assert source.data == report.read_bytes()
    assert log.data == LOG
    graph = hashlib.sha256((report.parent / "graph.png").read_bytes()).hexdigest()
    lines = [f"{graph}  graph.png", f"{hashlib.sha256(LOG).hexdigest()}  logs/db.log"]
    assert digests.data.decode().splitlines() == lines
    assert data == pmexport.render(report, "pdf", attach_logs=True), "reproducible"
    assert data == pmexport.render(report, "pdf", attach_logs=True, timeout=300), "in a process of its own"


def test_list_of_digests_works_with_sha256sum(report: Path) -> None:
    *_, digests = pmexport.extract(pmexport.render(report, "pdf", attach_source=True))
    subprocess.run(["sha256sum", "--check", "--strict"], input=digests.data, cwd=report.parent, check=True)


def test_nothing_by_default(report: Path) -> None:
    data = pmexport.render(report, "pdf")
    assert pmexport.extract(data) == ()
    assert "/AF" not in catalog(data)


def test_without_files_there_are_no_digests() -> None:
    report = pmexport.load(b"title: x\n", format="yaml")
    (source,) = pmexport.extract(pmexport.render(report, "pdf", attach_source=True))
    assert (source.name, source.data) == ("report.yaml", b"title: x\n")


@pytest.mark.parametrize("standard", ["a-1b", "a-2a", "a-2u"])
@pytest.mark.parametrize("option", ["attach_source", "attach_logs"])
def test_standards_that_forbid_files(report: Path, standard: str, option: str) -> None:
    options: dict[str, Any] = {"standard": standard, option: True}
    with pytest.raises(FormatError, match=r"forbids attached files of this kind\. Use a-3a or a-3u"):
        pmexport.render(report, "pdf", **options)


def refuse(source: Any, **options: Any) -> list[pmexport.Problem]:
    with pytest.raises(RenderError) as caught:
        pmexport.render(source, "pdf", attach_source=True, **options)
    return list(caught.value.problems)


def test_a_mapping_has_no_source() -> None:
    (problem,) = refuse({"title": "x"})
    assert "not read from a YAML, JSON or TOML file" in problem.message


def test_source_must_be_that_of_the_report(report: Path) -> None:
    for changed in (
        pmexport.load(report, overrides={"severity": "P2"}),
        pmexport.load(report).model_copy(update={"title": "Another"}),
    ):
        (problem,) = refuse(changed)
        assert "differs from its file" in problem.message


SECRET = "ghp_" + "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6"
"""An invented token."""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (f"title: x\nsummary: Used {SECRET} there.\n", 2),
        (f"title: x\nsummary: Fine.\n# the token was {SECRET}\n", 3),
        (f"title: x\nx-note: {SECRET}\n", 2),
        (f"title: x\nsummary: {SECRET}\nchecks:\n  - {{ignore: PM005, because: an example}}\n", 2),
    ],
)
def test_secrets_are_never_attached(tmp_path: Path, text: str, line: int) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(text)
    finding, reason = refuse(path)
    assert (finding.id, finding.file, finding.line) == ("PM005", str(path), line)
    assert "may contain secrets" in reason.message
    assert SECRET not in str(finding)
    pmexport.render(path, "pdf")


def escape(text: str, form: str = r"\x{:02x}") -> str:
    return "".join(form.format(ord(character)) for character in text)


CODED = base64.b64encode(f"user: bot, token: {SECRET}".encode()).decode()
HIDDEN = {
    "a key": f"x-{SECRET}: 1",
    "two lines": f'x-note: "{SECRET[:12]}\\\n  {SECRET[12:]}"',
    "escapes": f'x-note: "{escape(SECRET)}"',
    "a value under its name": "x-db:\n  password: >-\n    hunter2\n",
    "escapes of a name": 'x-db: {"pass\\x77ord": hunter2}',
    "base64": f"x-note: {CODED}",
    "base64 in a comment": f"# {CODED}",
    "base64 in base64": f"x-note: {base64.b64encode(CODED.encode()).decode()}",
    "base64 in a link": f"background: '[a](data:text/plain;base64,{CODED})'",
    "an invisible character": f"background: {SECRET[:9]}\u200b{SECRET[9:]}",
    "soft hyphens": f"x-note: {SECRET[:9]}\u00ad{SECRET[9:]}",
    "wide characters": "background: " + "".join(chr(ord(one) + 0xFEE0) for one in SECRET),
    "an escaped underscore": f"background: 'ghp\\_{SECRET[4:]}'",
    "emphasis": f"background: 'gh**p_{SECRET[4:]}**'",
    "an entity": f"x-note: 'ghp&#95;{SECRET[4:]}'",
    "a tag": f"background: 'gh<b>p_{SECRET[4:]}</b>'",
    "an address": f"background: 'https://example.com/?q={escape(SECRET, '%{:02X}')}'",
}


@pytest.mark.parametrize("hidden", HIDDEN)
def test_hidden_secrets_are_never_attached(hidden: str, tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    path.write_text(f"title: x\nsummary: Fine.\n{HIDDEN[hidden]}\n", "utf-8")
    *findings, reason = refuse(path)
    assert {finding.id for finding in findings} == {"PM005"}
    assert all(finding.file == str(path) and finding.line for finding in findings)
    assert "may contain secrets" in reason.message
    assert SECRET[4:16] not in str([*map(str, findings)])


@pytest.mark.parametrize("suffix", ["json", "toml"])
def test_secrets_in_escapes_of_other_formats_are_never_attached(suffix: str, tmp_path: Path) -> None:
    coded = escape(SECRET, "\\u{:04x}")
    path = tmp_path / f"report.{suffix}"
    path.write_text(
        f'{{"title": "x", "x-a": "{coded}"}}' if suffix == "json" else f'title = "x"\n"x-a" = "{coded}"\n', "utf-8"
    )
    assert {finding.id for finding in refuse(path)[:-1]} == {"PM005"}


def test_what_only_looks_encoded_is_attached(tmp_path: Path) -> None:
    path = tmp_path / "report.yaml"
    digest = hashlib.sha256(b"x").hexdigest()
    text = f"title: x\nsummary: 'The image sha256:{digest} from https://example.com/a%20b is **bold**, &amp; `code`.'\n"
    path.write_text(f"{text}x-a: {base64.b64encode(b'The quick brown fox').decode()}\n", "utf-8")
    assert [file.role for file in pmexport.extract(pmexport.render(path, "pdf", attach_source=True))] == ["source"]


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        (gzip.compress(SECRET.encode(), mtime=0), "the log is compressed, so it cannot be searched for secrets"),
        (base64.b64encode(b"Authorization: Bearer " + SECRET.encode()), "This looks like"),
        (f"{SECRET[:9]}\x1b[1m{SECRET[9:]}".encode(), "This looks like"),
        (SECRET.encode("utf-16"), "This looks like"),
    ],
)
def test_secrets_in_encoded_logs_are_never_attached(log: bytes, expected: str, report: Path) -> None:
    (report.parent / "logs" / "db.log").write_bytes(log)
    with pytest.raises(RenderError, match=expected):
        pmexport.render(report, "pdf", attach_logs=True)


def test_secrets_in_logs_are_never_attached(report: Path) -> None:
    (report.parent / "logs" / "db.log").write_text("line\n" * 3000 + f"token {SECRET}\n" + "line\n" * 3000)
    with pytest.raises(RenderError, match="PM005") as caught:
        pmexport.render(report, "pdf", attach_logs=True)
    assert any(problem.line == 3001 or "line 3001" in problem.message for problem in caught.value.problems)


# ---- what comes out


def test_verify_reads_the_report_in_the_file(report: Path) -> None:
    pdf = report.with_suffix(".pdf")
    run(report, "--attach-source", "--pdf-standard", "a-3a", "--pdf")
    report.unlink()
    (report.parent / "graph.png").unlink()
    assert "report.pdf: matches the report in it (revision 2, SHA-256" in run("verify", pdf)
    assert pmexport.verify_attached(pdf).agrees
    assert pmexport.verify_attached(pdf, timeout=60).agrees


def test_verify_notices_another_report(report: Path) -> None:
    pdf = report.with_suffix(".pdf")
    pmexport.write(report, pdf, attach_logs=True)
    for role, data in (("source", SOURCE.replace(b"INC-1", b"INC-2")), ("log", b"other")):
        files = [(file, data if file.role == role else file.data) for file in pmexport.extract(pdf)]
        forged = forge({file.name: (file.role, content) for file, content in files}, pdf.read_bytes())
        changed = report.with_name("changed.pdf")
        changed.write_bytes(forged)
        output = run("verify", changed, code=1)
        assert ("does not match the report in it" in output) == (role == "source")
        assert ("the log 'db.log' in the PDF differs" in output) == (role == "log")


def test_verify_without_a_report_in_it(report: Path) -> None:
    pmexport.write(report, report.with_suffix(".pdf"))
    assert "does not contain the report" in run("verify", report.with_suffix(".pdf"), code=1)
    assert "Missing argument" in run("verify", report, code=2)


def test_extract(report: Path, tmp_path: Path) -> None:
    pdf, out = tmp_path / "sent.pdf", tmp_path / "out"
    pmexport.write(report, pdf, attach_logs=True)
    output = run("extract", pdf, "-o", out)
    assert sorted(path.name for path in out.iterdir()) == ["sent-db.log", "sent.yaml"]
    assert (out / "sent.yaml").read_bytes() == report.read_bytes()
    assert (out / "sent-db.log").read_bytes() == LOG
    assert "(db.log)" in output
    result = CliRunner().invoke(program, ["extract", str(pdf), "-o", "-"])
    assert result.stdout_bytes == report.read_bytes()


def test_extract_never_overwrites(report: Path, tmp_path: Path) -> None:
    pdf = tmp_path / "report.pdf"
    pmexport.write(report, pdf, attach_logs=True)
    report.write_text("title: mine\n")
    assert "already exists. Add --force" in run("extract", pdf, code=1)
    assert report.read_text() == "title: mine\n"
    assert not (tmp_path / "report-db.log").exists(), "all or nothing"
    run("extract", pdf, "--force")
    assert report.read_bytes() != b"title: mine\n"
    assert "report-db.log already exist. Add --force to replace them" in run("extract", pdf, code=1)


@pytest.mark.skipif(os.name == "nt", reason="symbolic links need rights there")
def test_extract_follows_no_links(report: Path, tmp_path: Path) -> None:
    pdf, out, victim = tmp_path / "sent.pdf", tmp_path / "out", tmp_path / "victim"
    pmexport.write(report, pdf, attach_source=True)
    out.mkdir()
    (out / "sent.yaml").symlink_to(victim)
    assert "already exists" in run("extract", pdf, "-o", out, code=1)
    assert "is a symbolic link" in run("extract", pdf, "-o", out, "--force", code=1)
    assert not victim.exists()


@pytest.mark.parametrize("name", ["x.pdf", "x.yaml"])
def test_extract_without_a_report(report: Path, name: str) -> None:
    path = report.with_name(name)
    path.write_bytes(pmexport.render(report, "pdf") if name == "x.pdf" else b"title: x\n")
    expected = "contains no report" if name == "x.pdf" else "only PDFs contain attached files"
    assert expected in run("extract", path, code=1)


# ---- PDFs that try to harm


def forge(files: Mapping[str, tuple[str, bytes]], base: bytes | None = None) -> bytes:
    """Return a PDF with files, by their names in it, each with its role and content."""
    relationships = {"source": "/Source", "log": "/Supplement", "digests": "/Data", "": "/Unspecified"}
    writer = PdfWriter(clone_from=BytesIO(base)) if base else PdfWriter()
    if base:
        for key in ("/AF", "/Names"):
            writer.root_object.pop(key, None)
    else:
        writer.add_blank_page(10, 10)
    from pypdf.generic import NameObject

    for name, (role, data) in files.items():
        added = writer.add_attachment(name, data)
        added.pdf_object[NameObject("/AFRelationship")] = NameObject(relationships[role])
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def raw(*objects: bytes, size: int | None = None) -> bytes:
    """Return a PDF with these objects; the first one is its catalog."""
    out, offsets = bytearray(b"%PDF-1.7\n"), []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d /Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (size or len(objects) + 1, start)
    return bytes(out)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Type/EmbeddedFile/Length %d %b>>\nstream\n%b\nendstream" % (len(data), extra, data)


def one_file(content: bytes, name: bytes = b"report.yaml") -> bytes:
    file = b"<</Type/Filespec/F(%b)/UF(%b)/AFRelationship/Source/EF<</F 3 0 R>>>>" % (name, name)
    return raw(b"<</Type/Catalog/AF[2 0 R]>>", file, content)


@pytest.mark.parametrize(
    "name",
    [
        "../../escape.yaml",
        "/etc/cron.d/evil.yaml",
        "C:\\Windows\\evil.yaml",
        "pmexport.toml",
        ".bashrc.yml",
        "a\x00b.json",
        "\u202ecod.yaml",
        "con.yaml",
        "x" * 3000 + ".yaml",
    ],
)
def test_names_do_not_choose_paths(name: str, tmp_path: Path) -> None:
    pdf = tmp_path / "folder" / "got.pdf"
    pdf.parent.mkdir()
    pdf.write_bytes(forge({name: ("source", b"title: x\n")}))
    run("extract", pdf)
    (made,) = set(pdf.parent.iterdir()) - {pdf}
    assert made.stem == "got"
    assert made.suffix in (".yaml", ".yml", ".json", ".toml")
    assert list(tmp_path.iterdir()) == [pdf.parent]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("../../x.log", "got-x.log"),
        ("a/b\\c:d.txt", "got-d.txt"),
        ("setup.exe", "got-setup.exe.txt"),
        ("run.sh", "got-run.sh.txt"),
        (".profile", "got-profile.txt"),
        ("\u202egnp.log", "got-gnp.log"),
        ("日誌.log", "got-日誌.log"),
        ("...", "got-file.txt"),
        ("", "got-file.txt"),
        ("x" * 300 + ".log", f"got-{'x' * 96}.log"),
    ],
)
def test_names_of_logs(name: str, expected: str) -> None:
    (made,) = attached.name_files([attached.AttachedFile("log", name, b"")], "got")
    assert made == expected


def test_same_names() -> None:
    files = [attached.AttachedFile("log", name, b"") for name in ("a/db.log", "b/DB.log", "c/db.log")]
    assert list(attached.name_files(files, "got")) == ["got-db.log", "got-DB-2.log", "got-db-3.log"]


def bomb(size: int) -> bytes:
    packer = zlib.compressobj(9)
    block = bytes(2**20)
    return b"".join(packer.compress(block) for _ in range(size // 2**20)) + packer.flush()


FLATE = b"/Filter/FlateDecode"
HARMFUL = {
    "bomb": one_file(stream(bomb(attached.FILE_BYTES + 2**20), FLATE)),
    "bomb in a bomb": one_file(stream(zlib.compress(bomb(2**26)), b"/Filter[/FlateDecode/FlateDecode]")),
    "predictor": one_file(stream(zlib.compress(b"x"), FLATE + b"/DecodeParms<</Predictor 12/Columns 1000000000>>")),
    "other filter": one_file(stream(b"00>", b"/Filter/ASCIIHexDecode")),
    "damaged": one_file(stream(zlib.compress(b"x" * 9999)[:-9], FLATE)),
    "not packed": one_file(stream(b"nonsense", FLATE)),
    "no stream": one_file(b"<<>>"),
    "no catalog": raw(b"42"),
    "no file": raw(b"<</AF[9 0 R]>>"),
    "itself": raw(b"<</AF[1 0 R]>>"),
    "circle of references": raw(b"<</AF[2 0 R]>>", b"2 0 R"),
    "huge table": raw(b"<<>>", size=10**12).replace(b"xref\n0 2\n", b"xref\n0 999999999\n"),
    "negative length": one_file(stream(b"x").replace(b"/Length 1", b"/Length -1")),
    "huge length": one_file(stream(b"x").replace(b"/Length 1", b"/Length 99999999999")),
    "deep": raw(b"<</AF " + b"[" * 50_000 + b"]" * 50_000 + b">>"),
    "deep dictionaries": raw(b"<</AF " + b"<</A" * 50_000 + b" 1" + b">>" * 50_000 + b">>"),
    "long number": raw(b"<</AF " + b"9" * 1_000_000 + b">>"),
    "many files": raw(
        b"<</AF[" + b"2 0 R " * 300 + b"]>>",
        b"<</EF<</F 3 0 R>>>>",
        stream(b"x"),
    ),
    "encrypted": raw(b"<<>>").replace(b"/Root 1 0 R", b"/Root 1 0 R/Encrypt<</Filter/Standard/V 1/R 2/O()/U()/P 0>>"),
    "nothing else": b"%PDF-1.7\n",
    "circle of tables": raw(b"<<>>").replace(b"/Root 1 0 R", b"/Root 1 0 R/Prev 9"),
}


@pytest.mark.parametrize("kind", HARMFUL)
def test_harmful_files_are_errors(kind: str) -> None:
    """Either nothing is found or an InputError is raised; nothing else, soon, and in little memory."""
    data = HARMFUL[kind]
    try:
        files = pmexport.extract(data, timeout=60, memory=2**30)
    except InputError:
        return
    assert sum(len(file.data) for file in files) < 1000


def test_circle_of_names() -> None:
    tree = b"<</Kids[2 0 R 2 0 R]/Names[(a) 3 0 R]>>"
    data = raw(b"<</Names<</EmbeddedFiles 2 0 R>>>>", tree, b"<</F(x.log)/EF<</F 4 0 R>>>>", stream(b"x"))
    with pytest.raises(InputError, match="more than 200 files"):
        pmexport.extract(data)


def test_bombs_are_named() -> None:
    with pytest.raises(InputError, match=r"a file in it is larger than 67,108,864 bytes"):
        pmexport.extract(HARMFUL["bomb"])
    with pytest.raises(InputError, match="packed in an unusual way"):
        pmexport.extract(HARMFUL["bomb in a bomb"])
    with pytest.raises(InputError, match="encrypted"):
        pmexport.extract(HARMFUL["encrypted"])


def test_changed_bytes_do_no_harm(report: Path) -> None:
    """Whatever is damaged, files come out as they were put in, or an error says so."""
    data = pmexport.render(report, "pdf", attach_logs=True)
    chance = random.Random(1)
    for _ in range(60):
        damaged = bytearray(data)
        for _ in range(chance.choice((1, 5, 50))):
            damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        if chance.random() < 0.3:
            del damaged[chance.randrange(len(damaged)) :]
        try:
            attached.read_attached(bytes(damaged))
            attached.verify_attached(bytes(damaged))
        except InputError:
            continue


def test_rewritten_files_are_read(report: Path) -> None:
    """Other programs append, repack and reorder."""
    data = pmexport.render(report, "pdf", standard="a-3a", attach_logs=True)
    writer = PdfWriter(BytesIO(data), incremental=True)
    writer.add_metadata({"/Reviewed": "yes"})
    out = BytesIO()
    writer.write(out)
    assert out.getvalue().startswith(data)
    for rewritten in (out.getvalue(), resave(data)):
        assert {file.role: file.data for file in pmexport.extract(rewritten)}["source"] == report.read_bytes()
        assert pmexport.verify_attached(rewritten).agrees


def resave(data: bytes) -> bytes:
    out = BytesIO()
    PdfWriter(clone_from=BytesIO(data)).write(out)
    return out.getvalue()
