# Everything that a newcomer or CI needs; `make` lists the targets.
SWIFT ?= swift
# A folder with cifar-10-batches-bin/, cifar-10-batches-py/, fashion-mnist/ or your own .npz files.
DATA ?=
# Another sweep file for `make run`.
CONFIG ?=
# GRID=1: `make reproduce` runs the 144 configurations too.
GRID ?=
# Where `make reproduce` draws the exercise's pictures.
PICTURES ?= .run/pictures
# More options of `make bench`, `make bench-grid` and `make bench-search`.
BENCH ?=
# With NumPy, SciPy and Optuna, for `make bench-search`.
PYTHON ?= python3
PREFIX ?= /usr/local
DESTDIR ?=
export DATA CONFIG PICTURES
# Without it all tests begin at once, and on a few cores one that waits for a daemon or a connection waits for minutes.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 16

# The Swift runtime goes into the programs: what is installed needs no toolchain.
RELEASE := $(SWIFT) build -c release --static-swift-stdlib

.DEFAULT_GOAL := help
.PHONY: help setup build test test-neon test-browser test-systemd screenshots check fmt run reproduce bench bench-grid bench-search deb install clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 14

setup: ## install what is missing (Debian packages), if this user may
	@scripts/setup

build: setup ## build sweepd and sweepctl in release
	$(RELEASE) --product sweepd
	$(RELEASE) --product sweepctl

test: setup ## everything needed, then the tests
	$(SWIFT) test

test-neon: ## run the kernels' checks for aarch64 under qemu (needs Debian packages that it names)
	scripts/test-neon

test-browser: setup ## drive the dashboard in headless Chromium (installs it)
	$(SWIFT) build --product sweepd
	$(SWIFT) build --product sweepctl
	SWEEPD_BIN=$(CURDIR)/.build/debug scripts/test-browser

screenshots: build ## take pictures of every page and plot, and check them (STATE=… shows its sweeps)
	scripts/screenshots $(STATE)

check: setup ## what CI runs: rooms, format, warnings as errors, tests
	scripts/check-rooms
	$(SWIFT) format lint --strict --recursive --parallel Package.swift Sources Tests migrations
	scripts/build-strict
	$(MAKE) test

fmt: ## format the Swift sources
	$(SWIFT) format --in-place --recursive --parallel Package.swift Sources Tests migrations

run: build ## the main job: 144 configurations on real images, the best one promoted
	@scripts/with-daemon scripts/run-main-job

reproduce: setup ## re-enact the exercise and print its figures beside ours (DATA=…, GRID=1)
	$(RELEASE) --product reproduce
	.build/release/reproduce $(if $(DATA),--data-dir $(DATA)) --pictures $(PICTURES)
	@if [ -n "$(GRID)" ]; then $(MAKE) build && scripts/with-daemon scripts/reproduce-grid; fi

bench: setup ## training steps beside NumPy, PyTorch and JAX on one core, 10 minutes (DATA=…, BENCH=--write)
	$(RELEASE) --product kernel-bench
	benchmarks/kernels/bench.py $(if $(DATA),--data-dir $(DATA)) $(BENCH)

bench-grid: build ## the 144 trials through the daemon, per cent of peak, 5 to 20 minutes (DATA=…, BENCH=--write)
	$(RELEASE) --product kernel-bench
	benchmarks/kernels/grid.py $(if $(DATA),--data-dir $(DATA)) $(BENCH)

bench-search: ## searches on surrogate functions beside Optuna, 2 hours (PYTHON=…, BENCH=--write)
	$(RELEASE) --product search-bench
	$(if $(PYTHON),$(PYTHON),python3) benchmarks/search/surrogates.py $(BENCH)

bench-search-cifar: build ## searches on CIFAR-10 beside Optuna, about two hours (DATA=…, BENCH=--write; needs Optuna in PYTHON)
	$(RELEASE) --product search-bench
	$(if $(PYTHON),$(PYTHON),python3) benchmarks/search/cifar10.py --data-dir $(DATA) $(BENCH)

deb: build ## build the Debian package, .build/deb/sweepd_*.deb
	scripts/build-deb

test-systemd: deb ## install the package in a Debian 12 that boots in a container, and use it (root)
	scripts/test-systemd

install: build ## put binaries, unit and user in place (root; PREFIX=/usr/local)
	scripts/install "$(DESTDIR)" "$(PREFIX)"

clean: ## remove what was built and the private daemon's state
	rm -rf .build .run
