"""The house style: one file per repository, `pmexport.toml` or `[tool.pmexport]` in `pyproject.toml`.

`config` is its model, `config_reader` reads it, `config_files` finds it, and `settings_list` lists what is in force.
"""
