"""The importer of Word files."""

from collections.abc import Sequence

from pmexport.importing.draft import Draft
from pmexport.importing.import_options import ImportOptions
from pmexport.importing.sources import SourceFile

_ZIP = b"PK\3\4"
_MAIN = b"word/document"


class WordImporter:
    """Reads a post-mortem in a Word file, in any layout, and the Word files that pmexport writes."""

    name = "docx"
    suffixes = (".docx",)
    takes = "one post-mortem as a Word file, in any layout"

    def recognizes(self, sources: Sequence[SourceFile]) -> bool:
        """Return whether it is one Word file."""
        return len(sources) == 1 and sources[0].data.startswith(_ZIP) and _MAIN in sources[0].data

    def read(self, sources: Sequence[SourceFile], options: ImportOptions) -> Draft:
        """Return the draft. Raises InputError."""
        from pmexport.importing.word.word_reader import read_word  # noqa: PLC0415 - imports python-docx

        if len(sources) > 1:
            sources[1].fail("a post-mortem in Word is one file.", "Import each file by itself.")
        return read_word(sources[0], options)
