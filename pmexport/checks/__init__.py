"""Checks: rules that look at a report, and what they found. `running` runs them, `table` lists them."""
