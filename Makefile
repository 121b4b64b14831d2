# Everything a person types. The work itself is in Python: export/install.py sets up, python -m export and export.site build.
PORT ?= 8000
VARIANT ?= lenet5
BUDGET ?= 25m
RUN := .venv/bin/python

# The first Python that is new enough: the one asked for, else python3, else one with its version in its name.
override PYTHON := $(or $(shell for python in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done),missing)

.DEFAULT_GOAL := help
.PHONY: help install serve site dev addresses test check train train-all bench clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile

install: ## what every other target needs: Python packages in .venv, npm packages in node_modules
ifeq ($(PYTHON),missing)
	@echo "Python 3.11 or later is needed and was not found: install it, or name it with PYTHON=/path/to/python3." >&2; exit 1
else
	@$(PYTHON) -m export.install
endif

serve: install ## the site at http://127.0.0.1:8000/ (PORT= for another port)
	@$(RUN) -m export.site serve --port $(PORT)

site: install ## the site in build/site, for a host (SITE_URL=https://… where it will stand)
	@$(RUN) -m export
	@$(RUN) -m export.site build

dev: install ## the same while writing: a saved file is on the page within seconds
	@$(RUN) -m export.site dev --port $(PORT)

addresses: site ## add the new addresses of the built site to docs/addresses.txt; published ones stay
	@$(RUN) -m export.addresses

test: site ## every test: Python, JavaScript, and a real browser on the built site
	@$(RUN) -m export.install browser
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm test --silent
	@$(RUN) -m pytest

check: install ## formatting and types, in seconds
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy
	@PATH="$(CURDIR)/.venv/bin:$$PATH" npm run --silent check

train: install ## VARIANT=lenet5: train one variant, measure it, write its weights and card
	@$(RUN) -m models.training train $(VARIANT)

train-all: install ## BUDGET=25m: train whatever is missing or below its target, best gain first
	@$(RUN) -m models.training train-all --budget $(BUDGET)

bench: site ## speed of every exported model (native, browser, TensorFlow.js), weight of pages, time to build
	@$(RUN) -m tests.bench

clean: ## throw away everything that was generated or installed
	rm -rf build .venv node_modules .mypy_cache .pytest_cache .ruff_cache
