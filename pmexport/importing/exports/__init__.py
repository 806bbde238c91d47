"""Exports of incident tools: files as their API answers them, read offline.

Each format is a module with an importer. What they share: `Export` collects the report and says what became of each
key; `contacts` and `export_times` tell what is a contact and order what has a time; `markdown_text`, `html_text`,
`document_format` and `wiki_markup` turn plain text, HTML, and Atlassian's documents and wiki markup into Markdown.
"""
