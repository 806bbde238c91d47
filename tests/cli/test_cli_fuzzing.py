"""Whatever the arguments and the environment are, the program ends with one of its exit codes and no traceback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmexport.cli import main

WORDS = [
    *("report.yaml", "none.yaml", "-", "loop.yaml", ".", "", "check", "finalize", "verify", "new", "schema", "rules"),
    *("themes", "formats", "template-check", "--md", "--html", "--docx", "-o", "out/", "loop.md", "a.md", "--set"),
    *(
        "severity=P2",
        "=",
        "timeline[0].time=²",
        "--limit",
        "rows=²",
        "rows=0",
        "depth=1",
        f"rows={'9' * 5000}",
        "--from",
    ),
    *(
        "yaml",
        "json",
        "--as-of",
        "0001-01-01",
        "9999-12-31",
        "--theme",
        "board",
        "--base",
        "--strict",
        "-q",
        "--format",
    ),
    *(
        "github",
        "sarif",
        "json",
        "text",
        "--today",
        "--dry-run",
        "--help",
        "--version",
        "--word-template",
        "\udcff.yaml",
    ),
]
ARGUMENTS = st.lists(st.sampled_from(WORDS) | st.text(st.characters(exclude_characters="\0"), max_size=8), max_size=7)
ENVIRONMENT = st.fixed_dictionaries(
    {}, optional={"SOURCE_DATE_EPOCH": st.sampled_from(["", "0", "²", "-1", "9" * 30, "x"]), "TZ": st.just("Nowhere/X")}
)
REPORT = "title: T\nsummary: TODO AB12 34CD 56EF\nduration: 99999999999 days\nstatus: final\n"
SAFE = "/\\~"
"""Characters that could lead out of the folder."""


@given(arguments=ARGUMENTS, environment=ENVIRONMENT, stdin=st.binary(max_size=20))
def test_every_command_line_ends_in_order(
    arguments: list[str], environment: dict[str, str], stdin: bytes, tmp_path_factory: pytest.TempPathFactory
) -> None:
    arguments = [one if one in WORDS else one.translate(dict.fromkeys(map(ord, SAFE))) for one in arguments]
    folder = tmp_path_factory.mktemp("fuzz")
    (folder / "report.yaml").write_text(REPORT, "utf-8")
    for name in ("loop.yaml", "loop.md"):
        (folder / name).symlink_to(name)
    code, out, err = _run(arguments, environment, stdin, folder)
    assert code in (0, 1, 2)
    assert code == 0 or out or err
    assert "Traceback" not in err
    assert "\x1b" not in err


def _run(arguments: list[str], environment: dict[str, str], stdin: bytes, folder: Path) -> tuple[Any, bytes, str]:
    from io import BytesIO, TextIOWrapper

    given_ = (("stdin", stdin), ("stdout", b""), ("stderr", b""))
    streams = {name: TextIOWrapper(BytesIO(data), "utf-8") for name, data in given_}
    with pytest.MonkeyPatch.context() as patch:
        for name, stream in streams.items():
            patch.setattr(f"sys.{name}", stream)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        # Nothing lays out pages: the default format is PDF, which would take most of the time.
        patch.setattr("pmexport.api.render", _render_quickly)
        with pytest.raises(SystemExit) as ended:
            main(arguments)
    for stream in streams.values():
        stream.flush()
    out, err = (streams[name].buffer.getvalue() for name in ("stdout", "stderr"))
    return ended.value.code, out, err.decode()


def _render_quickly(report: Any, format_name: str, **options: Any) -> bytes:
    from pmexport.pipeline import render_source

    own = {
        name: options[name] for name in ("theme", "as_of", "limits", "allow_unfinished", "levels") if name in options
    }
    return render_source(report, "md" if format_name == "pdf" else format_name, **own)
