# Two commands on a fresh machine: `make run` starts the helpline, `make test` proves it. `make help` lists all.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check -q
LOCK := $(wildcard requirements.lock.txt)

.DEFAULT_GOAL := help
.PHONY: help venv run test lint types bench clean browser proof mutants soak points safety-case

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

run: $(VENV)/.run-installed ## start the whole helpline on this machine
	@$(BIN)/helpline run

venv: $(VENV)/.test-installed ## make the environment, with the `helpline` command, in .venv

test: venv browser lint types ## run every check and the whole test suite
	@echo "Testing …"
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile $(PYTEST)

lint: venv ## read the code for faults
	@echo "Reading the code …"
	@$(BIN)/ruff check .

types: venv ## check the types
	@echo "Checking types …"
	@$(BIN)/mypy helpline worker.py

browser: venv
	@$(BIN)/python tests/browser_setup.py

bench: venv ## measure against floors in the same run; a table, and JSON in build/
	@$(BIN)/python -m tests.bench $(BENCH)

soak: venv ## kill workers a thousand times amid carrier faults and judge every text (SOAK="--kills 200 --seed 2")
	@PYTHONPATH=. $(BIN)/python -m tests.workers.soak $(SOAK)

proof: venv ## prove the safety properties of the content, as JSON in build/proof.json
	@mkdir -p build
	@$(BIN)/helpline flows explore >build/proof.json

mutants: venv ## break rules, questions, guards and words one by one; name what nobody notices
	@$(BIN)/python -m tests.mutants

points: venv ## work out again what words weigh, from the labelled messages in tests/corpus/
	@PYTHONPATH=. $(BIN)/python tests/corpus/learn.py

safety-case: venv ## make the document that a clinical lead reads and signs, in build/ (PROOF=report.json: a proof made before)
	@mkdir -p build
	@echo "Counting what is understood of the labelled sentences …"
	@PYTHONPATH=. $(BIN)/python tests/corpus/score.py --json >build/understanding.json
	@$(if $(PROOF),,echo "Proving the safety properties: about a minute …")
	@$(BIN)/helpline flows safety-case --pdf --understanding build/understanding.json $(if $(PROOF),--proof $(PROOF))

clean: ## remove the environment and what was built; conversations in var/ stay
	rm -rf $(VENV) build .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo "Python is missing: install Python 3.11 or newer, or name it, as in: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "$$($(PYTHON) --version) is too old: the helpline needs Python 3.11 or newer, as in: make PYTHON=python3.12"; exit 1; }
	@echo "Making the environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { \
	  rm -rf $(VENV); echo "Python cannot make environments here: install its venv module (on Debian: apt install python3-venv)."; exit 1; }

$(VENV)/.run-installed: requirements.txt $(LOCK) pyproject.toml | $(BIN)/python
	@echo "Installing the pinned requirements (half a minute or so) …"
	@$(PIP) install -r requirements.txt $(if $(LOCK),-c $(LOCK)) || { \
	  echo "Installing failed: see above. Is this machine on the network?"; exit 1; }
	@$(PIP) install --no-deps --config-settings editable_mode=compat -e .
	@touch $@

$(VENV)/.test-installed: requirements-dev.txt $(VENV)/.run-installed
	@echo "Installing what the tests need …"
	@$(PIP) install -r requirements-dev.txt $(if $(LOCK),-c $(LOCK))
	@touch $@
