# `make` answers the headline question; `make test` tries each part of the project in some minutes, `make test-all` proves
# it. Needs Python 3.11 or newer and make.
PYTHON ?= python3
VENV   ?= .venv
STORE  ?= data/eic
BIN     = $(VENV)/bin
CONTENT = $(shell find kg ontology ingest queries -name '*.py' -o -name '*.ttl' -o -name '*.rq' -o -name '*.csv' -o -name '*.toml')

.PHONY: answers test test-all check coverage docs format bench clean

answers: $(STORE)/eic-current
	$(BIN)/kg ask second-tier-dependencies --on $(STORE)

test test-all: export PYTHONDONTWRITEBYTECODE = # hundreds of processes of tests need not compile the same

test: $(VENV)/dev
	$(BIN)/python -m pytest -rs -n auto --dist loadgroup -m 'not slow and not soak'

test-all: $(VENV)/dev
	$(BIN)/python -m pytest -rs -n auto --dist loadgroup -m 'not soak'
	$(BIN)/python -m pytest -rs -m soak tests

check: $(VENV)/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

coverage: $(STORE)/eic-current
	$(BIN)/kg coverage --on $(STORE)

docs: $(STORE)/eic-current
	$(BIN)/kg questions --page --on $(STORE) > docs/questions.md
	$(BIN)/kg questions --page --lang zh --on $(STORE) > docs/questions.zh.md
	$(BIN)/kg draw map --on $(STORE) --to docs/map.svg

format: $(VENV)/dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/dev
	$(BIN)/python -m tests.bench

clean:
	rm -rf $(VENV) data build dist *.egg-info

$(STORE)/eic-current: $(VENV)/core $(CONTENT)
	$(BIN)/kg build --on $(STORE)

$(VENV)/core: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.11")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	touch $@

$(VENV)/dev: $(VENV)/core
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	touch $@
