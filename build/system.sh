# What the other parts of build.sh stand on: what it says, what it redoes, and what it asks of the system.
# Needs none of the others.
# shellcheck shell=bash

say() { printf '[%4d s] %s\n' "$SECONDS" "$*"; }

die() {
  printf 'build.sh: %s\n' "$*" >&2
  exit 1
}

need() { command -v "$1" >/dev/null || die "$1 is missing: $2"; }

hash_of() { cat -- "$@" | sha256sum | cut -d' ' -f1; }

# remake OUTPUT INPUTS_HASH COMMAND...: runs the command unless OUTPUT is there and was made from the same inputs.
remake() {
  local output=$1 inputs=$2 stamp=target/stamps/${1//\//_}
  shift 2
  if [[ -e $output && -f $stamp && $(<"$stamp") == "$inputs" ]]; then return; fi
  rm -f "$stamp"
  "$@"
  mkdir -p target/stamps
  echo "$inputs" >"$stamp"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  else
    need sudo "run as root once, or install sudo, for: $*"
    sudo "$@"
  fi
}

apt_install() {
  need apt-get "install $* with this system's own package manager"
  say "Installing $* with apt"
  # Lists that are old or partly out of reach may still do.
  as_root apt-get update -qq || true
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@" >/dev/null ||
    die "apt-get could not install $*: install it by hand"
}
