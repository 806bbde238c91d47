"""A new theme: a file with every token as a comment."""

from __future__ import annotations

import re
from pathlib import Path

from pmexport.theming import themes
from pmexport.theming.starter import write_starter
from pmexport.theming.tokens import list_tokens


def write(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "theme.toml").write_text(text, "utf-8")
    return folder


def test_a_new_theme_looks_like_the_default(tmp_path: Path) -> None:
    made = themes.find_theme(write(tmp_path / "acme", write_starter("The look of acme", "./acme")))
    assert made.tokens.summary == "The look of acme"
    assert made.tokens.model_copy(update={"summary": ""}) == themes.default_theme().tokens.model_copy(
        update={"summary": ""}
    )


def test_every_comment_is_a_token_with_the_value_of_the_default(tmp_path: Path) -> None:
    text = re.sub(r"^# (?=[\w\[])(?!Mine|To change)", "", write_starter("Mine", "./acme"), flags=re.MULTILINE)
    text = text.replace('logo = ""\n', "").replace('logo_alt = ""\n', "")
    made = themes.find_theme(write(tmp_path / "acme", text))
    assert made.tokens.model_copy(update={"summary": ""}) == themes.default_theme().tokens.model_copy(
        update={"summary": ""}
    )
    named = set(re.findall(r"^# (\w+) = ", write_starter("Mine", "./acme"), re.MULTILINE))
    assert {name.split(".")[-1] for name in list_tokens()} - named == {"summary", "ink", "wash"}
