# One environment (.venv), made here; a stamp file per purpose keeps the second call quick.
PYTHON ?= python3
VENV ?= .venv
# Tests of screens mostly wait for the screen: four at a time keep two cores busy.
JOBS ?= 4
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check
CODE := src tests bench

# Compiled modules are half of a quick start; some machines switch them off for everything.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check format snapshots readme bench bench-check backtest decisions system-deps clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' $(MAKEFILE_LIST) | \
		while IFS='|' read -r target words; do printf '%-18s %s\n' "$$target" "$$words"; done

run: $(VENV)/.ready-to-run ## open the workbench on the demo company
	@$(BIN)/dispatch-tui demo

test: $(VENV)/.ready-to-test check ## everything that CI runs: checks, then all tests
	$(BIN)/python -m pytest -n $(JOBS) $(PYTEST_ARGS)

check: $(VENV)/.ready-to-test ## ruff, strict mypy, import contracts
	$(BIN)/ruff check $(CODE)
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.ready-to-test ## put the code into ruff's format
	$(BIN)/ruff check --fix $(CODE)
	$(BIN)/ruff format $(CODE)

snapshots: $(VENV)/.ready-to-test ## take the screens' reference pictures anew
	$(BIN)/python -m pytest -n $(JOBS) tests/face --snapshot-update

readme: $(VENV)/.ready-to-test ## write the README's key table from the action registry
	@$(BIN)/python -m tests.support.readme

bench: $(VENV)/.ready-to-test ## our figures beside the goals
	@$(BIN)/python -m bench

bench-check: $(VENV)/.ready-to-test ## as bench, and fail where a promised figure is missed
	@$(BIN)/python -m bench --check

backtest: $(VENV)/.ready-to-test ## failure forecasts against what real repair logs did next
	@$(BIN)/python -m bench.backtest

decisions: $(VENV)/.ready-to-test ## what was decided on made-up fleets against their stated truth
	@$(BIN)/python -m bench.decisions

system-deps: ## what only the system's packages have (tmux)
	@sh .ci/system-deps tmux

clean: ## remove what the tools made, the environment apart
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache snapshot_report.html
	find $(CODE) -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.ready-to-run: pyproject.toml | $(BIN)/python
	$(PIP) --editable .
	@touch $@

$(VENV)/.ready-to-test: pyproject.toml | $(BIN)/python
	$(PIP) --editable '.[dev]'
	@touch $@ $(VENV)/.ready-to-run
