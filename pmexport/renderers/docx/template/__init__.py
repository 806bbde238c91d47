"""Rendering a report on a company's Word template."""
