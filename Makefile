# For a checkout: `make demo` shows what pmexport does, `make test` checks it.
#
# What they need is installed into .venv/, once; Pango, which PDF needs, by the system's package manager.
# Another Python than `python3`: make PYTHON=python3.13 test

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --quiet --disable-pip-version-check
SYSTEM := tools/system-packages.sh

.DEFAULT_GOAL := help
.PHONY: help demo test fuzz benchmark samples gallery conformance clean

help: ## List what can be made
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1~\2/p' Makefile | awk -F'~' '{ printf "%-20s%s\n", $$1, $$2 }'

demo: .venv/installed ## Render a sample as PDF, Word, HTML and Markdown into demo/
	@if $(SYSTEM) pango $(BIN)/python; then pdf=--pdf; else echo 'demo: without the PDF, for want of Pango.' >&2; fi; \
	$(BIN)/pmexport samples/checkout-outage.yaml $$pdf --docx --html --md --output demo/

test: .venv/installed-dev ## Check style and types, and run the tests
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --quiet --diff
	@$(BIN)/mypy --no-error-summary
	@$(BIN)/pytest --quiet --no-header

fuzz: .venv/installed-dev ## Send thousands of generated reports through every format, for some half an hour
	@PMEXPORT_FUZZ=10000 $(BIN)/pytest --quiet --no-header tests/test_fuzz.py

benchmark: .venv/installed ## Measure how long rendering takes
	@$(BIN)/python tests/benchmarks/rendering.py

samples: .venv/installed-dev ## Write anew what is derived from the sources: the rendered samples and the schema
	@$(BIN)/python tests/test_generated.py

gallery: .venv/installed ## Take pictures of the rendered samples, for docs/gallery.md and the README
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/python tools/gallery.py

conformance: .venv/installed ## Hold the rendered samples against veraPDF, the Open XML SDK, Nu and axe
	@$(SYSTEM) pango $(BIN)/python
	@$(BIN)/python tools/conformance/run.py

clean: ## Remove what was installed and made here
	rm -rf .venv .tools demo dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .benchmarks
	find pmexport tests tools -name __pycache__ -exec rm -rf {} +

.venv/installed: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	echo 'pmexport needs Python 3.11 or later. Name one: make PYTHON=python3.13' >&2; exit 1; }
	@$(SYSTEM) venv $(PYTHON)
	@echo 'Installing pmexport into .venv'
	@$(PYTHON) -m venv .venv
	@$(PIP) install --upgrade 'pip>=25.1'
	@$(PIP) install --editable .
	@touch $@

.venv/installed-dev: .venv/installed
	@echo 'Installing what the tests need into .venv'
	@$(PIP) install --group dev
	@touch $@
