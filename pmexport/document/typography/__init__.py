"""Opt-in typography: the quotes and dashes of a document's language, in place of those of a keyboard."""

from pmexport.document.typography.smart import smarten_document

__all__ = ["smarten_document"]
