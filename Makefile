# Everything happens in .venv; each target makes what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest --numprocesses auto --dist worksteal
export PIP_DISABLE_PIP_VERSION_CHECK := 1
CHECKS := check-format check-code check-types check-sources check-layers check-words

.PHONY: help demo test check $(CHECKS) coverage full docs bench fuzz clean

# What the machine lacks is left out of the tests, which say so at the end; CI leaves out nothing.
WITHOUT ?= $(foreach tool,ffmpeg node go java browser,$(if $(call find,$(tool)),,$(tool))) $(if $(KVS_SCHEMA_POSTGRESQL),,postgresql)
find = $(shell command -v $(or $($(1)),$(1)))
browser := chromium || command -v chromium-browser
java := javac && ls /usr/share/java/jackson-databind.jar 2>&-

help:  ## list the targets
	@sed -nE 's/^([a-z]+):.*## (.*)/\1\t\2/p' Makefile | expand -t 10

demo: $(VENV)/demo  ## write sample callbacks, good and bad, into kvs-demo/ and validate them
	@$(BIN)/kvs-schema demo

test: $(VENV)/ready  ## run the test suite; what is left out is listed at the end
	KVS_SCHEMA_WITHOUT="$(strip $(WITHOUT))" $(PYTEST)

check: $(VENV)/ready  ## formatter, linter, type checker, linter of the sources, layers, words
	@$(MAKE) --no-print-directory --jobs --output-sync --keep-going $(CHECKS)
check-format:; $(BIN)/ruff format --check .
check-code:; $(BIN)/ruff check .
check-types:; $(BIN)/mypy
check-sources:; $(BIN)/kvs-schema lint
check-layers:; $(BIN)/lint-imports --no-logo
check-words:; $(BIN)/python .ci/words.py

coverage: $(VENV)/ready  ## whether the tests in tests/core reach every branch that decides verdicts
	$(BIN)/coverage run -m pytest -q tests/core
	$(BIN)/coverage report

full: check test coverage  ## everything, then the long versions: more examples, fuzzing, mutation testing
	$(BIN)/pip install --quiet --group spark
	$(PYTEST) -m thorough
	KVS_SCHEMA_MUTATIONS=50000 KVS_SCHEMA_DIFFERENTIAL=50000 KVS_SCHEMA_EXAMPLES=20000 \
		$(PYTEST) tests/core/test_engines.py tests/core/test_outcomes.py tests/benchmarks/test_fast_path.py \
		tests/export tests/fuzz
	KVS_SCHEMA_DRAWS=100000 KVS_SCHEMA_SEEDS=20 $(PYTEST) tests/gallery tests/cli/test_redact.py \
		$(addprefix tests/strategies/test_,$(addsuffix .py,coverage draws hostile valid))
	KVS_SCHEMA_AUDIT=10000 $(PYTEST) tests/audit
	KVS_SCHEMA_TASKS=1000 $(PYTEST) tests/emulator
	KVS_SCHEMA_FUZZ=10 $(PYTEST) tests/fuzzing tests/gallery/test_fuzz.py
	$(BIN)/python -m tests.fuzz.run --seconds 900
	$(BIN)/python -m tests.mutation

docs: $(VENV)/ready  ## build the site, both languages, into site/
	@$(BIN)/python -m docs.build

bench: $(VENV)/ready  ## the benchmark, as ratios measured in one run; writes BENCHMARK.md
	$(BIN)/python -m benchmarks --markdown BENCHMARK.md

fuzz: $(VENV)/ready  ## coverage-guided fuzzing for ten minutes
	$(BIN)/python -m tests.fuzz.run --seconds 600

# What the demonstration needs, and no more; everything for all else.
$(VENV)/demo: WANTED := ".[cli,sources]"
$(VENV)/ready: WANTED := ".[audit,cli,dask,docs,emulator,report,s3,sources,testing]" --group dev
$(VENV)/demo $(VENV)/ready: pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --upgrade pip
	$(BIN)/pip install --quiet --editable $(WANTED)
	@touch $@

clean:
	rm -rf $(VENV) .kvs_schema_cache kvs-demo site build dist
