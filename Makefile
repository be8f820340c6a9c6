# Every target does its own set-up; the environment is made once, in .venv.

PYTHON ?= python3
ENV := .venv/bin
WORKERS ?= auto

.PHONY: verify test check generate bench fuzz

verify: .venv/made  ## The worked example: build it, migrate it, verify it, roll it back
	$(ENV)/python -m pytest -q expectations.yaml behaviour.expectations.yaml

test: .venv/made  ## The whole test suite
	$(ENV)/python -m pytest -q -n $(WORKERS) tests

check: .venv/made  ## Everything that needs no database: style, types, layers, generated files
	$(ENV)/ruff check .
	$(ENV)/ruff format --check .
	$(ENV)/mypy
	$(ENV)/lint-imports
	$(ENV)/python -m tools.generate --check

generate: .venv/made  ## Write docs/ and the JSON Schema from the code and the pages
	$(ENV)/python -m tools.generate

fuzz: .venv/made  ## Look for inputs that the product does not survive, for an hour
	$(ENV)/python -m tools.fuzz

bench: .venv/made  ## Ratios against pgTAP and stock pytest; see bench/RESULTS.md
	$(ENV)/python -m bench

.venv/made: pyproject.toml tools/environment.sh
	sh tools/environment.sh $(PYTHON)
	touch .venv/made
