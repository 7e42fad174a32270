# Two commands on a clean clone, needing only Python 3.11 or newer and make: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
NOTEBOOK_READY := $(VENV)/.ready-notebook
DEV_READY := $(VENV)/.ready-dev
NOTEBOOK := notebooks/forste_blikk.py

.PHONY: demo test venv lint format ui notebook clean lock

demo: $(READY)
	$(BIN)/aktivitet demo

# Only what `demo` sets up first.
venv: $(READY)

test: lint
	$(BIN)/python -m pytest

lint: $(DEV_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/sqlfmt --check --quiet sql
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(DEV_READY)
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .
	$(BIN)/sqlfmt --quiet sql

ui: $(READY)
	$(BIN)/aktivitet ui

# A notebook in the browser, with what that needs; NOTEBOOK=notebooks/forlop.py is another.
notebook: $(NOTEBOOK_READY)
	$(BIN)/marimo edit $(NOTEBOOK)

# A lock holds every version with its hash and no address, so any package index or mirror serves it; the larger ones hold
# all of the smaller. What has been installed is said by an empty file that is made last and taken away first: a .venv
# without one was left half made, and is made anew.
define INSTALL
test -e $(READY) || $(PYTHON) -m venv --clear $(VENV)
rm -f $(READY) $(NOTEBOOK_READY) $(DEV_READY)
$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
endef

$(READY): requirements.lock pyproject.toml
	$(INSTALL)
	touch $@

$(NOTEBOOK_READY): requirements-notebook.lock pyproject.toml
	$(INSTALL)
	touch $(READY) $@

$(DEV_READY): requirements-dev.lock pyproject.toml
	$(INSTALL)
	touch $(READY) $(NOTEBOOK_READY) $@

COMPILE = $(BIN)/uv pip compile --quiet --universal --no-strip-extras --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --extra build pyproject.toml --output-file

lock: $(READY)
	$(BIN)/python -m pip install --quiet uv
	$(COMPILE) requirements.lock
	$(COMPILE) requirements-notebook.lock --extra notebook --constraint requirements.lock
	$(COMPILE) requirements-dev.lock --extra notebook --extra dev --constraint requirements-notebook.lock

clean:
	rm -rf $(VENV) .pytest_cache .hypothesis .mypy_cache .ruff_cache *.egg-info
