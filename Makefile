# HHQ-1. `make run` brings up the demo, `make test` runs every test; both do all set-up first.
SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
DATA ?=
SPEED ?= 1
COINS ?= 544
TIMERANGE ?=
SETTINGS ?=
PAIRS ?= all
ARGS ?=
BENCH ?=
PARITY_DAYS ?= 2
PARITY_COINS ?= BTC ETH SOL XRP BNB TRX SUI HBAR LTC NEAR
SCANNER_COINS ?= 60
SCANNER_CANDLES ?= 288
KILLS ?= 50
SEED ?= 1
EXAMPLES ?= 50
MARKETS ?= 200
HOURS ?= 24
FAULTS ?= 10000
MINUTES ?= 10
API_PORT ?= 8080
REPLAY_PORT ?= 8095
COMPANION_PORT ?= 8090
# The core tests that try tens of thousands of paths take longer than all the others together.
QUICK_TESTS = tests/hhq tests/settings tests/domain_settings tests/docs \
	tests/day/test_day_judgements.py tests/day/test_day_positions.py tests/day/test_day_settings.py \
	tests/commands/test_configuration_files.py tests/test_imports.py tests/test_lessons.py \
	--ignore=tests/hhq/exits/test_exit_reference.py --ignore=tests/hhq/exits/test_exit_properties.py \
	--ignore=tests/hhq/test_leverage_exhaustive.py
RANGE = $(if $(DATA),--data "$(DATA)") $(if $(SETTINGS),--settings "$(SETTINGS)") $(if $(TIMERANGE),--timerange="$(TIMERANGE)") --pairs "$(PAIRS)"
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup run test test-slow test-browser screenshots page-long check endurance endurance-day faults foreign-clients api-fuzz stress backtest evidence choose honesty lookahead recursive bench lint format page page-types lock config clean parity parity-scanner

help: ## List the targets.
	@grep -E '^[a-z-]+:.*##' Makefile | sed -E 's/:.*## /\t/' | expand -t 18

setup: $(VENV)/.ready ## All set-up and nothing else; repeatable.
	@bash scripts/page.sh $(BIN)

$(VENV)/.ready: requirements/dev.txt pyproject.toml scripts/setup.sh
	@PYTHON="$(PYTHON)" UV_VERSION="$(UV_VERSION)" bash scripts/setup.sh $(VENV)

run: setup ## Demo: replay exchange, dry-run bot, companion (DATA=, SPEED=, COINS=, FRESH=1, API_PORT=, REPLAY_PORT=, COMPANION_PORT=). Ctrl-C ends all.
	@exec $(BIN)/python -m companion demo $(if $(DATA),--data "$(DATA)") --speed "$(SPEED)" --coins "$(COINS)" $(if $(FRESH),--fresh) --api-port "$(API_PORT)" --replay-port "$(REPLAY_PORT)" --companion-port "$(COMPANION_PORT)"

test: setup ## Every test but the slow ones, and the branch coverage of the core.
	@bash scripts/test.sh $(BIN)

test-slow: setup ## The tests that take minutes each: the API against its document, the evidence's own errors, faults; about five minutes.
	@$(BIN)/python -m pytest -q -m slow

test-browser: setup ## The page in the system's Chromium, against a demonstration of its own (ARGS= of pytest); about six minutes.
	@$(BIN)/python -m pytest -q tests/browser $(ARGS)

screenshots: setup ## Pictures of every page into docs/screenshots, from a demonstration (COINS=); about four minutes.
	@exec $(BIN)/python -m tests.browser.screenshots --coins "$(COINS)"

page-long: setup ## The page open for MINUTES= with a demonstration of COINS=: its share of a processor, its longest task, its memory.
	@exec $(BIN)/python -m tests.browser.long --coins "$(COINS)" --minutes "$(MINUTES)"

check: lint ## Before a commit: lint and the quick tests (core, settings, imports, docs); about two minutes.
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile $(QUICK_TESTS)

endurance: setup ## A dry-run bot killed with -9 and restarted again and again (KILLS=, SEED=); about 10 minutes.
	@exec $(BIN)/python -m tests.endurance --kills "$(KILLS)" --seed "$(SEED)"

endurance-day: setup ## A day of simulated time with faults, changed settings, a full disk and a lost database (HOURS=); about 30 minutes, needs root.
	@exec $(BIN)/python -m tests.day --hours "$(HOURS)"

faults: setup ## Streams and scanner against an exchange on which everything goes wrong (FAULTS=, SEED=); about 2 minutes.
	@HHQ_FAULTS="$(FAULTS)" HHQ_FAULT_SEED="$(SEED)" $(BIN)/python -m pytest -q -s tests/faults --log-cli-level=INFO -o log_cli_format="%(message)s"

foreign-clients: setup ## Clients of others (python-binance, Binance's SDK, ccxt for Node.js, …), locked versions from the registries, against the replay exchange; about 2 minutes.
	@exec $(BIN)/python -m pytest -q tests/foreign_clients/check_clients.py

api-fuzz: setup ## schemathesis over the OpenAPI document, longer than in the tests (EXAMPLES= cases an operation).
	@exec $(BIN)/python -m tests.api.fuzz --examples "$(EXAMPLES)" --seed "$(SEED)"

stress: setup ## Scripted events through the backtester and a dry-run bot: losses, rules, late stops (ARGS=).
	@exec $(BIN)/python -m companion stress $(ARGS)

backtest: setup ## freqtrade backtesting on a data folder (DATA=, TIMERANGE=, PAIRS=all|funded, SETTINGS=, ARGS=).
	@exec $(BIN)/python -m companion backtest $(RANGE) -- $(ARGS)

evidence: setup ## What the decisions earned on data folders, with intervals and a verdict (DATA="DIR DIR", ARGS=).
	@test -n "$(DATA)" || { echo 'DATA is missing: make evidence DATA="DIR DIR"' >&2; exit 2; }
	@exec $(BIN)/python -m companion evidence --data $(DATA) $(ARGS)

choose: setup ## Which changes of the guide's settings lose less, chosen and judged apart (DATA="DIR DIR", ARGS=--save).
	@test -n "$(DATA)" || { echo 'DATA is missing: make choose DATA="DIR DIR"' >&2; exit 2; }
	@exec $(BIN)/python -m companion choose --data $(DATA) $(ARGS)

honesty: setup ## How often the evidence calls an edge what is none, and misses a planted one (MARKETS=); minutes.
	@exec $(BIN)/python -m tests.honesty --markets "$(MARKETS)"

lookahead: setup ## freqtrade lookahead-analysis of the strategy (same variables as backtest).
	@exec $(BIN)/python -m companion analysis lookahead $(RANGE) -- $(ARGS)

recursive: setup ## freqtrade recursive-analysis of the strategy (same variables as backtest).
	@exec $(BIN)/python -m companion analysis recursive $(RANGE) -- $(ARGS)

bench: setup ## Benchmarks side by side: table and bench/results.json (BENCH=name runs one).
	@exec $(BIN)/python -m bench $(BENCH)

parity: setup ## Backtest and dry run side by side on recorded candles, longer than in the tests (PARITY_DAYS=, PARITY_COINS=).
	@HHQ_PARITY_DAYS="$(PARITY_DAYS)" HHQ_PARITY_COINS="$(PARITY_COINS)" $(BIN)/python -m pytest -q -s tests/parity/test_backtest_and_dry_run_agree.py

parity-scanner: setup ## Scanner and the bot's strategy digest by digest over a recorded day (SCANNER_COINS=, SCANNER_CANDLES=).
	@HHQ_SCANNER_COINS="$(SCANNER_COINS)" HHQ_SCANNER_CANDLES="$(SCANNER_CANDLES)" $(BIN)/python -m pytest -q -s tests/parity/test_the_scanner_decides_as_the_strategy.py

lint: setup ## ruff, strict types, import rules; the page's lint, types, texts and tests.
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --config .importlinter
	@$(BIN)/python -m tests.api.page_types --check
	@cd companion/dashboard && PATH="$(CURDIR)/$(BIN):$$PATH" npm run -s lint && PATH="$(CURDIR)/$(BIN):$$PATH" npm test -s

format: setup ## Rewrite the sources in the house's format.
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .
	@cd companion/dashboard && PATH="$(CURDIR)/$(BIN):$$PATH" npm run -s format

page: setup ## Build the page again from companion/dashboard.
	@bash scripts/page.sh $(BIN)

page-types: setup ## Write the page's types from the OpenAPI document.
	@$(BIN)/python -m tests.api.page_types

config: setup ## Write config/hhq.toml and the reference pages in docs/ from the definitions.
	@$(BIN)/python scripts/settings_reference.py
	@$(BIN)/python scripts/layers_reference.py
	@$(BIN)/python scripts/reasons_reference.py
	@$(BIN)/python scripts/absent_reference.py

lock: setup ## Lock the requirements again from requirements/*.in.
	@$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -q requirements/dev.in -o requirements/dev.txt
	@$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -q requirements/runtime.in -o requirements/runtime.txt -c requirements/dev.txt
	@for file in tests/foreign_clients/locks/*.in; do \
		$(BIN)/uv pip compile --universal --python-version 3.11 --no-emit-index-url --no-annotate --no-header -q $$file -o $${file%.in}.txt; done
	@cd tests/foreign_clients/locks && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## Remove what set-up and runs made.
	rm -rf $(VENV) run .mypy_cache .ruff_cache .pytest_cache
