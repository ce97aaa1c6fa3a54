# One command for everything: `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check
STAMP := $(VENV)/.installe
ARGS ?=
# The rooms: compiled once, so that no command does it again.
PIECES := $(patsubst %/__init__.py,%,$(filter-out tests/%,$(wildcard */__init__.py)))

.PHONY: help setup demo test check crochet ecrans epreuves bench clean chromium

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP)  ## Make .venv from the hash-pinned requirements (done once, then nothing)

$(STAMP): requirements-dev.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or later is needed: make PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	@echo "Installing into $(VENV) (about half a minute the first time)" >&2
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(PIP) --require-hashes -r requirements-dev.txt
	@$(PIP) --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q $(PIECES)
	@touch $@

demo: setup  ## Play the demonstration, from an empty store to a paid dossier (ARGS="…" for options)
	@$(BIN)/diligence demo $(ARGS)

check: setup  ## Format, lint, types, layers, dependencies, dead code, compose file: what needs no server
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/python -m pytest -q tests/test_deploiement.py

crochet: setup  ## Install a git hook: format, lint and types of what changed, before each commit
	@.ci/crochet installer

# Three processes on two cores: one of them is always waiting for what it has killed to come back. Each finds what
# another has compiled.
test: setup chromium  ## All tests, in three processes; installs chromium for the screens when run as root
	env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

# Tests of screens use the system's Chromium; without it they are skipped, and pytest says so.
chromium:
	@if command -v chromium >/dev/null; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "chromium is absent: installing it, with fonts-dejavu-core"; \
		{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; } \
			|| echo "SKIPPED: chromium could not be installed, the tests marked 'navigateur' (screens, accessibility) are skipped"; \
	else \
		echo "SKIPPED: chromium is absent and this is not root on Debian, the tests marked 'navigateur' (screens, accessibility) are skipped"; \
	fi

ecrans: setup chromium  ## Take the screenshots of the guides again
	DILIGENCE_ECRANS=1 $(BIN)/python -m pytest -q tests/acceptance/test_demo_inconnue.py

epreuves: setup chromium  ## The long tests with their full counts (crash drills, properties, replays)
	DILIGENCE_EPREUVES=1 $(BIN)/python -m pytest --timeout 3600 $(ARGS)

bench: setup  ## Measure the claims of the documentation on this machine
	$(BIN)/diligence banc $(ARGS)

clean:  ## Remove .venv, caches and builds; never a store
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
