# Everything runs in .venv, which any target that needs it makes: Python 3.11 or newer and make are enough.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
SANDBOX := $(BIN)/wechatpay-sandbox

.DEFAULT_GOAL := help
.PHONY: help demo test chromium pictures sdk foreign install serve lint format scenarios audit-matrix bench docs check

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(READY) ## Watch one payment from login to notification
	@$(SANDBOX) demo

test: $(READY) chromium ## Run all tests
	@$(BIN)/python -m pytest

chromium: ## Install what tests/browser need, where that can be done (Debian, as root); they are skipped otherwise
	@for p in "$$CHROMIUM" chromium chromium-browser google-chrome; do \
		test -n "$$p" && command -v "$$p" >/dev/null && exit 0; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "installing chromium and a Chinese font for tests/browser"; \
		apt-get update -qq >/dev/null 2>&1; DEBIAN_FRONTEND=noninteractive timeout 600 apt-get install -qq -y \
			--no-install-recommends chromium fonts-noto-cjk >/dev/null 2>&1 \
			|| echo "chromium could not be installed: tests/browser will be skipped"; \
	else echo "no Chromium here, and not root with apt-get: tests/browser will be skipped"; fi

pictures: $(READY) chromium ## Take the pictures in docs/img anew
	@$(BIN)/python -m pytest tests/browser/test_pictures.py --pictures docs/img

sdk: $(READY) ## Run other people's SDKs against the sandbox; MATRIX=docs/sdk-matrix.md writes what came of it
	@$(BIN)/python -m pytest tests/sdk $(if $(MATRIX),--matrix $(MATRIX))

install: $(READY) ## Make .venv with the command wechatpay-sandbox in it

serve: $(READY) ## Run the sandbox on http://127.0.0.1:8686
	@$(SANDBOX) serve

lint: $(READY) ## Check style and types
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check
	@$(BIN)/mypy

format: $(READY) ## Put imports and lines in order
	@$(BIN)/ruff check --fix
	@$(BIN)/ruff format

foreign: $(READY) ## Tell the stories to two shops on public SDKs, and write docs/foreign-merchants.*
	@cd tests/foreign && npm install --no-package-lock --no-audit --no-fund --loglevel=error
	@PYTHONPATH=tests/foreign $(BIN)/python tests/foreign/findings.py

scenarios: $(READY) ## Tell every shipped story to the bundled shop
	@$(SANDBOX) scenario run scenarios/

audit-matrix: $(READY) ## Audit the bundled shop with every mistake that a probe must find: probes by flaws
	@$(SANDBOX) audit --controls

bench: $(READY) ## Measure against the budgets; BENCH=--smoke or BENCH=--full for less or more
	@$(BIN)/python -m bench $(BENCH)

docs: $(READY) ## Write the reference pages of docs/ anew from the program
	@$(BIN)/python -m sandbox.cli.reference

check: lint test scenarios ## Everything that must be green before a change goes in

$(READY): pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: install it, or name it: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "setting up $(VENV) ($(PYTHON))"
	@$(PYTHON) -m venv $(VENV) || { echo "$(PYTHON) cannot make virtual environments: install its venv module (Debian: python3-venv)" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@
