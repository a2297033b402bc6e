# shellcheck shell=bash
# Builds Vitrine. Used by `make run` and `make test`.

# One compiler per core, and no more than there is memory for (a file with templates takes 1 GiB).
build_jobs() {
  local cores gib
  cores=$(nproc)
  gib=$(($(sed -nE 's/^MemAvailable: +([0-9]+) kB/\1/p' /proc/meminfo) / 1048576))
  [ "$gib" -ge 1 ] || gib=1
  echo $((cores < gib ? cores : gib))
}

build_service() {  # PROJECT
  local build=$1/build/release cache=$1/build/release/CMakeCache.txt fresh=()
  # A project that was moved or copied brings a cache that names its old place.
  if [ -e "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$1" "$cache"; then
    fresh=(--fresh)
  fi
  if [ ! -e "$build/build.ninja" ] || [ ${#fresh[@]} != 0 ]; then
    (cd "$1" && cmake --preset release -DVITRINE_TESTS=OFF "${fresh[@]}") || return
  fi
  ninja -C "$build" -j "$(build_jobs)" vitrine
}
