"""The files that a document can carry: the report as its author wrote it, and its complete logs.

They contain everything: comments, private keys, and all lines of a log. So they are added only on request, and never if
anything in them looks like a secret.
"""

from collections.abc import Collection, Iterator
from contextlib import suppress
from itertools import chain
from pathlib import PurePath

from pmexport import reading
from pmexport.assets.folder import Folder, UnavailableError
from pmexport.checks.secret_search import find_in_file, find_in_report, find_in_values
from pmexport.document.clean_text import one_line
from pmexport.document.labels import Labels
from pmexport.document.nodes import Attachment, AttachmentRole
from pmexport.document.source_files import digest_files
from pmexport.errors import RenderError
from pmexport.limits import Limits
from pmexport.problems import Problem
from pmexport.reading.encoding import decode
from pmexport.report.digest import digest_report, write_digests
from pmexport.report.house_style import HouseStyle
from pmexport.report.model import Report, WrittenSource

DIGESTS = "files.sha256"
_PACKED = (
    b"\x1f\x8b",
    b"PK\x03\x04",
    b"BZh",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"7z\xbc\xaf\x27\x1c",
    b"\x04\x22M\x18",
)
"""How compressed files begin: gzip, ZIP, bzip2, xz, Zstandard, 7z, LZ4."""
_MEDIA_TYPES = {"yaml": "application/yaml", "json": "application/json", "toml": "application/toml"}
"""By input format; those that IANA has registered."""


def collect_attachments(
    report: Report,
    wanted: Collection[AttachmentRole],
    limits: Limits,
    labels: Labels,
    style: HouseStyle,
) -> tuple[Attachment, ...]:
    """Return the files that a report's document carries: its source, and its logs if they are wanted.

    labels: those of the document, for their descriptions.

    With images or logs, the list of their digests comes along, so that the source can be verified without them.
    Raises RenderError if there is no source, if it is not that of the report, and for anything that looks like a
    secret.
    """
    source = _find_source(report, limits, style)
    digests = digest_files(report, limits)
    logs = tuple(_read_logs(report, limits)) if "log" in wanted else ()
    _refuse_secrets(report, source, logs, limits)
    name = one_line(PurePath(source.name).name) or f"report.{source.format}"
    made = [Attachment("source", name, source.data, _MEDIA_TYPES[source.format], labels.attachments["source"])]
    for log_name, data in logs:
        made.append(Attachment("log", PurePath(log_name).name, data, "text/plain", labels.attachments["log"]))
    if digests:
        listed = write_digests(digests).encode()
        made.append(Attachment("digests", DIGESTS, listed, "text/plain", labels.attachments["digests"]))
    return tuple(made)


def _find_source(report: Report, limits: Limits, style: HouseStyle) -> WrittenSource:
    """Return the file that a report was read from. Raises RenderError if it is not known, or says something else."""
    source = report.source
    if source is None:
        message = "the source cannot be attached, because the report was not read from a YAML, JSON or TOML file."
        raise RenderError(problems=[Problem(message, help="Save the report in such a file; see `pmexport import`.")])
    again = reading.read_bytes(source.data, format=source.format, limits=limits, style=style)
    if digest_report(again, {}) != digest_report(report, {}):
        message = "the source cannot be attached, because the report differs from its file."
        raise RenderError(problems=[Problem(message, file=source.name, help="Change the file instead of using --set.")])
    return source


def _read_logs(report: Report, limits: Limits) -> Iterator[tuple[str, bytes]]:
    """Yield each log file of a report that can be read, once: its name in the report, and its bytes."""
    folder = Folder(report.base, limits, report.files)
    for name in dict.fromkeys(one_line(log.file) for log in report.logs if log.file):
        with suppress(UnavailableError):
            yield name, folder.log_bytes(name)


def _refuse_packed(name: str) -> Problem:
    message = "the log is compressed, so it cannot be searched for secrets."
    return Problem(message, file=name, help="Unpack it, or do not attach logs.")


def _refuse_secrets(report: Report, source: WrittenSource, logs: Collection[tuple[str, bytes]], limits: Limits) -> None:
    """Raise RenderError for what looks like a secret, also in comments and in lines that documents leave out."""
    found = list(find_in_report(report, limits))
    lines = {(problem.file, problem.line) for problem in found}
    texts = [(source.name, decode(source.data, source.name, limits))]
    texts += ((name, data.decode(errors="replace")) for name, data in logs)
    value = reading.parse_bytes(source.data, source.format, limits)
    candidates = chain((one for name, text in texts for one in find_in_file(text, name)), find_in_values(value, report))
    for problem in candidates:
        if (problem.file, problem.line) not in lines:
            lines.add((problem.file, problem.line))
            found.append(problem)
    found += (_refuse_packed(name) for name, data in logs if data.startswith(_PACKED))
    if found:
        message = "the source is not attached, because it may contain secrets. Suppressions do not change this."
        help_ = "Remove them from the files, or do not attach these."
        raise RenderError(problems=[*found, Problem(message, help=help_)])
