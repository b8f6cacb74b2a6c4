# The one door to every habit of this repository; CI walks through the same one.
PYTHON := .venv/bin/python
STAMP := .venv/.ready
FUZZ_SECONDS ?= 300
CODE := hatch_build.py $(wildcard src tests tools benchmarks examples)
# What is compiled, and how.
READER := hatch_build.py $(wildcard src/tikcast/_wire/protobuf/*.c)
# What the tests and the demo need beyond python3, make and git, as command:apt-package.
SYSTEM := ffmpeg:ffmpeg

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint format types proto proto-check docs tests coverage bench fuzz clean

help: ## list what can be asked for
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 22

setup: $(STAMP) ## make .venv with tikcast and everything needed to work on it

$(STAMP): pyproject.toml uv.lock tools/setup.sh tools/system-packages.sh tools/locked.py $(READER)
	@sh tools/system-packages.sh $(SYSTEM)
	@sh tools/setup.sh
	@touch $@

demo: $(STAMP) ## watch a simulated live for 20 seconds
	@$(PYTHON) -m tikcast.cli.demo

test: lint types proto-check docs tests ## everything that CI asks

lint: $(STAMP) ## ruff: rules and format
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

format: $(STAMP) ## let ruff repair what it can
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m ruff format .

types: $(STAMP) ## mypy, strict
	$(PYTHON) -m mypy $(CODE)

proto: $(STAMP) ## regenerate what comes from proto/
	$(PYTHON) tools/proto.py

proto-check: $(STAMP) ## fail when the generated code is not what proto/ says
	$(PYTHON) tools/proto.py --check

docs: $(STAMP) ## build the documentation into site/, warnings are errors
	NO_MKDOCS_2_WARNING=1 $(PYTHON) -m mkdocs build --strict --quiet

tests: $(STAMP) ## pytest alone
	$(PYTHON) -m pytest

coverage: $(STAMP) ## pytest with branch coverage
	$(PYTHON) -m pytest --cov --cov-report=term

bench: $(STAMP) ## speed of decoding and cost of recording on this machine
	$(PYTHON) -m benchmarks.decode
	$(PYTHON) -m benchmarks.recording

fuzz: $(STAMP) ## feed wrong bytes to all that reads bytes, FUZZ_SECONDS=300 long
	-@uv pip install --quiet --python $(PYTHON) --group fuzz || $(PYTHON) -m pip install --quiet --group fuzz
	$(PYTHON) -m tests.fuzz.run --search --guided --seconds $(FUZZ_SECONDS)

clean: ## remove what this Makefile made
	rm -rf .venv src/tikcast/_wire/protobuf/_pick.abi3.so site build dist htmlcov .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .fuzz
