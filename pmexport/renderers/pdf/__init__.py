"""PDF."""

from pmexport.renderers.pdf.pdf_renderer import PdfRenderer

__all__ = ["PdfRenderer"]
