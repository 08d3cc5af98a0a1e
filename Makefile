# Everything one does with this project, one word each. `make help` lists them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules

PYTHON := .venv/bin/python
SERVERS := $(PYTHON) -m config.servers run --name
WORKERS ?= 2
BENCHMARKS ?= engine whatif peers cycle settlement rounds grid tally allocation voting pages
LOCK := --generate-hashes --universal --python-version 3.12 --no-emit-index-url --no-header --no-annotate
# Two BLAS threads on a busy machine cost a factor of 16.
export OPENBLAS_NUM_THREADS := 1

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 14

demo: ## try it: private servers, Brazil 2021, web server, worker; Ctrl-C ends it
	@config/demo/environment.sh requirements-demo.txt
	@exec $(PYTHON) -m config.demo

demo-reset: ## delete the demo's data, so that the next `make demo` begins again
	@config/demo/environment.sh requirements-demo.txt
	@$(PYTHON) -m config.servers wipe --name demo

site: ## an empty instance on this machine, for a federation of your own; Ctrl-C ends it
	@config/demo/environment.sh requirements-demo.txt
	@exec $(PYTHON) -m config.demo site

site-reset: ## delete that instance's data
	@config/demo/environment.sh requirements-demo.txt
	@$(PYTHON) -m config.servers wipe --name site

packages: ## bring .venv up to date with the lock file that it was made from
	@config/demo/environment.sh

env: ## make .venv with everything for development
	@config/demo/environment.sh requirements-dev.txt

dev: env ## start private servers in the background and print their addresses
	@$(PYTHON) -m config.servers start --name dev

lint: env ## style, types, import arrows, migrations
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	.venv/bin/lint-imports
	$(SERVERS) lint -- $(PYTHON) -m mypy
	$(SERVERS) lint -- $(PYTHON) manage.py makemigrations --check --dry-run

test: env ## all quick tests, on private servers
	$(SERVERS) test -- $(PYTHON) -m pytest -n $(WORKERS) -m "not long" $(TESTS)

test-long: env ## chaos, load and fuzz tests, on private servers
	$(SERVERS) test -- $(PYTHON) -m pytest -m long $(TESTS)

queries: env ## count anew how often each page asks the database, and write it down: tests/queries/queries.tsv
	COMMONPLAN_QUERIES=anew $(SERVERS) test -- $(PYTHON) -m pytest -q -n 0 tests/queries

benchmarks: env ## print every table of docs/performance.md anew (two hours; BENCHMARKS="engine rounds" for some)
	@for name in $(BENCHMARKS); do echo; echo "== $$name"; $(SERVERS) benchmarks -- $(PYTHON) -m benchmarks.$$name || exit 1; done

pictures: env ## take the docs' pictures anew: a small demo of its own in Chromium (ten minutes)
	@$(PYTHON) -m config.servers wipe --name pictures
	@$(PYTHON) docs/take_pictures.py
	@$(PYTHON) -m config.servers wipe --name pictures

backup: packages ## archive the database (DATABASE_URL, or the demo's) into backups/
	@$(PYTHON) -m config.operations backup

restore: packages ## fill an empty database from an archive: make restore FILE=backups/….dump
	@$(PYTHON) -m config.operations restore $(or $(FILE),$(error Say which archive: make restore FILE=backups/….dump))

upgrade: packages ## after checking out new code: back up, migrate, check
	@$(PYTHON) -m config.operations upgrade

lock: ## write the lock files anew from pyproject.toml
	uv pip compile --quiet $(LOCK) pyproject.toml -o requirements.txt
	uv pip compile --quiet $(LOCK) --extra demo -c requirements.txt pyproject.toml -o requirements-demo.txt
	uv pip compile --quiet $(LOCK) --extra dev -c requirements-demo.txt pyproject.toml -o requirements-dev.txt

lock-newest: LOCK += --upgrade
lock-newest: lock ## the same with the newest versions that pyproject.toml allows

.PHONY: help demo demo-reset site site-reset packages env dev lint test test-long queries benchmarks pictures backup restore upgrade lock lock-newest
