# Every target does its own set-up; the environment is made once, in .venv.

PYTHON ?= python3
ENV := .venv/bin
WORKERS ?= auto
# Where Python is told to write no bytecode, each of the many processes that tests start would compile everything anew.
export PYTHONDONTWRITEBYTECODE :=
# The rows of tox.ini, and the part of the tests that runs on each: the whole suite takes most of an hour, and what depends
# on pytest or Python is how the plugin is loaded, what it uses of pytest's internals, how items are collected, run and
# reported, and one run with workers.
ROWS ?= py311,py312,py313,oldest,pytest84,pytest90
PART := tests/plugin/test_internals.py tests/plugin/test_inert.py tests/plugin/test_plugin.py \
    tests/plugin/test_xdist.py::test_two_workers_find_what_one_process_finds_on_one_server

.PHONY: verify test check style format types layers generated workflows rows versions coverage docs generate picture bench fuzz \
    dist installed changelog notes release-page

verify: .venv/user  ## The worked example: build it, migrate it, verify it, roll it back
	$(ENV)/python -m pytest -q expectations.yaml behaviour.expectations.yaml

test: .venv/made  ## The whole test suite
	$(ENV)/python -m pytest -q -n $(WORKERS) --durations=30 --durations-min=1 tests

check: style format types layers generated workflows  ## Everything that needs no database, as .pre-commit-config.yaml runs it

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

workflows: .venv/made  ## Whether GitHub can read .github/ and action.yml, and what zizmor says of their security
	$(ENV)/check-jsonschema --quiet --builtin-schema vendor.github-workflows .github/workflows/*.yml
	$(ENV)/check-jsonschema --quiet --builtin-schema vendor.dependabot .github/dependabot.yml
	$(ENV)/check-jsonschema --quiet --builtin-schema vendor.github-issue-forms $(filter-out %/config.yml,$(wildcard .github/ISSUE_TEMPLATE/*.yml))
	$(ENV)/check-jsonschema --quiet --builtin-schema vendor.github-issue-config .github/ISSUE_TEMPLATE/config.yml
	$(ENV)/check-jsonschema --quiet --builtin-schema vendor.github-actions action.yml
	$(ENV)/zizmor --quiet --offline .github action.yml

rows: .venv-tox/made  ## The plugin on every Python and on several versions of pytest; MISSING=true leaves out what is not here
	.venv-tox/bin/tox run --skip-missing-interpreters $(or $(MISSING),false) -e $(ROWS) -- $(PART)

versions: .venv/made  ## The catalog reader, all pages and the comparison on every version of PostgreSQL
	bash tools/versions.sh

coverage: .venv/made  ## Lines of the plugin that its own tests run; pyproject.toml has the floor
	$(ENV)/coverage erase
	$(ENV)/coverage run -m pytest -q -n 0 tests/plugin/test_internals.py tests/plugin/test_plugin.py tests/plugin/test_object_items.py tests/plugin/test_updating.py tests/cli/test_coverage.py tests/reports/formats/test_report_files.py tests/reports/formats/test_compared.py
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

dist: .venv/made  ## The sdist, and the wheel that is built from it, both looked through
	rm -rf dist
	$(ENV)/python -m build
	$(ENV)/twine check --strict dist/*
	$(ENV)/check-wheel-contents dist

installed: .venv/made  ## What `make dist` has built, installed into a new environment and run
	SCHEMAVERIFY_TEST_DIST=dist $(ENV)/python -m pytest -q tests/test_wheel.py

changelog: .venv/made  ## CHANGELOG.md from changelog/, whose files go away; ONLY=--draft prints it and changes nothing
	$(ENV)/towncrier build $(or $(ONLY),--yes)

notes:  ## What CHANGELOG.md says of the version TAG, into build/notes.md
	@mkdir -p build
	python3 -m tools.release "$(TAG)" > build/notes.md

release-page: notes  ## The page of the release TAG on GitHub, with what is in dist/
	gh release create "$(TAG)" dist/* --verify-tag --title "$(TAG)" --notes-file build/notes.md

fuzz: .venv/made  ## Look for inputs that the product does not survive, for an hour
	$(ENV)/python -m tools.fuzz

bench: .venv/made  ## Ratios against pgTAP and stock pytest; see bench/RESULTS.md
	$(ENV)/python -m bench

# What a user installs, and nothing else.
.venv/user: pyproject.toml tools/environment.sh
	sh tools/environment.sh $(PYTHON)
	touch .venv/user

# Where there is no pip in it, that of $(PYTHON) has made it.
.venv/made: .venv/user
	$(ENV)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m pip --python $(ENV)/python install --quiet pip
	$(ENV)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(ENV)/python -m pip install --quiet --group test --group lint
	touch .venv/made

.venv-tox/made: .venv/made
	.venv/bin/python -m venv .venv-tox
	.venv-tox/bin/python -m pip install --quiet 'tox>=4.22'
	touch .venv-tox/made

.venv-docs/made: pyproject.toml .venv/made
	.venv/bin/python -m venv .venv-docs
	.venv-docs/bin/python -m pip install --quiet --upgrade 'pip>=25.1'
	.venv-docs/bin/python -m pip install --quiet --group docs
	touch .venv-docs/made
