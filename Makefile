# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# A target lists `env` first and relies on it.
.NOTPARALLEL:

# The interpreter that the environment is made from: 3.11, 3.12 or 3.13.
PYTHON3 ?= python3
PYTHON := .venv/bin/python
TOOL := PYTHONPATH=tests $(PYTHON) -m
# What `make test` runs, in this order. Each is a target of its own.
PARTS ?= lint docs-sync sanity build docs demo unit integration properties-quick molecule faults-quick matrix-quick
# More arguments for pytest: make unit ARGS="-k tags -x"
ARGS ?=
PORT ?= 8765

STAMP := .venv/.made
LINK := build/collections/ansible_collections/declarative/monitoring
REPORTS := build/reports
SCRIPTS := $(wildcard demo/*.py extensions/eda/plugins/*/*.py)

SCENARIOS := $(notdir $(patsubst %/,%,$(dir $(wildcard extensions/molecule/*/molecule.yml))))

# No escape sequences in a log.
COLOR := $(if $(MAKE_TERMOUT),,--nocolor)

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/build/collections
export LC_ALL := C.UTF-8
export PATH := $(CURDIR)/.venv/bin:$(PATH)
export PYTHONUNBUFFERED := 1

.PHONY: help env lint format docs-sync sanity build docs demo unit integration properties properties-quick molecule faults faults-quick matrix matrix-quick mutants bench test sandbox changelog clean distclean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

env: $(STAMP) $(LINK) ## Make .venv and the link that shows Ansible the collection

$(STAMP): requirements.txt requirements-dev.txt
	@echo "Making .venv"
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make env PYTHON3=python3.11")'
	@$(PYTHON3) -m venv --clear .venv
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check uv
	@.venv/bin/uv pip install --quiet --python $(PYTHON) -r requirements-dev.txt
	@.venv/bin/uv pip check --quiet --python $(PYTHON)
	@touch $@

$(LINK):
	@mkdir -p $(@D)
	@ln -sfn ../../../.. $@

lint: env ## Check style, types, playbooks, documentation and changelog
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy $(LINK)/plugins tests $(SCRIPTS)
	shellcheck .ci/run
	antsibull-changelog lint
	antsibull-docs lint-collection-docs . --plugin-docs --validate-collection-refs=self
	ansible-lint --offline $(COLOR)

format: env ## Format the Python code, and fix what ruff can fix
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

docs-sync: env ## Check that the generated documentation agrees with its source
	$(PYTHON) tests/tools/sync_docs.py --check

sanity: env ## Run ansible-test sanity on a copy of the collection
	$(TOOL) tools.sanity

build: env ## Build the tarball, install it elsewhere, read its documentation, import it as Galaxy does
	$(TOOL) tools.package

docs: env ## Build the site of the guides and the reference into build/docs/html, without warnings
	$(TOOL) tools.docs

demo: env ## Run the demo against the sandbox
	$(PYTHON) demo/run.py

unit: env ## Run the unit tests
	$(PYTHON) -m pytest tests/unit -n 2 --junit-xml=$(REPORTS)/unit.xml $(ARGS)

integration: env ## Run the integration tests against the sandbox
	@rm -rf $(REPORTS)/endpoints
	$(PYTHON) -m pytest tests/integration -n 2 --junit-xml=$(REPORTS)/integration.xml $(ARGS)
	$(if $(ARGS),,$(TOOL) tools.endpoints)

properties-quick: env ## Try the same random accounts and declarations each time, in the sandbox
	$(PYTHON) -m pytest tests/properties -n 2 --junit-xml=$(REPORTS)/properties-quick.xml $(ARGS)

molecule: env ## Run the roles' scenarios, two at a time
	$(if $(ARGS),molecule test $(ARGS),printf '%s\n' $(SCENARIOS) | xargs -P 2 -I SCENARIO molecule test -s SCENARIO)

faults-quick: env ## Fail the most telling requests of every module
	$(PYTHON) -m pytest tests/faults -n 2 --junit-xml=$(REPORTS)/faults-quick.xml $(ARGS)

matrix-quick: env ## Test the oldest and the newest ansible-core with a few tests
	$(TOOL) tools.matrix --quick

test: env ## Run all of the above, and show the time of each
	@$(TOOL) tools.parts $(PARTS)

faults: env ## Fail every request of every module in every way, and write docs/faults.md (some minutes)
	@rm -rf $(REPORTS)/faults
	@$(PYTHON) -m pytest tests/faults --all-faults -n 2 --junit-xml=$(REPORTS)/faults.xml $(ARGS) && failed= || failed=1; \
	$(if $(ARGS),,$(TOOL) tools.fault_matrix;) test -z "$$failed"

properties: env ## Try many new random accounts and declarations, and reduce what fails (ARGS="--examples 500 -k alertra")
	$(PYTHON) -m pytest tests/properties --examples 300 -n 2 --junit-xml=$(REPORTS)/properties.xml $(ARGS)

matrix: env ## Test every supported ansible-core on every Python there is, and write docs/versions.md (ARGS=--all, --quick)
	$(TOOL) tools.matrix $(ARGS)

mutants: env ## Change the core in small ways, and list what no unit test notices (some 20 minutes)
	VIRTUAL_ENV=$(CURDIR)/.venv PYTHONPATH=tests .venv/bin/uv run --quiet --no-project --active --with 'mutmut~=3.8.1' python -m tools.mutants $(ARGS)

bench: env ## Measure the speed against what does the same work, and write docs/benchmark.md (ARGS=--quick)
	$(TOOL) benchmark $(ARGS)

sandbox: env ## Start the sandbox server and stay with it (PORT=8765)
	PYTHONPATH=tests $(PYTHON) -m sandbox --port $(PORT)

# Run again, it takes up new modules and edited fragments, and warns in vain of a missing summary.
changelog: env ## Write the changelog of the version in galaxy.yml from the fragments
	antsibull-changelog release --update-existing --reload-plugins --refresh

clean: ## Remove what was built, and the caches
	rm -rf build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache changelogs/.plugin-cache.yaml
	find . -path ./.venv -prune -o -path ./.git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## The same, and remove .venv
	rm -rf .venv
