"""Markdown: what a caller can ask for. The work is done by `markdown`, which is imported when it is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, get_args

from pmexport.errors import FormatError
from pmexport.problems import Problem
from pmexport.renderers.options import RendererOption

if TYPE_CHECKING:
    from pmexport.document.nodes import Document
    from pmexport.theming.themes import Theme

Site = Literal["hugo", "jekyll", "mkdocs", "docusaurus"]
"""The generators of sites that front matter is written for."""

_FRONT_MATTER = RendererOption("Add front matter for this generator of sites to Markdown.", flag="--front-matter")
_IMAGE_FOLDER = RendererOption(
    "The report's folder as seen from the Markdown file. Default with --front-matter: from their paths.",
    "PATH",
    "--image-folder",
)


class MarkdownRenderer:
    """Renders GitHub-flavoured Markdown for a wiki."""

    name = "md"
    suffix = "md"
    media_type = "text/markdown"
    summary = "GitHub Flavored Markdown for a wiki"

    def __init__(
        self,
        *,
        front_matter: Annotated[Site | None, _FRONT_MATTER] = None,
        image_folder: Annotated[str | None, _IMAGE_FOLDER] = None,
    ) -> None:
        """Set the generator of the site that the Markdown is for, and where the images are.

        front_matter: hugo, jekyll, mkdocs or docusaurus.
        image_folder: the report's folder as seen from the Markdown file. `write` and the command find it out.

        Raises FormatError for another generator.
        """
        if front_matter is not None and front_matter not in get_args(Site):
            raise FormatError(f"unknown front matter {front_matter!r}. Known: {', '.join(get_args(Site))}.")
        self._site = front_matter
        self._image_folder = image_folder

    def render(self, document: Document, theme: Theme, warnings: list[Problem]) -> bytes:  # noqa: ARG002 - unused
        """Return the document as UTF-8 text. The theme is not used, and there are no warnings."""
        from pmexport.renderers import markdown, site_matter  # noqa: PLC0415 - import Markdown

        if self._image_folder:
            document = site_matter.move_images(document, self._image_folder)
        text = markdown.write_document(document)
        if self._site:
            head = site_matter.write_front_matter(document, self._site)
            text = head + site_matter.adapt_body(text, self._site)
        return text.encode()
