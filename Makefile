# The two commands of a newcomer are `make run` and `make test`; `make` alone lists the rest.

PYTHON ?= python3
BIN := .venv/bin
export UV_COMPILE_BYTECODE := 1

.DEFAULT_GOAL := help

.PHONY: help
help: ## list the commands
	@grep -E '^[a-z-]+:.*## ' Makefile | awk -F ':.*## ' '{printf "make %-15s %s\n", $$1, $$2}'

.PHONY: install
install: .venv/installed ## create .venv with the locked dependencies

.venv/installed: pyproject.toml requirements.lock
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' \
		|| { echo "flywheel needs Python 3.11 or 3.12: make run PYTHON=python3.12"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	touch $@

.PHONY: install-spark
install-spark: .venv/installed-spark ## add Spark, which needs Java 17: flywheel run --target spark

.venv/installed-spark: requirements-spark.lock .venv/installed
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements-spark.lock
	touch $@

.PHONY: run
run: install ## land the demo company, build, test, publish, show the scorecard
	$(BIN)/flywheel run

.PHONY: test
test: install .cache/duckdb-1.4/.fetched .cache/retentioneering/.fetched ## lint, and every test
	$(BIN)/ruff format --check --quiet .
	$(BIN)/ruff check --quiet .
	$(BIN)/sqlfluff lint --processes 2 --disable-progress-bar models tests/data
	$(BIN)/pytest --numprocesses 2 --dist loadfile --no-loadscope-reorder

.PHONY: fuzz
fuzz: install ## compare ROUNDS=10 other random companies with the slow reference
	FLYWHEEL_FUZZ_ROUNDS=$(or $(ROUNDS),10) $(BIN)/pytest --numprocesses 2 --dist loadfile \
		-k 'agree_with_the_reference or what_is_kept' tests/reference

.PHONY: check-spark
check-spark: install-spark ## build companies on both engines, compare every table: CASES=tests/spark/test_macros.py
	FLYWHEEL_CHECK_SPARK=1 JDK_JAVA_OPTIONS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:ReservedCodeCacheSize=256m" \
		nice $(BIN)/pytest --durations=0 $(or $(CASES),tests/spark)

# Two packages that only tests look at, beside the project's own: never imported, never run with it.
.cache/duckdb-1.4/.fetched: tests/flows/duckdb_1_4.lock | install
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --target $(@D) -r $<
	touch $@

.cache/retentioneering/.fetched: tests/end_to_end/ecom/retentioneering.lock | install
	$(BIN)/python -m pip download --quiet --disable-pip-version-check --no-deps --require-hashes \
		--dest $(@D) -r $<
	touch $@

.PHONY: docs
docs: install ## write the catalogue of every table and column, target/static_index.html
	@test -f $${FLYWHEEL_WAREHOUSE:-warehouse}/build.duckdb || { echo "Nothing is built yet: make run"; exit 2; }
	$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html in a browser."

.PHONY: superset
superset: install ## write the Superset dashboard of the published file, warehouse/superset.zip
	@test -f warehouse/flywheel.duckdb || { echo "Nothing is published yet: make run"; exit 2; }
	$(BIN)/python bi/superset/bundle.py warehouse/flywheel.duckdb warehouse/superset.zip
	@echo "Import warehouse/superset.zip in Superset: docs/connecting.md."

.PHONY: check-superset
check-superset: install .cache/superset/.installed ## try that dashboard in a Superset of its own: 0.9 GB, minutes
	$(BIN)/flywheel run --quiet --warehouse .cache/superset/warehouse
	$(BIN)/pytest --capture=no bi/superset

# Superset shares no package with the project. Its empty metadata is kept, each check takes a copy.
.cache/superset/.installed: export SUPERSET_CONFIG_PATH := $(CURDIR)/bi/superset/superset_config.py
.cache/superset/.installed: export SUPERSET_HOME := $(CURDIR)/.cache/superset
.cache/superset/.installed: export FLYWHEEL_SUPERSET_METADATA := $(CURDIR)/.cache/superset/superset.db
.cache/superset/.installed: bi/superset/requirements.lock bi/superset/superset_config.py | install
	rm -rf $(@D) && mkdir -p $(@D)
	$(BIN)/python -m venv $(@D)/venv
	$(BIN)/uv pip install --quiet --python $(@D)/venv/bin/python --require-hashes -r $<
	$(BIN)/python -c 'import secrets; print(secrets.token_hex())' > $(@D)/secret
	$(BIN)/python -c 'import secrets; print(secrets.token_hex())' > $(@D)/password
	export FLYWHEEL_SUPERSET_SECRET=$$(cat $(@D)/secret) && cd $(@D) && { venv/bin/superset db upgrade \
		&& venv/bin/superset fab create-admin --username check --firstname Superset \
			--lastname Check --email check@localhost.example --password $$(cat password) \
		&& venv/bin/superset init; } > install.log 2>&1 || { tail -20 install.log; exit 1; }
	touch $@

EVENTS ?= 1000000
ROUNDS ?= 3
PARTS ?= landing,funnel,retention,run,marts,published,daily

.PHONY: benchmark
benchmark: install .cache/benchmarks/.fetched ## measure it: EVENTS=1000000,10000000 ROUNDS=3 PARTS=funnel
	$(BIN)/python -m benchmarks --events $(EVENTS) --rounds $(ROUNDS) --parts $(PARTS)

# What others would pick instead, to be measured beside; the project itself knows nothing of it.
.cache/benchmarks/.fetched: benchmarks/rivals.lock | install
	$(BIN)/uv pip install --quiet --python $(BIN)/python --require-hashes --target $(@D) -r $<
	touch $@

.PHONY: lock
lock: install ## write the locks anew: of the project, with Spark, of Superset
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-annotate --group dev pyproject.toml --output-file requirements.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-annotate --group dev --extra spark pyproject.toml \
		--constraint requirements.lock --output-file requirements-spark.lock
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header \
		--no-emit-index-url --no-annotate bi/superset/requirements.in \
		--output-file bi/superset/requirements.lock

.PHONY: clean
clean: ## remove what was built
	rm -rf warehouse target logs .cache .pytest_cache .ruff_cache
