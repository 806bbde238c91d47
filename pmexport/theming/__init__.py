"""Themes: how documents look."""

DEFAULT_THEME = "default"
