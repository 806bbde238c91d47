"""Importing: from what people already have, such as Markdown or an incident tool's export, to a draft of a report.

Nothing is invented, and what could not be placed is reported. An importer reads files that are already in
memory (`SourceFile`) and returns a `Draft`: the fields of a report as a plain mapping, and notes. Each part of the
source, a line of a text or a key of JSON, is in exactly one note, and so in one bin:

- `taken`: its content is in a field of the report;
- `own_section`: its content is in a section of its own, because no field fits;
- `left_out`: a rule says that it is not content, such as an avatar or our own footer; the note says which rule;
- `not_understood`: its content is not in the draft; the note says why.

To add a format:

1. Write a class with `name`, `suffixes`, `takes`, `recognizes(sources)` and `read(sources, options)`, as `Importer` in
   `importer_registry.py` describes. It is constructed without arguments and keeps no state.
2. Add it to `BUILT_IN` in `importer_registry.py`, or offer it as an entry point of the group `pmexport.importers` in a
   package of your own: `acme = "acme.importer:AcmeImporter"`.
3. In `read`, make a `Draft` and fill `draft.fields` with what `pmexport.load` takes: texts, lists and mappings. Keep
   times as written, with their offset. Never guess a year, a zone, an owner or a deadline, and never set
   `status: final`: `draft.soften_status()` takes care of that.
4. For JSON, wrap what `source.json()` returns in `Keys`, which writes the notes: `take` a key into a field, `leave` it
   out by a rule, and finally `note_rest` names every key that you did not look at.
5. Add a test with an export and the report it must become.

`read` raises InputError for a file that is not what it claims to be. Sources are bounded (`pmexport.limits`), text
stays text, and no importer opens a file or a connection.
"""
