# The engine as WebAssembly: a Rust that compiles for browsers, the engine, and its binding to JavaScript.
# Needs system.sh, wasm-opt in node_modules/, and what `build_tools` compiles.
# shellcheck shell=bash

readonly WASM_TARGET=wasm32-unknown-unknown
readonly WASM_FOLDER=target/wasm
readonly WASM_FILE=$WASM_FOLDER/$WASM_TARGET/release/impasto.wasm
readonly BINDGEN=target/quick/bindgen
# What the page can choose from, as the engine says it.
readonly CHOICES=target/engine/choices.json
# What rustc takes for granted on wasm32-unknown-unknown: wasm-opt refuses what it is not told of.
readonly WASM_FEATURES=(
  --enable-bulk-memory --enable-bulk-memory-opt --enable-call-indirect-overlong --enable-multivalue
  --enable-mutable-globals --enable-nontrapping-float-to-int --enable-reference-types --enable-sign-ext
)
# How to run cargo and clippy for wasm; choose_wasm_toolchain changes them where rustup cannot help.
WASM_CARGO=(cargo)
WASM_CLIPPY=(cargo clippy)

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
    sed -n 's/^Depends: //p' | grep -oE "$2" | sed -n 1p || true
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

# Its own folder, because two compilers would throw away each other's work; and a crate in one piece, because what lies in
# several is not joined, and every visitor downloads it: a sixth less.
in_wasm_folder() { CARGO_TARGET_DIR=$WASM_FOLDER CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1 "$@"; }
wasm_cargo() { in_wasm_folder "${WASM_CARGO[@]}" "$@"; }
wasm_clippy() { in_wasm_folder "${WASM_CLIPPY[@]}" "$@"; }

bind_engine() {
  say "Binding the engine to JavaScript and shrinking it with wasm-opt"
  rm -rf target/engine
  "$BINDGEN" "$WASM_FILE" target/engine
  node_modules/.bin/wasm-opt -O3 "${WASM_FEATURES[@]}" target/engine/impasto_bg.wasm -o target/engine/impasto_bg.wasm
  node build/choices.js target/engine "$CHOICES"
}

build_engine() {
  choose_wasm_toolchain
  say "Compiling the engine to WebAssembly"
  wasm_cargo build --release --lib --target "$WASM_TARGET"
  remake target/engine "$(hash_of "$BINDGEN" "$WASM_FILE" package-lock.json build/wasm.sh build/choices.js)" bind_engine
}
