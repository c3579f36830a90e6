# make demo and make test are all that a newcomer needs; everything they install goes to .venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# The tests start hundreds of processes, each of which would compile the package again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test test-fast golden lint docs fuzz mutation bench bench-spark spark pictures published judge editors release-check lock clean

demo: $(VENV)/.installed-strategies
	@PATH="$(CURDIR)/$(BIN):$$PATH" tests/demo.sh

test: $(VENV)/.installed-test
	$(BIN)/python -m pytest --durations=10

# What to run while you work: half a minute, no process is started, and a property has 50 examples at most.
test-fast: $(VENV)/.installed-test
	HYPOTHESIS_PROFILE=fast $(BIN)/python -m pytest -q -m "not slow and not process"

# Expected output, and what is generated from the code, after a change that is meant: read the diff.
golden: $(VENV)/.installed-test
	UPDATE_GOLDEN=1 $(BIN)/python -m pytest -q -m golden -n 0

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/proselint --config .proselintrc.json check *.md docs/*.md samples/README.md schemas/README.md tests/golden/messages.txt

# The handbook, in build/site. A broken link is an error; nothing is fetched.
docs: $(VENV)/.installed-dev
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build

# Each target for so many seconds, and then the properties of the suite with many examples.
fuzz: SECONDS ?= 60
fuzz: $(VENV)/.installed-fuzz
	$(BIN)/python -m tests.fuzz $(SECONDS)
	HYPOTHESIS_PROFILE=fuzz $(BIN)/python -m pytest -m fuzz

# Each mutant of a file or a folder, in a copy of the last commit, until a test fails; those that none fails for are shown.
# The tests have to pass without a mutant first, or each would seem to be noticed.
mutation: MODULE ?= validator/rules
mutation: $(VENV)/.installed-mutation
	rm -rf build/mutation
	git clone --quiet . build/mutation/copy
	sed 's:"MODULE":"$(MODULE)":' tests/mutation.toml > build/mutation/mutation.toml
	cd build/mutation/copy && export PATH="$(CURDIR)/$(BIN):$$PATH" && \
	cosmic-ray baseline ../mutation.toml && \
	cosmic-ray init ../mutation.toml ../mutants.sqlite && \
	cr-filter-operators ../mutants.sqlite ../mutation.toml && \
	cosmic-ray exec ../mutation.toml ../mutants.sqlite && \
	cr-report --surviving-only --show-diff ../mutants.sqlite

bench: $(VENV)/.installed-test
	$(BIN)/python -m tests.benchmarks

# What the tests with Spark need besides Java: half a gigabyte.
spark: $(VENV)/.installed-test $(VENV)/.installed-spark

# Whether Spark finds the same in LINES lines, and what it costs; it needs Java.
bench-spark: LINES ?= 40000
bench-spark: spark
	$(BIN)/python -m tests.benchmarks.spark $(LINES)

# The pictures of README and handbook; those of pages need chromium.
pictures: $(VENV)/.installed-test
	$(BIN)/python -m tests.pictures docs/pictures

# What differs from the published definitions of each api-version, which are in a folder outside of this repository.
published: $(VENV)/.installed-test
	UPDATERUN_SPECS=$(SPECS) $(BIN)/python -m tests.published

# Each release of the provider's SDK reads generated documents of its api-version, in an environment of its own below build/.
judge: $(VENV)/.installed-test
	$(BIN)/python -m tests.judge

# What editors, other validators and code generators make of a bundle; the tools go to build/, and the table to docs/editors.md.
editors: $(VENV)/.installed-test
	$(BIN)/python -m tests.editors

# Build what would be released, and check it on every Python of this machine, with the oldest and the newest dependencies.
release-check: $(VENV)/.installed-release
	$(BIN)/python -m tests.release

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "updaterun-validator needs Python 3.11 or newer; make PYTHON=... names one")'
	$(PYTHON) -m venv $(VENV)

# What each command needs is locked, with hashes, which pip compares with what it has fetched.
$(VENV)/.installed-%: requirements/%.txt pyproject.toml | $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet --requirement $<
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

LOCK = $(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-annotate --no-header pyproject.toml requirements/build.in

# The newest versions of everything, from now on.
lock: $(VENV)/bin/python
	$(BIN)/python -m pip install --quiet uv
	$(LOCK) --output-file requirements/run.txt
	for set in strategies spark test dev fuzz mutation release; do $(LOCK) --extra $$set --output-file requirements/$$set.txt || exit; done
