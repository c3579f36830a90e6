#!/bin/sh
# What updaterun does, in four steps: `make demo`, or this file where updaterun is installed with the extra strategies.
set -eu
cd "$(dirname "$0")/.."
folder=$(mktemp -d)
trap 'rm -r "$folder"' EXIT

step() { printf '\n== %s\n\n' "$1"; }

# Run a command that has to end with a status.
run() {
  wanted=$1
  shift
  printf '$ %s\n' "$*"
  status=0
  "$@" || status=$?
  if [ "$status" != "$wanted" ]; then
    echo "expected the exit status $wanted, found $status" >&2
    exit 1
  fi
}

step "1. Check a fixture with mistakes: each finding has its line, its place in the body, the reason and the rule"
run 1 updaterun check samples/wrong/update-run.json

step "2. Explain one of the rules: why it exists, how to fix a finding, and where it is documented"
run 0 updaterun explain group-duplicate

step "3. Draw a run that is in progress"
run 0 updaterun show samples/documents/update-run.json

step "4. Make a request that breaks one rule and nothing else, and find it"
run 0 updaterun generate request --invalid stage-name-duplicate --output "$folder/wrong/"
run 1 updaterun check "$folder/wrong"

step "Try next"
cat <<'END'
.venv/bin/updaterun check YOUR-FOLDER                               your captures and fixtures
.venv/bin/updaterun show samples/vcr/cassette.yaml --html run.html  a page of a run with its history; open run.html
.venv/bin/updaterun --help                                          every command
docs/                                                               the handbook; make docs builds it with a page for every rule
END
