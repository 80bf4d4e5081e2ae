# The one way in. Written for GNU make 3.81, so that macOS's own make does.
# `make help` lists the targets. Everything is installed into .venv in this folder, from locks with hashes.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check
SERVE ?= yes
ARGS ?=
NAMES ?=

.DEFAULT_GOAL := help
# Steps build on each other, and the tests use both cores themselves.
.NOTPARALLEL:
.PHONY: help setup demo test check bench screenshots lock messages compile assets clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup: .venv/dev.stamp .venv/browser.stamp assets compile ## install what the tests and checks need

demo: .venv/demo.stamp assets compile ## set everything up and run the demonstration (SERVE=no stops before serving)
	@$(BIN)/bangfu demo $(if $(filter no,$(SERVE)),--no-serve,)

test: setup ## set everything up and pass every test (ARGS="-k word" narrows)
	@$(BIN)/python -m tools.run_tests $(ARGS)

check: .venv/dev.stamp ## format, lint, types, import contracts, sizes, SQL, messages, migrations
	@$(BIN)/python -m tools.run_checks $(ARGS)

bench: setup ## measure every promise, or NAMES="one two"
	@$(BIN)/bangfu bench $(NAMES)

screenshots: setup ## pictures of every page in both languages at every width into shots/ (ARGS="area" narrows)
	@d=$$(mktemp -d); DJANGO_SETTINGS_MODULE=bangfu.config.settings BANGFU_HOME=$$d $(BIN)/python -m tools.pages.screenshots $(ARGS); c=$$?; rm -rf $$d; exit $$c

lock: .venv/dev.stamp ## resolve the locks again from pyproject.toml and package.json
	@$(BIN)/python -m tools.lock $(ARGS)

messages: .venv/dev.stamp ## collect the messages of every app for translation, then compile them
	@$(BIN)/python -m tools.messages make
	@$(BIN)/python -m tools.messages compile

compile: | .venv/bin/pip
	@$(BIN)/python -m tools.messages compile

assets: node_modules/.bangfu.stamp

clean: ## remove what these commands made, except an instance's state in var
	rm -rf .venv node_modules src/bangfu/web/static/vendor .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
	find src -name '*.mo' -exec rm -f {} +

# Stamps follow the locks: a second run does nothing, a changed lock installs again.

.venv/bin/pip:
	@PYTHON="$(PYTHON)" sh tools/system.sh venv gettext
	@echo "making .venv"
	@$(PYTHON) -m venv .venv

.venv/demo.stamp: requirements/demo.txt pyproject.toml | .venv/bin/pip
	@PYTHON="$(PYTHON)" sh tools/system.sh venv gettext fonts
	@echo "installing requirements/demo.txt"
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements/demo.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev.stamp: requirements/dev.txt pyproject.toml | .venv/bin/pip
	@PYTHON="$(PYTHON)" sh tools/system.sh venv gettext git
	@echo "installing requirements/dev.txt"
	@$(PIP) install --quiet --no-compile --require-hashes -r requirements/dev.txt
	@$(PIP) install --quiet --no-deps --no-build-isolation --editable .
	@touch $@ .venv/demo.stamp

.venv/browser.stamp: .venv/dev.stamp
	@sh tools/system.sh browser driver fonts office
	@touch $@

node_modules/.bangfu.stamp: package-lock.json src/bangfu/web/assets.py | .venv/bin/pip
	@echo "fetching the browser files of package-lock.json"
	@$(BIN)/python -m bangfu.web.assets >/dev/null
	@touch $@
