"""Checks: rules that examine a report, and their findings. `runner` runs them, `rule_registry` lists them."""
