"""A program that makes reports with pmexport."""
