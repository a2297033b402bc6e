#!/usr/bin/env bash
# Installs the Debian 12 packages that a purpose needs, and nothing when they are there already.
#
#   deploy/dependencies.sh [--check] [build|run|test|bench|runtime]
#
#   build    compile Vitrine without its tests
#   run      build, and run it with a private PostgreSQL and the demo (default)
#   test     run, and everything `make test` and `make lint` use
#   bench    test, the load generator, and strace to count system calls
#   runtime  only the shared libraries that a built `vitrine` links (for container images)
#
# With --check it installs nothing, and fails when something is missing.
# Works as root, or as a user with sudo. Needs neither, and no network, when nothing is missing.
set -euo pipefail

readonly runtime=(ca-certificates libcurl4 libidn2-0 libpistache0 libpq5 libpqxx-6.4
  libprometheus-cpp-core1.0 libsodium23 libspdlog1.10 libssl3 libstdc++6
  libunistring2)
readonly build=(ca-certificates cmake g++ libcli11-dev libcurl4-openssl-dev libidn2-dev
  libpistache-dev libpq-dev libpqxx-dev libsodium-dev libspdlog-dev libssl-dev
  libunistring-dev make ninja-build nlohmann-json3-dev pkg-config prometheus-cpp-dev python3
  python3-yaml)
readonly run=("${build[@]}" curl jq postgresql-15)
# Mails are tried with Postfix too. Debian has room for one mail server: another one stays.
mail_server=(postfix)
if [ -e /usr/sbin/sendmail ] && [ ! -e /usr/sbin/postconf ]; then
  mail_server=()
fi
readonly test=("${run[@]}" catch2 ccache clang-14 clang-format-14 clang-tidy-14 faketime git
  libclang-rt-14-dev libfuzzer-14-dev nginx-light openssl python3-aiosmtpd python3-cryptography
  python3-jsonschema python3-jwt python3-psycopg python3-pytest python3-requests shellcheck
  "${mail_server[@]}")
readonly bench=("${test[@]}" strace wrk)

say() { echo "dependencies: $*"; }
fail() {
  say "$*" >&2
  exit 1
}

# Prints those of the given packages that are not installed.
missing_of() {
  local installed package
  # dpkg-query fails when it does not know a package; what it does not print is missing.
  installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true)
  for package in "$@"; do
    grep -qxF "installed $package" <<<"$installed" || echo "$package"
  done
}

as_root() {
  if [ "$(id -u)" = 0 ]; then
    env DEBIAN_FRONTEND=noninteractive "$@"
  else
    sudo env DEBIAN_FRONTEND=noninteractive "$@"
  fi
}

apt() { as_root apt-get -q -o DPkg::Lock::Timeout=300 "$@"; }

update_lists() {
  say "reading the lists of packages (apt-get update)"
  apt update || fail "apt-get update failed: this step needs the network and Debian's repositories"
}

lists_exist() {
  [ -n "$(find /var/lib/apt/lists -maxdepth 1 -name '*_Packages*' -print -quit 2>/dev/null)" ]
}

# Debian starts what it installs. These two files keep it from making a database cluster or starting
# a web server that nobody asked for; both are gone when the installation ends.
readonly no_cluster=/etc/postgresql-common/createcluster.d/vitrine-no-main-cluster.conf
readonly no_start=/usr/sbin/policy-rc.d
keep_quiet() {
  as_root mkdir -p "${no_cluster%/*}"
  echo 'create_main_cluster = false' | as_root tee "$no_cluster" >/dev/null
  guards=("$no_cluster")
  if [ ! -e $no_start ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee $no_start >/dev/null
    as_root chmod 755 $no_start
    guards+=("$no_start")
  fi
  trap remove_guards EXIT
}
remove_guards() {
  as_root rm -f "${guards[@]}"
  as_root rmdir "${no_cluster%/*}" 2>/dev/null || true
}

install_packages() {
  lists_exist || update_lists
  keep_quiet
  # Old lists name versions that are no longer offered: then, and only then, they are read again.
  if ! apt install -y --no-install-recommends "$@"; then
    update_lists
    apt install -y --no-install-recommends "$@" ||
      fail "apt-get could not install: $*"
  fi
  # On a booted machine servers would otherwise come up with the next start.
  [ -d /run/systemd/system ] || return 0
  if [[ " $* " == *" nginx-light "* ]]; then
    as_root systemctl disable --quiet nginx
  fi
  if [[ " $* " == *" postfix "* ]]; then
    as_root systemctl disable --quiet postfix
  fi
}

check=no
if [ "${1:-}" = --check ]; then
  check=yes
  shift
fi
purpose=${1:-run}
case $purpose in
  build) packages=("${build[@]}") ;;
  run) packages=("${run[@]}") ;;
  test) packages=("${test[@]}") ;;
  bench) packages=("${bench[@]}") ;;
  runtime) packages=("${runtime[@]}") ;;
  *) fail "unknown purpose '$purpose'; use build, run, test, bench or runtime" ;;
esac
command -v dpkg-query >/dev/null || fail "this script knows Debian 12 only, and finds no dpkg here"

mapfile -t missing < <(missing_of "${packages[@]}")
if [ ${#missing[@]} = 0 ]; then
  say "all ${#packages[@]} packages for '$purpose' are installed"
  exit 0
fi
[ $check = no ] || fail "missing for '$purpose': ${missing[*]}"
if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
  fail "missing: ${missing[*]}. Installing them needs root, and there is no sudo:" \
    "run 'deploy/dependencies.sh $purpose' as root once"
fi
say "installing ${#missing[@]} of ${#packages[@]} packages for '$purpose': ${missing[*]}"
install_packages "${missing[@]}"

mapfile -t missing < <(missing_of "${packages[@]}")
[ ${#missing[@]} = 0 ] || fail "still missing after the installation: ${missing[*]}"
say "done"
