"""Markdown: a file's blocks become sections, and each section becomes a field, in the structure that fits it."""
