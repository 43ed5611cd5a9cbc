# `make demo` and `make test` are all that is needed; CONTRIBUTING.md tells the rest.
PORT ?= 8000
# One more than cores: whoever waits for a page or a lock leaves its core to another.
WORKERS ?= $(shell cores=$$(getconf _NPROCESSORS_ONLN); [ $$cores -lt 7 ] || cores=7; expr $$cores + 1)
PYTHON ?=
export PYTHON
export PYTHONUTF8 = 1
unexport PYTHONDONTWRITEBYTECODE # a hundred processes of a run would compile the same modules

RUN = .venv/bin/python
# Linting needs no server: addresses where nobody listens keep it off a running demo.
NO_DATABASE = TRAM_ENV=test DATABASE_URL=postgresql://nobody@127.0.0.1:1/none \
	DATABASE_OWNER_URL=postgresql://nobody@127.0.0.1:1/none

.DEFAULT_GOAL = help
.PHONY: help demo reset setup browser check fix template test test-long bench release lock

help:
	@echo "make demo       the product with a demo province at http://127.0.0.1:$(PORT)/ (PORT=8000); Ctrl-C stops it"
	@echo "make reset      remove the demo's data"
	@echo "make test       everything that must hold before a change lands; CI runs this"
	@echo "make check      lint, types, import contracts, missing migrations; edits nothing"
	@echo "make fix        let the formatters edit"
	@echo "make test-long  the tests with the full Hypothesis profiles"
	@echo "make bench      the benchmark"
	@echo "make release    marks a release: its version and its migrations (VERSION=2026.11)"
	@echo "make setup      only make .venv with the test tools"
	@echo "make lock       renew the locked versions in requirements/"

demo:
	@sh config/embedded/venv.sh demo
	@exec $(RUN) -m config.embedded.demo --port "$(PORT)"

reset:
	@sh config/embedded/venv.sh demo
	@exec $(RUN) -m config.embedded.reset

setup:
	@sh config/embedded/venv.sh test

browser: setup
	@$(RUN) -m tests.plugins.chromium

check: setup
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy .
	.venv/bin/lint-imports
	$(RUN) -m djlint --quiet --lint templates
	@$(NO_DATABASE) $(RUN) -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

fix: setup
	$(RUN) -m ruff format .
	$(RUN) -m ruff check --fix .

# What every worker of the run would else begin with: the database migrated from nothing, and the tests' own modules
# compiled. A minute that needs one core, beside the checks.
template: setup
	@$(RUN) -m tests.plugins.template
	@$(RUN) -m pytest --collect-only -qq >.data/collected.txt || { cat .data/collected.txt; exit 1; }

test: browser
	@$(MAKE) --no-print-directory --jobs=2 check template
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile=bounded --durations=20

test-long: browser
	$(RUN) -m pytest -n $(WORKERS) --dist worksteal --hypothesis-profile=full --durations=20

bench: setup
	$(RUN) -m bench

# Marks what stands here as a release, once everything holds: VERSION=2026.11, and 2026.11.1 for a second one of the month.
release: test
	@$(NO_DATABASE) $(RUN) -W ignore::RuntimeWarning -m config.production.released "$(VERSION)"

# Locked with the oldest Python that is served (Debian 12 has 3.11.2): a newer one leaves out what only older ones need.
LOCK_PYTHON ?= python3
LOCK = CUSTOM_COMPILE_COMMAND="make lock" ../.venv/lock/bin/python -m piptools compile --quiet --upgrade --strip-extras \
	--generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options
lock: setup
	@$(LOCK_PYTHON) -c 'import sys; sys.exit(sys.version_info[:3] > (3, 11, 2))' || \
		{ echo "Lock with Python 3.11.2, as Debian 12 has it: make lock LOCK_PYTHON=/usr/bin/python3" >&2; exit 1; }
	@$(LOCK_PYTHON) -m venv .venv/lock
	@.venv/lock/bin/python -m pip install --quiet --disable-pip-version-check pip-tools
	cd requirements && for set in runtime server demo test; do $(LOCK) --output-file $$set.txt $$set.in || exit 1; done
