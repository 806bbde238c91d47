"""The importer of Markdown files."""

from collections.abc import Sequence

from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.sources import SourceFile

SUFFIXES = (".md", ".markdown", ".mdx", ".mdown", ".mkd", ".erb")


class MarkdownImporter:
    """Reads a post-mortem in GitHub Flavored Markdown, in any layout, and the Markdown that pmexport writes."""

    name = "markdown"
    suffixes = SUFFIXES
    takes = "one post-mortem in any layout"

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        """Return whether it is one file whose name ends like a Markdown file: any text is Markdown."""
        return len(sources) == 1 and sources[0].suffix in self.suffixes

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        """Return the draft. Raises InputError."""
        from pmexport.importing.markdown.markdown_reader import read_markdown  # noqa: PLC0415 - imports Markdown

        if len(sources) > 1:
            sources[1].fail("Markdown is imported from one file only.", "Import each file separately.")
        if sources[0].suffix not in self.suffixes and sources[0].is_report():
            sources[0].fail("it is a report already, not Markdown.", "Use it directly: pmexport FILE --pdf.")
        return read_markdown(sources[0], options)
