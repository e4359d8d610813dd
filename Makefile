# ivrkit: `make demo` shows it, `make test` proves it. Both install what is missing.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

.PHONY: help demo test test-fast soak bench docs lint format clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 14

$(STAMP): pyproject.toml constraints.txt
	@command -v $(PYTHON) >/dev/null || { echo "Please install Python 3.11 or later"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Python 3.11 or later is needed; set PYTHON=…"; exit 1; }
	@test -x $(BIN)/python || { echo "Making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "Installing Python packages"
	@$(BIN)/pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

.PHONY: system system-demo
system:
	@sh .ci/install-system.sh

system-demo:
	@sh .ci/install-system.sh demo

demo: system-demo $(STAMP)  ## a live Asterisk, flows that answer, a call shown step by step
	@$(BIN)/python -m ivrkit demo

test: system $(STAMP) lint  ## everything: the walls, the rooms, then live calls
	@$(BIN)/python -m pytest -m "not live" -n 3 --dist loadfile
	@# Live tests wait much and reckon little: more workers than cores.
	@$(BIN)/python -m pytest -m "live and not alone" -n 3 --dist worksteal
	@$(BIN)/python -m pytest -m "live and alone"

test-fast: $(STAMP)  ## what needs no Asterisk
	@$(BIN)/python -m pytest -m "not live" -n 3 --dist loadfile

soak: system $(STAMP)  ## the proofs by repetition, in full: hours
	@IVRKIT_SOAK=1 $(BIN)/python -m pytest -m soak --timeout 7200

bench: system $(STAMP)  ## how fast, beside a reference in the same run
	@$(BIN)/python -m bench

docs: $(STAMP)  ## make the generated pages of docs/ anew
	@$(BIN)/python -m docs.generator

lint: $(STAMP)  ## ruff and mypy
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: $(STAMP)  ## lay the code out
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

clean:  ## remove what was made here (the private Asterisk in ~/.cache stays)
	rm -rf $(VENV) build dist *.egg-info .demo .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
