# Every target does its own set-up; the environment is made once, in .venv.

PYTHON ?= python3
ENV := .venv/bin
WORKERS ?= auto

.PHONY: verify test check style format types layers generated coverage docs generate picture bench fuzz

verify: .venv/made  ## The worked example: build it, migrate it, verify it, roll it back
	$(ENV)/python -m pytest -q expectations.yaml behaviour.expectations.yaml

test: .venv/made  ## The whole test suite
	$(ENV)/python -m pytest -q -n $(WORKERS) tests

check: style format types layers generated  ## Everything that needs no database, as .pre-commit-config.yaml runs it

style: .venv/made  ## The rules of ruff
	$(ENV)/ruff check .

format: .venv/made  ## Whether ruff would write a file otherwise
	$(ENV)/ruff format --check .

types: .venv/made  ## mypy, strict
	$(ENV)/mypy

layers: .venv/made  ## Which module may import which: the contracts of pyproject.toml
	$(ENV)/lint-imports

generated: .venv/made  ## Whether docs/ and the JSON Schema are what the code says
	$(ENV)/python -m tools.generate --check

coverage: .venv/made  ## Lines of the plugin that its own tests run; pyproject.toml has the floor
	$(ENV)/coverage erase
	$(ENV)/coverage run -m pytest -q -n 0 tests/plugin/test_internals.py tests/plugin/test_plugin.py tests/plugin/test_updating.py tests/cli/test_coverage.py
	$(ENV)/coverage combine -q
	$(ENV)/coverage report

generate: .venv/made  ## Write docs/ and the JSON Schema from the code and the pages
	$(ENV)/python -m tools.generate

docs: .venv/made .venv-docs/made  ## The site, built into site/ and looked through; `python -m http.server -d site` shows it
	$(ENV)/python -m tools.site gather
	.venv-docs/bin/zensical build --clean --strict
	$(ENV)/python -m tools.site check

picture: .venv/made  ## Draw docs/picture.svg anew: what a run of README's example prints
	$(ENV)/python -m tools.picture

fuzz: .venv/made  ## Look for inputs that the product does not survive, for an hour
	$(ENV)/python -m tools.fuzz

bench: .venv/made  ## Ratios against pgTAP and stock pytest; see bench/RESULTS.md
	$(ENV)/python -m bench

.venv/made: pyproject.toml tools/environment.sh
	sh tools/environment.sh $(PYTHON)
	touch .venv/made

.venv-docs/made: pyproject.toml .venv/made
	.venv/bin/python -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-docs/bin/python -m pip install --quiet --group docs
	touch .venv-docs/made
