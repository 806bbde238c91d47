"""The versions, in one place."""

__version__ = "0.1.0"

FORMAT_VERSION = "1.0"
"""The version of the report format, which is in the JSON Schema's `$id`.

The second number grows when fields or values are added, so that every older report stays valid; the first one, when
older reports may have to be changed. It is independent of the version of the program.
"""
