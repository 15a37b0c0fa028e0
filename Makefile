# Everything here works on a fresh machine that has Python 3.11 or newer, make and a network.
# What is needed comes from requirements/*.txt into .venv, once; a lock file that changed comes again.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
.PHONY: help demo serve test test-fast test-long check bench lock clean

# The first of these that is new enough; `make PYTHON=/path/to/python3.12 …` names another.
NEW_ENOUGH = import sys; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(or $(firstword $(foreach python,python3 python3.14 python3.13 python3.12 python3.11,\
	$(shell $(python) -c '$(NEW_ENOUGH)' 2>/dev/null && echo $(python)))),python3)
PORT ?= 8000
ARGS ?=
# Without compiled modules each process that a test starts would compile all of them again.
unexport PYTHONDONTWRITEBYTECODE
PYTEST = .venv/bin/python -m pytest --numprocesses auto --dist worksteal

help: ## what there is to make
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-9s %s\n", $$1, $$2 }' Makefile

# `exec`: the program takes the place of make's shell, so that a signal to make reaches it.
demo: .venv/demo.installed ## the portal with a simulated VoipNow and three people to sign in as (PORT=8000)
	@exec .venv/bin/python manage.py demo$(if $(ARGS), $(ARGS))

serve: .venv/base.installed ## the portal for a real VoipNow: web and worker
	@exec .venv/bin/python manage.py serve

demo serve: export FAXPORTAL_BIND ?= 127.0.0.1:$(PORT)

test: .venv/dev.installed ## all tests; ARGS="tests/voipnow -k token" for some
	@$(PYTEST) $(ARGS)

test-fast: .venv/dev.installed ## the tests that take a minute: without browsers, without processes that are killed
	@$(PYTEST) --fast $(ARGS)

test-long: .venv/dev.installed ## the tests that never end by themselves, half an hour each (FAXPORTAL_TEST_SECONDS)
	@$(PYTEST) -m endless $(ARGS)

test-long: export FAXPORTAL_TEST_SECONDS ?= 1800

check: .venv/dev.installed ## formatting, lint, types, imports, migrations, templates, deploy check, stale locks
	.venv/bin/ruff format --check --quiet .
	.venv/bin/ruff check --quiet .
	.venv/bin/mypy --no-error-summary
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet templates
	.venv/bin/python tests/js/check_types.py
	.venv/bin/python manage.py makemigrations --check --dry-run
	.venv/bin/python manage.py check --deploy --fail-level WARNING
	.venv/bin/python requirements/lock.py --check

# What `check --deploy` judges is an office's portal; these keys protect nothing.
check: export FAXPORTAL_SECRET_KEY := not a secret: only the checks of this project use it
check: export FAXPORTAL_CREDENTIAL_KEYS := bm90IGEgc2VjcmV0OiBvbmx5IGNoZWNrcyB1c2UgaXQ=
check: export FAXPORTAL_RECORD_KEY := bm90IGEgc2VjcmV0OiBvbmx5IGNoZWNrcyB1c2UgaXQ=
check: export FAXPORTAL_URL := https://fax.example.com
check: export FAXPORTAL_HOSTS := fax.example.com
check: export FAXPORTAL_VOIPNOW_SERVERS := https://voip.example.com
check: export FAXPORTAL_STORAGE_ORIGINS := https://storage.example.com
check: export FAXPORTAL_DATABASE_URL := sqlite://:memory:
check: export FAXPORTAL_DATA_DIR := .venv/checks

bench: .venv/dev.installed ## the benchmarks, one line a figure: name value unit
	@for file in tests/bench/*.py; do .venv/bin/python "$$file" || exit 1; done

lock: .venv/dev.installed ## requirements/*.txt anew from pyproject.toml; ARGS=--upgrade for the newest versions
	.venv/bin/python requirements/lock.py $(ARGS)

clean: ## away with all that was made, but for the data in var/
	rm -rf .venv .venv-s3 static-built build dist .*_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

.venv/%.installed: requirements/%.txt .venv/bin/python
	@.venv/bin/python requirements/install.py $*

# Without pip: where uv is installed nothing needs it, and where not, install.py unpacks it.
.venv/bin/python:
	@$(PYTHON) -c '$(NEW_ENOUGH)' || { echo 'faxportal needs Python 3.11 or newer: make PYTHON=/path/to/it …' >&2; exit 1; }
	@$(PYTHON) -m venv --clear --without-pip .venv
