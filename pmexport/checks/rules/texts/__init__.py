"""The rules that read texts."""
