"""Word files: their content as blocks, written as Markdown, which the Markdown importer reads."""
