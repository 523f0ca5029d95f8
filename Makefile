# The developer's verbs. `make up` is the only one that a newcomer needs to know.
VENV   := .venv
PYTHON ?= python3.11
BIN    := $(VENV)/bin
KAFKA  ?= $(or $(TANDEM_KAFKA),memory)
POSTGRES ?= $(TANDEM_POSTGRES)
JOBS   ?= 0
IMAGES := outlook_connector espo_connector reconciler teams_meeting console tandem
LOCK   := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --generate-hashes --no-emit-index-url --python-version 3.11 --quiet

.DEFAULT_GOAL := help
.PHONY: help setup up smoke chaos test bench load lint histories lives fuzz scenarios mutants extension docs screenshots format lock clean

help:  ## what can be said to make
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 13

setup: $(VENV)/.ready  ## virtual environment with the locked dependencies

$(VENV)/.ready: requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

up: setup  ## run everything locally (KAFKA=memory, apache or HOST:PORT; POSTGRES=URL)
	@$(BIN)/tandem up --kafka $(KAFKA) $(if $(POSTGRES),--postgres $(POSTGRES))

smoke: setup  ## drive both sides as two people would, and check
	@$(BIN)/tandem smoke --kafka $(KAFKA)

chaos: setup  ## everything goes wrong while people work, on real Kafka (SECONDS=180, SEED=NUMBER to repeat a run)
	@$(BIN)/python -m tools.chaos --seconds $(or $(SECONDS),180) $(if $(SEED),--seed $(SEED))

test: setup  ## every test, one after the other (JOBS=2 for two at a time)
	$(BIN)/python -m pytest --numprocesses $(JOBS)

bench: setup  ## what is measured, beside this machine's limits, in build/bench.md (15 minutes; QUICK=1 for two, KAFKA=memory)
	@$(BIN)/python -m tools.bench --form $(if $(QUICK),quick,full) $(if $(findstring command,$(origin KAFKA)),--kafka $(KAFKA))

load: setup  ## thousands connected and at work while one mailbox is throttled and one imports, on real Kafka, in build/load.md (ACCOUNTS=10000)
	@$(BIN)/python -m tools.load --form full $(if $(ACCOUNTS),--accounts $(ACCOUNTS))

lint: setup  ## style, types, import rules, unused dependencies, spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/codespell

histories: setup  ## lives of a small company around the rules, from a seed (COUNT=, SEED=, AGAIN=name of one)
	@PYTHONPATH=tests $(BIN)/python -m support.company --count $(or $(COUNT),100000) --seed $(or $(SEED),1) $(if $(AGAIN),--again $(AGAIN))

lives: setup  ## the whole system in one process, step by step from a seed (COUNT=, SEED= of the first, EXTENSION=yes|no, WHOLE=1 tells every step)
	@PYTHONHASHSEED=0 PYTHONPATH=tests $(BIN)/python -m simulation --count $(or $(COUNT),100) --seed $(or $(SEED),1) $(if $(EXTENSION),--extension $(EXTENSION)) $(if $(WHOLE),--whole)

fuzz: setup  ## rubbish into every entrance, fifty times as much as the tests send; says how much was sent where
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/fuzz.txt
	@HYPOTHESIS_PROFILE=long $(BIN)/python -m pytest -n0 --timeout 3600 tests/fuzz

scenarios: setup  ## the tests of the scenario catalogue and of the rules, and how every row of both stands
	@$(BIN)/python -m pytest -m "scenario or rule" --catalogue

mutants: setup  ## small mistakes in the core that a test has to notice (CORE="decide merge": of these modules only)
	@nice $(BIN)/python -m tools.mutants $(CORE)

extension: setup  ## the package that EspoCRM's administrator installs, in dist/
	@$(BIN)/python espo-extension/build.py

format: setup  ## let ruff rewrite what it can
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup  ## resolve the newest versions and lock them with hashes, for developers and for each image
	$(LOCK) --all-extras --group dev --upgrade pyproject.toml --output-file requirements/dev.txt
	echo hatchling | $(LOCK) --constraint requirements/dev.txt - --output-file requirements/build.txt
	echo atheris | $(LOCK) --constraint requirements/dev.txt - --output-file requirements/fuzz.txt
	for image in $(IMAGES); do \
	  $(LOCK) --extra $$image --constraint requirements/dev.txt pyproject.toml --output-file requirements/$$image.txt; \
	done

docs: setup  ## the pages, dashboards and rules that are made from the code
	$(BIN)/python -m tools.docs
	$(BIN)/python -m tandem.monitoring

screenshots: setup  ## the two pictures of the README, taken with Chromium
	$(BIN)/python -m tools.screenshots

clean:  ## forget the virtual environment and every local run
	rm -rf $(VENV) .local
