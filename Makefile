# All commands for developers. CI uses the same ones.
PYTHON := .venv/bin/python
STAMP := .venv/.ready
FUZZ_SECONDS ?= 300
CODE := hatch_build.py $(wildcard src tests tools benchmarks examples)
# The sources of the compiled reader, and the script that compiles it.
READER := hatch_build.py $(wildcard src/tikcast/_wire/protobuf/*.c)
# System packages that the tests and the demo need besides python3, make and git, as command:apt-package.
SYSTEM := ffmpeg:ffmpeg

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types proto proto-check faults docs tests release-check coverage bench fuzz clean

help: ## list all commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(STAMP) ## create .venv with tikcast and the development tools

$(STAMP): pyproject.toml uv.lock tools/setup.sh tools/system-packages.sh tools/locked.py $(READER)
	@sh tools/system-packages.sh $(SYSTEM)
	@sh tools/setup.sh
	@touch $@

demo: $(STAMP) ## watch a simulated live stream for 20 seconds
	@$(PYTHON) -m tikcast.cli.demo

test: lint types proto-check docs tests ## all checks of CI

lint: $(STAMP) ## ruff: rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: $(STAMP) ## let ruff fix what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: $(STAMP) ## mypy, strict
	$(PYTHON) -m mypy $(CODE)

proto: $(STAMP) ## generate the files that come from proto/
	$(PYTHON) tools/proto.py

proto-check: $(STAMP) ## fail if the generated files differ from proto/
	$(PYTHON) tools/proto.py --check

faults: $(STAMP) ## write the tables of the simulator's faults into docs/simulator.md
	$(PYTHON) tools/fault_tables.py

docs: $(STAMP) ## build the documentation into site/; warnings are errors
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --strict --quiet

tests: $(STAMP) ## only pytest
	$(PYTHON) -m pytest

release-check: $(STAMP) ## the tests that take minutes, before a release
	$(PYTHON) -m pytest -m release

coverage: $(STAMP) ## pytest with branch coverage
	$(PYTHON) -m pytest --cov --cov-report=term

bench: $(STAMP) ## speed of decoding and cost of recording on this machine
	$(PYTHON) -m benchmarks.decode
	$(PYTHON) -m benchmarks.recording

fuzz: $(STAMP) ## give wrong bytes to everything that reads bytes, for FUZZ_SECONDS=300
	-@uv pip install --quiet --python $(PYTHON) --group fuzz || $(PYTHON) -m pip install --quiet --group fuzz
	$(PYTHON) -m tests.fuzz.run --search --guided --seconds $(FUZZ_SECONDS)

clean: ## remove all generated files
	rm -rf .venv src/tikcast/_wire/protobuf/_pick.abi3.so site build dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz
