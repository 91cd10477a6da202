# The index of plain commands. `make help` lists them.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PORT ?= 8000
# The first Python that really runs (a shim may exist and not run), has venv, and is 3.12 or newer.
PYTHON = $(shell for p in python3.14 python3.13 python3.12 python3 /usr/bin/python3; do \
	"$$p" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1 && { command -v "$$p"; break; }; done)

.PHONY: help demo serve install install-dev lint format test faults mutants fuzz weigh bench check-fresh screenshots answers translated-back messages messages-update lock

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

demo: install ## build the demo and serve it on 127.0.0.1:$(PORT)
	@exec $(BIN)/protect demo --port $(PORT)

install: $(VENV)/.base ## what runs the site, into .venv
install-dev: $(VENV)/.dev ## … and what tests it

$(VENV)/.uv: requirements/uv.txt
	@test -n "$(PYTHON)" || { echo "Python 3.12 or newer with venv is missing. Remedy:  sudo apt install python3 python3-venv"; exit 1; }
	@test -x $(BIN)/python && $(BIN)/python -c '' 2>/dev/null || { rm -rf $(VENV); "$(PYTHON)" -m venv $(VENV); }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

$(VENV)/.base: $(VENV)/.uv requirements/base.txt pyproject.toml
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/base.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.base requirements/dev.txt
	@VIRTUAL_ENV=$(VENV) $(BIN)/uv pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

messages-update: install ## find the strings of the code and bring every .po up to date
	@$(BIN)/protect messages update

messages: install ## compile the translations that changed
	@$(BIN)/protect messages compile

lint: install-dev messages ## everything that reads the code without running it
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint protect --check --lint
	$(BIN)/protect makemigrations --check --dry-run
	$(BIN)/protect check
	$(BIN)/protect messages check

format: install-dev ## let the formatters write
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	-$(BIN)/djlint protect --reformat --quiet

test: export PYTHONDONTWRITEBYTECODE =# a test that starts a program would compile all of it anew
test: install-dev messages ## the whole suite (browser and PostgreSQL tests skip where those are absent)
	$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(ARGS)

faults: install-dev ## kills, full disks and a dead mail server, at length (by hand; minutes)
	PROTECT_FAULTS=long $(BIN)/python -m pytest tests/faults tests/vault/test_guessing.py tests/notices/test_worker.py tests/vault/test_restore_drill.py -p no:randomly -v $(ARGS)

mutants: install-dev ## mutation tests of the vault's formats, rules and access (by hand; an hour)
	$(BIN)/python -m tools.mutants $(ARGS)

fuzz: export PROTECT_TEST_EXAMPLES = 40
fuzz: install-dev messages ## new examples for every property and for the interface, many of them (by hand; an hour)
	SCHEMATHESIS_EXAMPLES=200 $(BIN)/python -m pytest -n 2 --dist worksteal -m hypothesis --hypothesis-profile=fuzz $(ARGS)
	SCHEMATHESIS_EXAMPLES=200 $(BIN)/python -m pytest tests/interchange/hsds/test_schemathesis.py

weigh: install messages ## every public page in every language against the byte budget
	@$(BIN)/protect demo --build-only
	$(BIN)/protect weigh

bench: install-dev ## side-by-side measurements, written to bench/results/
	$(BIN)/python -m bench

screenshots: install-dev ## the pictures of the README, into docs/pictures/
	$(BIN)/python -m tools.screenshots

answers: install-dev messages ## judge the first answers of the starter directory, into docs/answers.md
	$(BIN)/python -m tools.answers

translated-back: install-dev ## mark changed translations in docs/translations/ as “to do”
	$(BIN)/python -m tools.translated_back

check-fresh: ## both of a newcomer's commands in a bare Debian 13
	tools/check_fresh

lock: $(VENV)/.uv ## compile requirements/*.txt from *.in
	cd requirements && for f in uv base dev; do ../$(BIN)/uv pip compile --quiet --universal --python-version 3.12 \
		--generate-hashes --no-emit-index-url --no-header $$f.in -o $$f.txt; done
