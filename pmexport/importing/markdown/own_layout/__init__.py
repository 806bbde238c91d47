"""The Markdown that pmexport writes, read back as the report it was made from, also after edits by hand.

What follows from the report is left out: response times, the counts of actions, the key figures and the milestones'
table, the notes about zones, the masthead and the footer. A section that was changed so that it no longer has our form
is read like anybody's.
"""
