# The verbs of the house; `make help` lists them.

# Python versions that pyenv keeps are found by uv when they are on the PATH.
PYENV := $(wildcard $(HOME)/.pyenv/versions/3.1[0-3]*/bin)
EMPTY :=
SPACE := $(EMPTY) $(EMPTY)
export PATH := $(if $(PYENV),$(subst $(SPACE),:,$(PYENV)):)$(PATH)
PYTHON ?= python3
RUN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help install install-servers run train index format check types docs test test-slow test-quick benchmark lock clean

help:  ## list the verbs
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

install:  ## install both environments, as locked
	@$(PYTHON) scripts/install.py

install-servers:  ## install the Debian packages that the tests' servers need (as root; else say what is missing)
	@$(PYTHON) scripts/install_servers.py

run: install  ## run everything on this machine and print the addresses
	@exec $(RUN)/okienko run

train: install  ## train the Rasa model when its inputs changed
	@$(RUN)/okienko train

format: install  ## format and mend what can be mended
	@$(RUN)/ruff format . && $(RUN)/ruff check --fix .

check: install  ## lint, format, types, import rules and articles
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/mypy
	@$(RUN)/lint-imports
	@$(RUN)/okienko knowledge lint --quiet $(LINT)

index:  ## build the search index when its inputs changed
	@$(RUN)/okienko knowledge search zus > /dev/null

docs: install  ## write the reference of the settings anew
	@$(RUN)/python -m scripts.settings_page

test: install install-servers  ## everything that CI runs
	@$(MAKE) --no-print-directory --jobs=2 check train index
	@$(RUN)/pytest --numprocesses=2 --dist=loadfile --no-loadscope-reorder -m 'not slow'

test-slow: install install-servers  ## the tests that take minutes each: upgrades and faults under load, a training under load
	@$(MAKE) --no-print-directory --jobs=2 train index
	@$(RUN)/pytest -m slow

test-quick: install  ## the tests that start no server
	@$(RUN)/pytest tests/unit

benchmark: install install-servers  ## measure everything briefly and write docs/performance.md (half an hour)
	@$(MAKE) --no-print-directory --jobs=2 train index
	@$(RUN)/python -m benchmarks.paper
	@$(RUN)/python -m benchmarks.paper search benchmarks.search --examples 12 --rasa 20
	@$(RUN)/python -m benchmarks.chat --repeats 3 --long 60 --write
	@$(RUN)/python -m benchmarks.mail --mails 120 --repeats 3 --write
	@$(RUN)/python -m benchmarks.desk --write postgresql:10000 postgresql:100000
	@$(RUN)/python -m benchmarks.day --share 0.05 --write
	@$(RUN)/python -m benchmarks.faults --write

lock: install  ## resolve both environments anew
	@$(PYTHON) scripts/install.py --lock

clean:  ## remove environments, models and data
	rm -rf .venv .tools .data bot/.venv
