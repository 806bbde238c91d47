"""Checking a theme with its templates, and with a specimen of a report."""

from __future__ import annotations

from pathlib import Path

import pytest
from parity import READERS, assert_says_the_same

from pmexport import check_theme
from pmexport.document import nodes
from pmexport.document.nodes import Block, sections_of
from pmexport.renderers.registry import make_renderer
from pmexport.renderers.shared.arrangement import arrange_document
from pmexport.renderers.theme_check import make_specimen
from pmexport.report.sections import section_keys
from pmexport.theming import themes


def make_theme(folder: Path, files: dict[str, str], tokens: str = "") -> Path:
    folder.mkdir()
    (folder / "theme.toml").write_text(f'summary = "Mine"\n{tokens}', "utf-8")
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def default(name: str) -> str:
    return themes.default_theme().read(name)


CASES = {
    "nothing": ({}, "", []),
    "tokens": ({}, "fontz = 1", ['theme.toml:2:1: fontz: found the unknown token "fontz". Did you mean fonts?']),
    "no logo": ({}, 'logo = "logo.png"', ["the logo file 'logo.png' is missing"]),
    "a template that does not compile": (
        {"section.html.j2": "a\n{% if %}"},
        "",
        ["section.html.j2:2: Expected an expr"],
    ),
    "a template that fails": ({"section.html.j2": "{{ sectoin }}"}, "", ["section.html.j2:1: 'sectoin' is undefined"]),
    "a page that leaves out": (
        {"page.html.j2": default("page.html.j2").replace("{{ footer }}", "")},
        "",
        ['page.html.j2: the theme "acme" leaves out "This post-mortem follows', 'leaves out "INC-0 · Revision 1'],
    ),
    "a heading that is changed": (
        {"sections/trigger.html.j2": '<section id="trigger"><h3 class="title">Cause</h3>{{ blocks }}</section>'},
        "",
        ['trigger.html.j2: the theme "acme" leaves out "Trigger"', 'adds "Cause"'],
    ),
    "no Word template": ({}, '[word]\ntemplate = "acme.docx"', ["the Word template 'acme.docx' is missing"]),
    "a file that only a PDF reads": ({"pdf.css": "p { background: url(x.png) }"}, "", ["pdf.css:1: the file x.png is"]),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_everything_that_is_wrong_is_found(name: str, tmp_path: Path) -> None:
    files, tokens, expected = CASES[name]
    found = "\n".join(map(str, check_theme(make_theme(tmp_path / "acme", files, tokens))))
    assert all(text in found for text in expected), found
    assert bool(found) == bool(expected), found


@pytest.mark.slow
@pytest.mark.parametrize("name", themes.theme_names())
def test_built_in_themes_are_right(name: str) -> None:
    assert check_theme(name) == []


def test_the_specimen_has_everything() -> None:
    document = make_specimen()
    found = set(map(type, nodes.walk_nodes(document.sections)))
    assert set(Block.__args__) - found == {nodes.Excerpt}  # only of a long log
    assert set(section_keys()) - {section.id for section in sections_of(document)} == set()
    assert document.problems == ()


@pytest.mark.slow
@pytest.mark.parametrize("format_name", sorted(READERS))
@pytest.mark.parametrize("name", themes.theme_names())
def test_formats_of_the_specimen_agree(name: str, format_name: str) -> None:
    theme = themes.find_theme(name)
    document = arrange_document(make_specimen(), theme)
    assert_says_the_same(document, format_name, make_renderer(format_name).render(document, theme, []))
