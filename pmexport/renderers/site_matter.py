"""Markdown for a site: front matter for its generator, links to images that fit the file's place, and inert braces.

Generators read more into Markdown than GitHub does: templates in Jekyll, shortcodes in Hugo, JSX in Docusaurus. What an
author wrote stays text: each generator has its own way to switch that off, or to write such braces.
"""

import json
import posixpath
import re
import unicodedata
from dataclasses import fields, is_dataclass, replace
from typing import Any

from pmexport.document.nodes import Document, Image, Paragraph, sections_of, text_of

_INERT: dict[str, str] = {
    "hugo": "",
    "jekyll": "render_with_liquid: false\n",
    "mkdocs": "render_macros: false\n",
    "docusaurus": "mdx:\n  format: md\n",
}
"""Generators, each with the key that makes it leave braces and tags alone; Hugo has none."""
_WITH_TITLE: tuple[str, ...] = ("hugo", "jekyll")
"""Generators whose themes show the title of the front matter as the page's heading."""
_SHORTCODE = re.compile(r"\{\{([<%])(.*?)([>%])\}\}", re.DOTALL)
_FEW_ESCAPES: tuple[str, ...] = ("jekyll", "mkdocs")
"""Generators that show the backslash of some escapes that GitHub reads."""
_CODE_OR_ESCAPE = re.compile(r"\\(.)|(?<!`)(`+)(?!`).*?(?<!`)\2(?!`)", re.DOTALL)
_ESCAPES_OF_ALL = set("\\`*_{}[]()>#+-.!|\n")
_LONGEST = 200
"""Characters of a description."""
_LONGEST_SLUG = 80


def write_front_matter(document: Document, site: str) -> str:
    """Return the front matter: title, date, tags, description and slug, as far as they are known. It is YAML."""
    properties = document.properties
    known = {
        "title": json.dumps(document.title, ensure_ascii=False),
        "date": properties.date,
        "description": _write_text(describe_document(document)),
        "tags": json.dumps(properties.keywords, ensure_ascii=False) if properties.keywords else "",
        "slug": _write_text(make_slug(document)),
    }
    lines = "".join(f"{key}: {text}\n" for key, text in known.items() if text)
    return f"---\n{lines}{_INERT[site]}---\n\n"


def _write_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False) if text else ""


def describe_document(document: Document) -> str:
    """Return the first paragraph of the summary on one line, cut at a word if it is long; empty without a summary."""
    summary = next((section for section in sections_of(document) if section.id == "summary"), None)
    paragraphs = (block for block in (summary.blocks if summary else ()) if isinstance(block, Paragraph))
    text = " ".join(text_of(next(paragraphs, Paragraph(())).inlines).split())
    if len(text) <= _LONGEST:
        return text
    cut = text[:_LONGEST]
    return f"{cut[: cut.rfind(' ')] if ' ' in cut else cut}…"


def make_slug(document: Document) -> str:
    """Return the id and the title as a part of an address: lower-case words with hyphens."""
    text = unicodedata.normalize("NFKC", f"{document.properties.id} {document.title}").casefold()
    slug = "-".join(re.findall(r"[^\W_]+", text))
    return slug if len(slug) <= _LONGEST_SLUG else slug[:_LONGEST_SLUG].rpartition("-")[0] or slug[:_LONGEST_SLUG]


def adapt_body(markdown: str, site: str) -> str:
    """Return Markdown that a generator shows as GitHub does: with its heading once, its escapes, and no shortcodes."""
    if site in _WITH_TITLE:
        markdown = markdown.partition("\n")[2].lstrip("\n")
    if site in _FEW_ESCAPES:
        markdown = _CODE_OR_ESCAPE.sub(_replace_escape, markdown)
    return _SHORTCODE.sub(r"{{\1/*\2*/\3}}", markdown) if site == "hugo" else markdown


def _replace_escape(found: re.Match[str]) -> str:
    """Return an escape as an entity, unless all generators read it; code as it is."""
    char = found[1]
    return found[0] if char is None or char in _ESCAPES_OF_ALL else f"&#{ord(char)};"


def move_images(node: Any, folder: str) -> Any:
    """Return a part of the tree with the paths of images as seen from elsewhere. folder: where they are from there."""
    if isinstance(node, Image):
        return replace(node, source=posixpath.normpath(posixpath.join(folder, node.source))) if node.source else node
    if isinstance(node, tuple):
        return tuple(move_images(part, folder) for part in node)
    if not is_dataclass(node) or isinstance(node, type):
        return node
    values = {field.name: getattr(node, field.name) for field in fields(node) if field.init}
    moved = {name: move_images(value, folder) for name, value in values.items() if isinstance(value, tuple | Image)}
    return replace(node, **moved) if moved else node
