# Everything a newcomer needs: Python 3.11 to 3.13, git and make. Paths stay relative, so any checkout path works.
SHELL := /bin/sh
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
PY := .venv/bin/python
BOT_DEMO_PORT ?= 8090
export PYTHONDONTWRITEBYTECODE := 1

.PHONY: install demo test lint format bench soak lock clean
.DELETE_ON_ERROR:

install: .venv/installed

# The stamp makes the second run need no network.
.venv/installed: requirements/dev.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed."; exit 1; }
	$(PYTHON) -m venv .venv
	$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r requirements/dev.txt
	@touch .venv/installed

demo: install
	BOT_DEMO_PORT=$(BOT_DEMO_PORT) $(PY) -m bot demo

test: install
	$(PY) -m pytest -n auto --dist loadgroup

lint: install
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	$(PY) -m mypy
	$(PY) -m bot check --offline

format: install
	.venv/bin/ruff format .
	.venv/bin/ruff check --fix .
