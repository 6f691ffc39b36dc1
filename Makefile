# Everything a newcomer needs: Python 3.11 to 3.13, git and make. Paths stay relative, so any checkout path works.
SHELL := /bin/sh
VENV ?= .venv
PY := "$(VENV)/bin/python"
FITS := import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for each in python3 python3.13 python3.12 python3.11; do \
	$$each -c '$(FITS)' 2>/dev/null && echo $$each && break; done)
BOT_DEMO_PORT ?= 8090
# For the folder of tests that change often, `make test TESTS=tests/flows`.
# `CI=true make test` plays the long forms too, as .ci/run does (tests/thrift.py).
TESTS ?= tests

.PHONY: install demo test lint format cluster bench bench-short soak faults audit audit-tools sbom lock clean

# The stamp is a copy of the requirements: as long as they are the same, a run needs no network.
# A virtual environment whose Python has gone (an upgrade of the system, a moved folder) is made anew.
install:
	@if ! $(PY) -c '$(FITS)' 2>/dev/null; then \
		test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 with its venv module is needed" \
			"(on Debian and Ubuntu: apt install python3-venv)."; exit 1; }; \
		rm -f "$(VENV)/installed.txt" && "$(PYTHON)" -m venv --clear "$(VENV)"; \
	fi
	@cmp -s requirements/dev.txt "$(VENV)/installed.txt" || { \
		echo "Installing what requirements/dev.txt pins ..." && \
		$(PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
			-r requirements/dev.txt && \
		cp requirements/dev.txt "$(VENV)/installed.txt"; }

demo: install
	@BOT_DEMO_PORT="$(BOT_DEMO_PORT)" $(PY) -m bot demo

test: install
	$(PY) -m pytest -n auto --dist loadgroup "$(TESTS)"

lint: install
	$(PY) -m ruff format --check .
	$(PY) -m ruff check .
	$(PY) -m mypy
	$(PY) -m bot check --offline

format: install
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

# QUESTIONS=folder compares search on the questions.jsonl of that folder too.
# DELIVERY="--people 10000" for a shorter campaign of delivery.
# BENCH="--only screens" for a part of the bars of speed, BENCH=--huge for a million people besides.
bench: install
	$(PY) -m benchmarks $(BENCH)
	$(PY) -m benchmarks.delivery $(DELIVERY)
	$(if $(QUESTIONS),$(PY) -m benchmarks.search "$(QUESTIONS)")

# The same bars with fewer rounds and smaller databases.
bench-short: install
	$(PY) -m benchmarks --short $(BENCH)

# SOAK_MINUTES=60 for an hour.
soak: install
	$(PY) -m benchmarks.soak
	$(PY) -m benchmarks.faults $(FAULTS)

# Every fault under load on both databases, as a table (docs/operations.md#faults). FAULTS="--rounds 5" for more of each,
# FAULTS=--short for a few of them (.ci/run plays those), FAULTS='--only "kill -9" --database sqlite' for some.
faults: install
	$(PY) -m benchmarks.faults $(FAULTS)

# A cluster on this machine, its primary killed under load (docs/operations.md#scale). Needs Debian's postgresql, patroni,
# etcd-server and haproxy: CLUSTER=--install installs them (as root). CLUSTER="--rounds 5" for more rounds.
cluster: install
	$(PY) -m deploy.cluster campaign $(CLUSTER)

# Tools for the supply chain stay out of `make install`: they have a small environment and a lock of their own.
AUDIT_VENV ?= build/audit-venv
AUDIT_PY := "$(AUDIT_VENV)/bin/python"
audit-tools: install
	@if ! $(AUDIT_PY) -c '$(FITS)' 2>/dev/null; then \
		rm -f "$(AUDIT_VENV)/installed.txt" && $(PY) -m venv --clear "$(AUDIT_VENV)"; \
	fi
	@cmp -s requirements/audit.txt "$(AUDIT_VENV)/installed.txt" || { \
		echo "Installing what requirements/audit.txt pins ..." && \
		$(AUDIT_PY) -m pip install --quiet --disable-pip-version-check --require-hashes --only-binary :all: \
			-r requirements/audit.txt && \
		cp requirements/audit.txt "$(AUDIT_VENV)/installed.txt"; }

# Known weaknesses of what is pinned. Asks PyPI over the network; AUDIT="-s osv" asks osv.dev instead, and
# AUDIT="-s osv --osv-url ..." a copy of it. --strict: a package that could not be looked up is a failure too.
audit: audit-tools
	@$(AUDIT_PY) -m pip_audit --strict --disable-pip --require-hashes --progress-spinner off $(AUDIT) \
		-r requirements/run.txt -r requirements/dev.txt -r requirements/audit.txt \
	|| { echo "make audit: a weakness was found, or the service did not answer for every package (see above)." \
		"Nothing was shown to be safe." >&2; exit 1; }

# What runs, with hashes and licences, as CycloneDX JSON. Needs no network once the tools are installed.
sbom: audit-tools
	@$(AUDIT_PY) requirements/bill.py $(PY) build/sbom.json

# Needs uv on the path. Newest versions that fit pyproject.toml, for Python 3.11 to 3.13, without any index's address.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --upgrade \
	--no-header --no-annotate
lock:
	@command -v uv >/dev/null || { echo "make lock needs uv: see https://docs.astral.sh/uv/"; exit 1; }
	$(LOCK) pyproject.toml --group dev --output-file requirements/dev.txt
	$(LOCK) pyproject.toml --constraints requirements/dev.txt --output-file requirements/run.txt
	$(LOCK) --group audit --output-file requirements/audit.txt

clean:
	rm -rf "$(VENV)" build .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
