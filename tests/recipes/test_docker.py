"""The recipe for Docker: its steps name what exists. docs/recipes/docker.md says how they were tried."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import tomllib

from recipes import ROOT, list_commands, list_files

STEPS = [
    tuple(line.split(maxsplit=1))
    for line in list_files("docker")["Dockerfile"].replace("\\\n", "").splitlines()
    if line and not line.startswith("#")
]
RUN = [command.split() for name, text in STEPS if name == "RUN" for command in text.split("&&")]


def test_every_step_is_one_of_a_dockerfile() -> None:
    assert {name for name, _ in STEPS} == {
        "FROM", "ARG", "RUN", "COPY", "ENV", "USER", "WORKDIR", "ENTRYPOINT", "CMD",
    }  # fmt: skip
    assert [text for name, text in STEPS if name == "FROM"] == ["debian:trixie-slim AS build", "debian:trixie-slim"]
    assert [json.loads(text) for name, text in STEPS if name in ("ENTRYPOINT", "CMD")] == [["pmexport"], ["--help"]]


def test_the_shell_can_read_every_command() -> None:
    for text in (text for name, text in STEPS if name == "RUN"):
        subprocess.run(["sh", "-n", "-c", text], check=True)


def test_the_packages_are_those_that_pdf_needs() -> None:
    script = (ROOT / "tools" / "system-packages.sh").read_text("utf-8")
    pango = script.split("pango:apt-get) echo ")[1].split(" ;;")[0].split()
    fonts = tomllib.loads((ROOT / "pmexport/renderers/pdf/script_fonts.toml").read_text("utf-8"))["fonts"]
    default = next(text for name, text in STEPS if name == "ARG").removeprefix("FONTS=")
    assert default in {font["package"] for font in fonts}
    installs = [command[4:] for command in RUN if command[:2] == ["apt-get", "install"]]
    assert installs == [["python3-venv"], ["python3", *pango, "$FONTS"]]


def test_it_runs_as_a_user_without_rights() -> None:
    users = [command[-1] for command in RUN if command[0] == "useradd"]
    assert [text for name, text in STEPS if name == "USER"] == users
    names = [name for name, _ in STEPS]
    assert "RUN" not in names[names.index("USER") :]


def test_what_the_first_stage_makes_is_copied() -> None:
    made = next(command[-1] for command in RUN if command[1:3] == ["-m", "venv"])
    assert (("COPY", f"--from=build {made} {made}")) in STEPS
    assert re.search(rf"PATH={made}/bin:", next(text for name, text in STEPS if name == "ENV"))


def test_the_options_exist() -> None:
    _build, run = map(shlex.split, list_commands("docker"))
    assert run[run.index("pmexport") + 1 :] == ["report.yaml", "--pdf", "--docx"]
