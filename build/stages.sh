# The stages of what build.sh tests: side by side where one waits for what another does not need, and where their time went.
# Needs system.sh.
# shellcheck shell=bash

readonly TIMES=target/times

begin_stages() {
  rm -rf "$TIMES"
  mkdir -p "$TIMES"
}

# stage NAME COMMAND...: runs the command, and notes for how long.
stage() {
  local name=$1 began=$SECONDS
  shift
  "$@"
  printf '%d\t%s\n' $((SECONDS - began)) "$name" >>"$TIMES/stages.tsv"
}

# beside FUNCTION: begins it in the background, in a group of its own that ends with this script; what it says is kept for
# `join`.
beside() {
  set -m
  ("$1") >"$TIMES/$1.log" 2>&1 &
  set +m
  readonly BESIDE=$1 BESIDE_ID=$!
  trap 'kill -- "-$BESIDE_ID" 2>/dev/null || true' EXIT
}

# Waits for what was begun in the background, says what it has said, and fails where it has failed.
join() {
  local status=0
  wait "$BESIDE_ID" || status=$?
  trap - EXIT
  cat "$TIMES/$BESIDE.log"
  return "$status"
}

slowest() {
  local title=$1
  shift
  printf '\n%s, in seconds:\n' "$title"
  # To the end of what is sorted: `head` would close the pipe, and that ends the whole script.
  sort -rn "$@" | sed -n '1,10s/^/  /p' | expand -t 10
}

# libtest's lines, and which of cargo's binaries they are of.
native_times() {
  sed -nE 's,.*Running (unittests )?(tests/)?([a-z_0-9/]+)\.rs .*,=\3,p; s/^test (.+) \.\.\. ok <([0-9.]+)s>$/\2\t\1/p' "$1" |
    awk -F '\t' '/^=/ { file = substr($0, 2); next } { print $1 "\t" file ": " $2 }'
}

say_times() {
  printf '\nThe stages, in seconds; some were side by side:\n'
  sed 's/^/  /' "$TIMES/stages.tsv" | expand -t 10
  if [[ -f $TIMES/native.log ]]; then
    native_times "$TIMES/native.log" >"$TIMES/native.tsv"
    slowest "The slowest native tests" "$TIMES/native.tsv"
  fi
  if compgen -G "$TIMES/page-*.tsv" >/dev/null; then
    slowest "The slowest tests of the page" "$TIMES"/page-*.tsv
  fi
}
