# One target for each thing a person does.
.PHONY: run test bench docs licences tables fuzz help

CARGO ?= cargo
DETENTE = target/release/detente

help: ## what there is
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

run: ## build, and do the main job: ten thousand histories of the Little Détente
	$(CARGO) build --release --locked -p detente-cli
	$(DETENTE)

test: ## everything that proves the project right; installs what it needs
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- -D warnings
	$(CARGO) test --workspace --locked
	$(MAKE) licences
	$(MAKE) tables

licences: ## the licences and sources of everything the project is built from
	@command -v cargo-deny >/dev/null 2>&1 || $(CARGO) install --locked cargo-deny
	$(CARGO) deny --locked check licenses bans sources

# With the whole workspace, so that nothing is built again for other features; the second test
# brings the binary with it.
tables: ## read the tables of a run with pyarrow, Polars and DuckDB; derive sensitivities with SALib
	$(CARGO) test --workspace --locked --test sensitivity_designs --test house
	rm -rf target/tables && mkdir -p target/tables
	@python3 -c 'import ensurepip' 2>/dev/null || { apt-get update && apt-get install -y python3-venv; }
	python3 -m venv target/tables/python
	target/tables/python/bin/pip install --quiet pyarrow==26.0.1 polars==2.1.0 duckdb==2.0.0 SALib==1.6.0
	target/debug/detente ensemble two-powers --histories 2000 --out target/tables/run --force
	target/tables/python/bin/python crates/lab/tests/read_tables.py target/tables/run
	target/tables/python/bin/python crates/lab/tests/read_sensitivity.py target/tmp/sensitivity.json
	target/tables/python/bin/pip install --quiet scipy==1.17.1
	target/debug/detente fit two-powers --calibrate 40 --draws 62 --each 16 --moves 4 --format json > target/tables/calibration.json
	target/tables/python/bin/python crates/lab/tests/check_calibration.py target/tables/calibration.json

# A minute for each target; the targets themselves are in fuzz/README.md.
fuzz: ## any bytes against the loader, from the shipped scenarios on; wants nightly and cargo-fuzz
	$(CARGO) run --locked -p detente-scenario --example fuzz_seeds fuzz/corpus/folder
	for target in folder strings typed; do cargo +nightly fuzz run $$target -- -max_total_time=60 -len_control=0 || exit 1; done

bench: ## how fast it is: benches of every room, then the peers
	$(CARGO) bench --workspace --locked
	@python3 -c 'import ensurepip' 2>/dev/null || { apt-get update && apt-get install -y python3-venv; }
	python3 benches/peers/run.py

docs: ## the book and the reference of every public item
	@command -v mdbook >/dev/null 2>&1 || $(CARGO) install --locked mdbook
	mdbook build docs/book -d ../../target/book
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --workspace --no-deps --locked
