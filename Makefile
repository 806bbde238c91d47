# Commands for a checkout. `make demo` shows what pmexport does; `make test` checks it.
#
# Python packages are installed into .venv/ on first use. The system's package manager installs Pango, which PDF needs.
# To use a Python other than `python3`: make PYTHON=python3.13 test

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
SYSTEM := tools/system-packages.sh
PYTEST := $(BIN)/pytest --quiet --no-header --numprocesses auto --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help demo quick test style fuzz benchmark samples gallery conformance clean

help: ## List the commands
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1~\2/p' Makefile | awk -F'~' '{ printf "%-20s%s\n", $$1, $$2 }'

demo: .venv/installed ## Render a sample as PDF, Word, HTML and Markdown into demo/
	@if $(SYSTEM) pango $(BIN)/python; then pdf=--pdf; else echo 'demo: no PDF, because Pango is missing.' >&2; fi; \
	$(BIN)/pmexport samples/checkout-outage.yaml $$pdf --docx --html --md --output demo/

quick: style ## Check style and types, and run the tests that are fast
	@$(PYTEST) -m 'not slow'

test: style ## Check style and types, and run all tests
	@$(SYSTEM) pango $(BIN)/python
	@$(PYTEST)

style: .venv/installed-dev
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --diff
	@$(BIN)/mypy --no-error-summary

fuzz: .venv/installed-dev ## Render thousands of generated reports, and interrupt `finalize` (about half an hour)
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/pytest --quiet --no-header --numprocesses auto --hypothesis-profile fuzz tests/test_fuzz.py tests/cli/test_cli_fuzzing.py tests/theming/test_theme_fuzzing.py tests/cli/test_finalize_killed.py

benchmark: .venv/installed-dev ## Compare times and memory with other programs, and update docs/benchmark.md (half an hour)
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/python tests/benchmarks

samples: .venv/installed-dev ## Update the files derived from the sources: rendered samples, schema, types, layer diagram
	@$(BIN)/python tests/test_generated.py

gallery: .venv/installed ## Take screenshots of the rendered samples for docs/gallery.md and the README
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/python tools/gallery.py

conformance: .venv/installed ## Validate every sample, theme, language and PDF standard with veraPDF, Open XML SDK, Nu and axe (an hour)
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/python tools/conformance/run.py

clean: ## Remove everything that these commands installed or created
	rm -rf .venv .tools demo dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find pmexport tests tools -name __pycache__ -exec rm -rf {} +

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo 'pmexport needs Python 3.11 or later. Set one: make PYTHON=python3.13' >&2; exit 1; }
	@$(SYSTEM) venv $(PYTHON)
	@echo 'Installing pmexport into .venv'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	@echo 'Installing development dependencies into .venv'
	@$(PIP) install --group dev
	@touch $@
