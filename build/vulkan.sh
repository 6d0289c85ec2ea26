# A Vulkan device for what runs natively: the GPU's, the system's software device, or a newer Mesa's.
# Needs system.sh.
# shellcheck shell=bash

# How to run what needs Vulkan; need_vulkan adds to it where the system's own software device is slow. Of vectors of four lanes
# Mesa's makes code three times as quickly as of eight, and that runs as fast.
ON_VULKAN=(env LP_NATIVE_VECTOR_WIDTH=128)

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
  ON_VULKAN+=("VK_DRIVER_FILES=$root/lavapipe.json" "LD_LIBRARY_PATH=${libraries[0]}")
}

unpack_newer_mesa() {
  local root=$1 archive codename package options
  # shellcheck disable=SC2016 # apt fills in what these names stand for, not this shell.
  archive=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' 2>/dev/null |
    sed -nE 's/^(\S+) ([a-z]+)$/\1 \2/p' | sed -n 1p)
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
  write_manifest "$root" lvp lavapipe.json
}

# Debian's manifest names the driver where it would be if it were installed.
write_manifest() {
  python3 -c 'import json, pathlib, sys
root, driver, name = pathlib.Path(sys.argv[1]), sys.argv[2], sys.argv[3]
[library] = root.glob("usr/lib/*/libvulkan_" + driver + ".so")
[manifest] = root.glob("usr/share/vulkan/icd.d/" + driver + "_icd*.json")
value = json.loads(manifest.read_text())
value["ICD"]["library_path"] = str(library)
(root / name).write_text(json.dumps(value))' "$@"
}

# How to run what compiles by Mesa's RADV, which does so for GPUs that are not there; need_radv finds it.
ON_RADV=(env MESA_SHADER_CACHE_DISABLE=true)

# Fails where there is none, or one that is too old to know the GPUs of today and ends the program that asks for them.
need_radv() {
  local root=$PWD/target/mesa libraries manifests
  need_vulkan
  if compgen -G "$root/usr/lib/*/libvulkan_radeon.so" >/dev/null; then
    write_manifest "$root" radeon radv.json
    libraries=("$root"/usr/lib/*-linux-gnu*)
    ON_RADV+=("VK_DRIVER_FILES=$root/radv.json" "LD_LIBRARY_PATH=${libraries[0]}")
    return
  fi
  manifests=(/usr/share/vulkan/icd.d/radeon_icd*.json)
  [[ -f ${manifests[0]} ]] || return 1
  if mesa_is_slow; then return 1; fi
  ON_RADV+=("VK_DRIVER_FILES=${manifests[0]}")
}
