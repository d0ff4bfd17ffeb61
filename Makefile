# make run | test | test-compose | check | bench    each makes what it needs; `make clean` takes it away again
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run test test-compose check bench lock format clean

run: $(VENV)/run.stamp
	$(BIN)/border-sim run --out runs/first --force

test: $(VENV)/dev.stamp
	$(BIN)/python -m pytest $(SPREAD)

# A process a processor, each with a broker of its own and so a gigabyte of memory; the tests of a file, which share what
# they made, stay together.
SPREAD := --numprocesses auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

# What needs a Docker engine: the image, and the whole stack. One after the other, since they share images and processors.
test-compose: $(VENV)/dev.stamp
	$(BIN)/python -m pytest -m compose tests/integration/compose

check: $(VENV)/dev.stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python tests/freshness.py

bench: $(VENV)/dev.stamp
	$(BIN)/python -m tests.benchmarks

format: $(VENV)/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The lock files hold hashes and no address of a registry. The last is what the Dockerfile builds the wheel with.
lock: $(VENV)/dev.stamp
	$(BIN)/pip-compile $(LOCK) --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock pyproject.toml
	$(BIN)/pip-compile $(LOCK) --build-deps-for wheel --only-build-deps --constraint requirements-dev.lock \
		--output-file requirements-build.lock pyproject.toml

LOCK := --quiet --upgrade --generate-hashes --allow-unsafe --strip-extras --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

$(VENV)/pyvenv.cfg:
	$(PYTHON) -m venv $(VENV)

$(VENV)/run.stamp: requirements.lock pyproject.toml $(VENV)/pyvenv.cfg
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --editable .
	touch $@

$(VENV)/dev.stamp: requirements-dev.lock $(VENV)/run.stamp
	$(INSTALL) --require-hashes -r requirements-dev.lock
	touch $@

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
