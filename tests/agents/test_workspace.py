"""Paths that an agent names: below the folder, or refused, on whatever system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pmexport.agents.workspace import Workspace
from pmexport.errors import InputError, WriteError

REFUSED = [
    "",
    " ",
    "..",
    "../report.yaml",
    "sub/../../report.yaml",
    "sub/../report.yaml",
    "./../report.yaml",
    "/etc/passwd",
    "//server/share/report.yaml",
    "\\\\server\\share\\report.yaml",
    "\\\\?\\C:\\report.yaml",
    "..\\report.yaml",
    "sub\\..\\..\\report.yaml",
    "C:\\report.yaml",
    "C:/report.yaml",
    "C:report.yaml",
    "report.yaml:stream",
    "file:///etc/passwd",
    "https://example.com/report.yaml",
    "~\\report.yaml",
    "con",
    "CON.yaml",
    "sub/nul.yaml",
    "aux.tar.gz",
    "com1.yaml",
    "LPT\N{SUPERSCRIPT TWO}.yaml",
    "report.yaml.",
    "report.yaml ",
    "... /report.yaml",
    ".../report.yaml",
    "report\x00.yaml",
    "report\n.yaml",
    "\N{RIGHT-TO-LEFT OVERRIDE}lmay.report",
    "a" * 5000,
]
ALLOWED = [
    "report.yaml",
    "./report.yaml",
    "sub/report.yaml",
    "sub//report.yaml",
    "connection.yaml",
    "..report.yaml",
    "~",
]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    """Make a folder, beside which there is a secret."""
    (tmp_path / "secret.yaml").write_text("title: secret", "utf-8")
    folder = tmp_path / "work"
    (folder / "sub").mkdir(parents=True)
    (folder / "report.yaml").write_text("title: x", "utf-8")
    return Workspace(folder.resolve())


@pytest.mark.parametrize("name", REFUSED)
def test_names_that_lead_outside_are_refused_on_every_system(workspace: Workspace, name: str) -> None:
    with pytest.raises(InputError, match=r"the path is refused, because .*Name a file below the folder"):
        workspace.find(name)


@pytest.mark.parametrize("name", ALLOWED)
def test_names_inside_are_relative_to_the_folder(workspace: Workspace, name: str) -> None:
    assert workspace.find(name) == Path(name)


def test_an_absolute_path_is_taken_if_it_leads_inside(workspace: Workspace) -> None:
    assert workspace.find(f"{workspace.root}/sub/a.yaml") == Path("sub/a.yaml")
    for outside in (f"{workspace.root}-2/a.yaml", f"{workspace.root.parent}/secret.yaml"):
        with pytest.raises(InputError, match="absolute"):
            workspace.find(outside)


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("link.yaml", "../secret.yaml"),
        ("link", ".."),
        ("sub/link", "../.."),
        ("link.yaml", "/etc/passwd"),
        ("link.yaml", "../not-there.yaml"),
        ("link.yaml", "link.yaml"),
    ],
)
def test_links_that_lead_outside_are_refused(workspace: Workspace, link: str, target: str) -> None:
    (workspace.root / link).symlink_to(target)
    with pytest.raises(InputError, match="it leads outside"):
        workspace.find(link if link.endswith(".yaml") else f"{link}/secret.yaml")


def test_links_inside_are_followed(workspace: Workspace) -> None:
    (workspace.root / "sub/link.yaml").symlink_to("../report.yaml")
    assert workspace.find("sub/link.yaml") == Path("sub/link.yaml")


# ---- writing


def test_no_file_is_overwritten_unless_asked(workspace: Workspace) -> None:
    target = Path("report.yaml")
    (workspace.root / "dangling.yaml").symlink_to("sub/none.yaml")
    for existing in (target, Path("dangling.yaml"), Path("sub")):
        with pytest.raises(WriteError, match=r"already exists.*`overwrite`"):
            workspace.refuse_targets([existing], overwrite=False, inputs=[])
        with pytest.raises(WriteError, match=r"already exists.*`overwrite`"):
            workspace.write({existing: b"new"}, overwrite=False)
    assert (workspace.root / target).read_bytes() == b"title: x"
    workspace.write({target: b"new"}, overwrite=True)
    assert (workspace.root / target).read_bytes() == b"new"


def test_no_input_is_overwritten_even_if_asked(workspace: Workspace) -> None:
    os.link(workspace.root / "report.yaml", workspace.root / "same.yaml")
    (workspace.root / "link.yaml").symlink_to("report.yaml")
    for name in ("report.yaml", "same.yaml", "link.yaml"):
        with pytest.raises(WriteError, match="made from"):
            workspace.refuse_targets([Path(name)], overwrite=True, inputs=[Path("report.yaml")])


def test_folders_are_created(workspace: Workspace) -> None:
    workspace.write({Path("a/b/c.md"): b"x"}, overwrite=False)
    assert (workspace.root / "a/b/c.md").read_bytes() == b"x"
    with pytest.raises(WriteError, match="cannot be written"):
        workspace.write({Path("report.yaml/c.md"): b"x"}, overwrite=False)
