# notess: every task that the project knows. A bare `make` lists them.

DATOS ?= datos
PUERTO ?= 8080
CARGO ?= cargo
SEGUNDOS ?= 60
SIMULACRO ?=
DENY_VERSION := 0.20.2
OLDEST := $(shell sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
FUZZ_TARGETS := envelope signature payload certificate proof checkpoint tsp

BUILD_PACKAGES := build-essential pkg-config libxmlsec1-dev libxml2-dev libssl-dev libpq-dev libclang-dev
TEST_PACKAGES := postgresql openssl faketime xmlsec1 curl poppler-utils qpdf $(if $(shell command -v python3),,python3) $(if $(shell python3 -m ensurepip --version 2>/dev/null),,python3-venv) \
	$(if $(shell command -v npm),,nodejs npm) php-cli php-soap php-xml \
	$(if $(shell command -v javac),,default-jdk-headless) libaxis-java libwss4j-java libxml-security-java libgoogle-gson-java \
	phpunit junit4 libhamcrest-java chromium

.DEFAULT_GOAL := help
.PHONY: help deps deps-test try run build test lint deny check bench drill load fuzz clean

help: ## List the tasks
	@sed -nE 's/^([a-z-]+):.*## (.*)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

try: deps ## From nothing to a first accepted notification: build in haste, prepare ./datos, accept one with the bundled client
	$(CARGO) run --profile try -- demo --datos $(DATOS) --puerto 0 --probar

run: deps ## Build in haste, prepare a demonstration world in ./datos if there is none, and serve it on 127.0.0.1:8080
	$(CARGO) run --profile try -- demo --datos $(DATOS) --puerto $(PUERTO)

build: deps ## Build the program, optimised, as target/release/notess
	$(CARGO) build --release

test: deps deps-test tests/interop/.venv/ready tests/interop/node_modules/ready ## Run every test, over SQLite and a private PostgreSQL
	tests/postgresql.sh run $(CARGO) test

lint: deps deny ## Formatting, clippy and documentation, with warnings as errors; the crates, the fuzz targets, the oldest Rust
	$(CARGO) fmt --all -- --check
	$(CARGO) clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" $(CARGO) doc --no-deps --document-private-items --quiet
	$(CARGO) check --locked --quiet --manifest-path fuzz/Cargo.toml --target-dir target
	@if rustup toolchain list 2>/dev/null | grep -q '^$(OLDEST)[.-]'; then \
		echo "cargo check, by Rust $(OLDEST)"; rustup run $(OLDEST) cargo check --locked --quiet --target-dir target/$(OLDEST); \
	else \
		echo "NOT CHECKED: whether Rust $(OLDEST), as Cargo.toml declares, compiles it, since it is not installed here; clippy has looked for what it lacks" >&2; \
	fi

# The database of advisories lies elsewhere than the registry of crates, and not everybody reaches it.
deny: deps ## Licences, duplicates, sources and advisories of the crates that the program is built of (deny.toml)
	@[ "$$($(CARGO) deny --version 2>/dev/null)" = "cargo-deny $(DENY_VERSION)" ] || $(CARGO) install --locked cargo-deny@$(DENY_VERSION)
	$(CARGO) deny --log-level error check licenses bans sources
	@if $(CARGO) deny fetch db >/dev/null 2>&1; then \
		echo "$(CARGO) deny check advisories"; $(CARGO) deny --log-level error check advisories; \
	else \
		echo "NOT CHECKED: advisories, since their database (https://github.com/RustSec/advisory-db) cannot be had from here" >&2; \
	fi

check: lint test ## What must pass before a change lands

bench: deps ## Measure: CPU for each listing and acceptance beside the bare cryptography, or beside another build: JUNTO=PATH
	$(if $(JUNTO),BENCH_BESIDE=$(abspath $(JUNTO))) $(CARGO) bench --bench channel

drill: deps deps-test ## Kill, freeze, fill and overload the program for minutes, over both databases; one drill alone: make drill SIMULACRO=matar
	tests/postgresql.sh run $(CARGO) test --test resistencia -- --drill $(SIMULACRO)
	$(if $(SIMULACRO),,$(MAKE) --no-print-directory load)

load: deps deps-test ## Ask more of the program than it can do, over both databases; one scenario for 20 seconds: make load CARGA='lectores 20'
	SLOW_FLUSH=1 tests/postgresql.sh run $(CARGO) bench --bench carga -- $(CARGA)

fuzz: deps ## Run each fuzz target for SEGUNDOS (60), from the seeds in fixtures; of one alone: make fuzz-envelope
	@for target in $(FUZZ_TARGETS); do $(MAKE) --no-print-directory fuzz-$$target || exit; done

# Sanitizers are an unstable flag of the compiler: RUSTC_BOOTSTRAP lets the stable one take it. SQLite has two constants
# of one name, which is taken for a double definition.
fuzz-%: deps
	@command -v cargo-fuzz >/dev/null || $(CARGO) install --locked cargo-fuzz
	mkdir -p fuzz/corpus/$*
	RUSTC_BOOTSTRAP=1 ASAN_OPTIONS=detect_odr_violation=0 \
		$(CARGO) fuzz run $* fuzz/corpus/$* $(wildcard fixtures/$*) -- -max_total_time=$(SEGUNDOS) -timeout=30 -len_control=0 -dict=fuzz/soap.dict

clean: ## Remove what was built; the demonstration world stays
	$(CARGO) clean
	rm -rf tests/interop/.venv tests/interop/node_modules

deps: ## Install the Debian packages that the build needs, if they are missing
	@command -v $(CARGO) >/dev/null || { echo "Please install Rust's toolchain first: https://rustup.rs" >&2; exit 1; }
	@$(call install,$(BUILD_PACKAGES))

deps-test:
	@$(call install,$(TEST_PACKAGES))

tests/interop/.venv/ready: tests/interop/requirements.txt
	python3 -m venv --clear tests/interop/.venv
	tests/interop/.venv/bin/pip install --quiet --disable-pip-version-check -r $<
	touch $@

tests/interop/node_modules/ready: tests/interop/package.json
	cd tests/interop && npm install --no-audit --no-fund --loglevel=error
	touch $@

# Installs the packages that are missing, as root or through sudo; elsewhere than on Debian it says what is needed.
define install
missing=$$(for p in $(1); do dpkg-query -W -f='$${Status}' $$p 2>/dev/null | grep -q 'ok installed' || echo $$p; done); \
if [ -z "$$missing" ]; then exit 0; fi; \
if ! command -v apt-get >/dev/null; then echo "Please install what Debian calls:" $$missing >&2; exit 1; fi; \
echo "Installing:" $$missing; \
sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
if [ -n "$$sudo" ] && ! command -v sudo >/dev/null; then echo "Please run as root: apt-get install --no-install-recommends" $$missing >&2; exit 1; fi; \
$$sudo apt-get update -qq && $$sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing
endef
