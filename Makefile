# Poterne: what one can do here. `make` alone prints this list.
# Every target that needs the set-up does it first; a second run finds it done.

SHELL := /bin/bash
.DEFAULT_GOAL := help
PYTHON := .venv/bin/python
SHELL_FILES = .ci/run $(shell git ls-files '*.sh')
# Workers for the tests: the programs of one end-to-end office stay together in one of them.
WORKERS ?= 2
ARGS ?=

.PHONY: help setup run check test fuzz bench soak font pictures format clean

help: ## print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Debian packages (through apt, where allowed) and the virtual environment
	@bash tests/setup.sh

run: setup ## a whole office on loopback, real mail through it, a table of what became of each (ARGS=--no-wait ends there)
	@$(PYTHON) -m tests.office $(ARGS)

check: setup ## format, lint, types, layers, shell scripts, systemd units
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	shellcheck $(SHELL_FILES)
	$(PYTHON) -m pytest tests/image/test_units.py

test: setup ## every test (ARGS="-k word" chooses)
	$(PYTHON) -m pytest -v -n $(WORKERS) --dist loadgroup $(ARGS)

fuzz: setup ## every parser with inputs that mean harm, a minute (ARGS="--minutes 30", or see tests/fuzz/README.md)
	@$(PYTHON) -m tests.fuzz $(ARGS)

bench: setup ## speed beside Postfix with rspamd, and the interface, about 5 minutes (ARGS="--full", or see tests/bench/README.md)
	@$(PYTHON) -m tests.bench $(ARGS)

soak: setup ## an hour of mail, outages and hostile clients: nothing may grow (ARGS="--minutes 10")
	@$(PYTHON) -m tests.probes.soak $(ARGS)

font: setup ## the console's font, drawn into build/font
	@$(PYTHON) image/font/psf.py build/font && ls -l build/font

pictures: setup ## tui/pictures and the key tables of tui/manual, made anew (look at them before committing)
	@$(PYTHON) -m tests.support.pictures
	@$(PYTHON) -m tests.support.manual

format: setup ## put the source in its one format, and mend what ruff can mend
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

clean: ## remove what the targets made: .venv .run .cache and the tools' caches
	rm -rf .venv .run .cache build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
