# Shared by the scripts beside this file: what is missing is installed where that is allowed, else named.
# shellcheck shell=bash

export PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"
SKIPPED=()
SKIPPED_STATUS=77

step() { printf '\n== %s\n' "$1" >&2; }

fail() {
  printf 'error: %s\n' "$1" >&2
  exit 1
}

# Notes a check that could not run, and why; `report_skipped` lists them together.
skip() {
  SKIPPED+=("$1: $2")
  printf 'skipped: %s: %s\n' "$1" "$2" >&2
}

# The same for a script that can do nothing of what it is there for.
skip_all() {
  skip "$@"
  exit "$SKIPPED_STATUS"
}

# Lists the checks that were skipped, and the tests in the file that KINGBOLT_TEST_SKIPPED names.
report_skipped() {
  local line
  while IFS= read -r line; do SKIPPED+=("${line#skipped: }"); done <"$KINGBOLT_TEST_SKIPPED"
  step "skipped: ${#SKIPPED[@]}"
  for line in ${SKIPPED[@]+"${SKIPPED[@]}"}; do printf '  %s\n' "$line" >&2; done
}

has() { command -v "$1" >/dev/null 2>&1; }

need_command() { has "$1" || fail "\`$1\` is not installed: $2"; }

# debian_package COMMAND PACKAGE…: installs the packages when the command is missing and we may.
debian_package() {
  local command=$1
  shift
  if has "$command"; then return; fi
  if [[ $(id -u) != 0 ]] || ! has apt-get; then
    printf 'note: %s is missing (apt-get install %s)\n' "$command" "$*" >&2
    return
  fi
  if [[ -z ${APT_UPDATED-} ]]; then
    apt-get -qq update >&2 || true
    APT_UPDATED=yes
  fi
  DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$@" >/dev/null ||
    printf 'note: failed to install %s\n' "$*" >&2
}

rust_component() {
  if cargo "${1/rustfmt/fmt}" --version >/dev/null 2>&1; then return; fi
  has rustup || fail "the Rust component \`$1\` is missing, and there is no rustup to install it"
  rustup -q component add "$1"
}

has_target() { [[ -d $(rustc --print sysroot)/lib/rustlib/$1/lib ]]; }

rust_target() {
  if has_target "$1" || ! has rustup; then return; fi
  rustup -q target add "$1" || printf 'note: failed to add the Rust target %s\n' "$1" >&2
}

# python_tool NAME: a tool from PyPI, in a virtual environment of our own under target/tools.
python_tool() {
  local tools=$PWD/target/tools
  if [[ ! -x $tools/bin/pip ]] && has python3; then
    python3 -m venv "$tools" >&2 || rm -rf "$tools"
  fi
  if [[ ! -x $tools/bin/pip ]]; then return 1; fi
  if "$tools/bin/pip" show --quiet "$1" 2>/dev/null; then return; fi
  "$tools/bin/pip" install --quiet --disable-pip-version-check "$1" >&2
}

# The tools of other makers that `tests/oracle` compares with, as pinned there, in target/oracles. A copy of the pins
# stands beside them once all is complete.
oracle_tools() {
  local tools=$PWD/target/oracles pins=$PWD/tests/oracle/tools.txt packaging
  if cmp -s "$pins" "$tools/tools.txt"; then return; fi
  rm -rf "$tools"
  has python3 && python3 -m venv "$tools" >&2 || return 0
  local pip=("$tools/bin/python" -m pip --disable-pip-version-check --quiet)
  packaging=$(grep '^packaging==' "$pins")
  "${pip[@]}" install --requirement "$pins" >&2 &&
    # Its test suite is in the source distribution only.
    "${pip[@]}" download --no-deps --no-binary packaging --dest "$tools" "$packaging" >&2 &&
    mkdir "$tools/packaging" && tar -xzf "$tools"/packaging-*.tar.gz --strip-components=1 -C "$tools/packaging" &&
    # The last ones that Python 3.9 and 3.8 can read.
    "${pip[@]}" install --no-deps --target "$tools/python3.9" packaging==26.3 >&2 &&
    "${pip[@]}" install --no-deps --target "$tools/python3.8" packaging==26.2 >&2 &&
    cp "$pins" "$tools/tools.txt" ||
    printf 'note: failed to install the tools that the oracles compare with\n' >&2
}

# Sets ZIG_CC and ZIG_AR: a C compiler for macOS, from PyPI's `ziglang`.
zig_compiler() {
  local tools=$PWD/target/tools
  python_tool ziglang || return 0
  # Zig does not know the target names that the `cc` crate passes.
  cat >"$tools/zig-cc" <<SCRIPT
#!/usr/bin/env bash
arguments=()
for argument in "\$@"; do
  case "\$argument" in --target=* | -arch | arm64) ;; *) arguments+=("\$argument") ;; esac
done
exec "$tools/bin/python" -m ziglang cc -target aarch64-macos "\${arguments[@]}"
SCRIPT
  printf '#!/bin/sh\nexec "%s" -m ziglang ar "$@"\n' "$tools/bin/python" >"$tools/zig-ar"
  chmod +x "$tools/zig-cc" "$tools/zig-ar"
  export ZIG_CC=$tools/zig-cc
  export ZIG_AR=$tools/zig-ar
}

# A wine of our own under target/, with what Windows has and wine 8 lacks: the library that Rust's std needs, and a boot.
wine_prefix() {
  # Without the overrides wine asks for replacements of .NET and of a browser.
  export WINEPREFIX=$PWD/target/wine WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml='
  local system32=$WINEPREFIX/drive_c/windows/system32
  if [[ ! -f $system32/bcryptprimitives.dll ]]; then
    wine wineboot --init >/dev/null 2>&1 || return 1
    wine winecfg /v win10 >/dev/null 2>&1 || return 1
    # Windows counts its starts; wine does not.
    wine reg add 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Memory Management\PrefetchParameters' \
      /v BootId /t REG_DWORD /d 1 /f >/dev/null 2>&1 || return 1
    x86_64-w64-mingw32-gcc -shared -O2 -s -o "$system32/bcryptprimitives.dll" tests/wine/bcryptprimitives.c -ladvapi32
  fi
}

# maven_python WHAT SYSTEM SHA256: a CPython of that system from Maven's `org.bytedeco:cpython`, in
# target/SYSTEM-python. Fails, and notes WHAT as skipped, where it cannot be had.
maven_python() {
  local directory=$PWD/target/$2-python version=3.13.5-1.5.12
  local jar=$directory/cpython-$version-$2-x86_64.jar
  if [[ -d $directory/org ]]; then return; fi
  if ! has mvn || ! mvn -q -B dependency:copy -DoutputDirectory="$directory" \
    -Dartifact="org.bytedeco:cpython:$version:jar:$2-x86_64" >/dev/null 2>&1; then
    skip "$1" 'it could not be fetched (apt-get install maven)'
    return 1
  fi
  if ! sha256sum --check --quiet - <<<"$3  $jar" >&2; then
    rm -f "$jar"
    skip "$1" 'Maven has another one than the expected one'
    return 1
  fi
  rm -rf "$directory/unpacked"
  python3 -m zipfile -e "$jar" "$directory/unpacked" && mv "$directory/unpacked/org" "$directory/"
}

# Sets KINGBOLT_TEST_PYTHON to a CPython built for Windows.
windows_python() {
  local root=$PWD/target/windows-python/org/bytedeco/cpython/windows-x86_64
  if [[ ! -f $root/python.exe ]]; then
    maven_python 'Windows tests that need a Python' windows \
      cfe5502ffa7ea369be707b6d88bf68344732a7800450665080fb4267c01bfeae || return 0
    # Ordinary installations have the program for windows beside the other one.
    cp "$root/bin/pythonw.exe" "$root/"
    # wine 8 aborts in the WMI call with which `platform` asks for the Windows version; without the module it asks
    # another way.
    rm "$root/lib/_wmi.pyd"
  fi
  KINGBOLT_TEST_PYTHON=Z:${root//\//\\}\\python.exe
  export KINGBOLT_TEST_PYTHON
}

# Pythons of other kinds than those of this machine: PyPy, and a CPython that stands elsewhere than it was built for.
other_pythons() {
  debian_package pypy3 pypy3
  if [[ $(uname -sm) == 'Linux x86_64' ]]; then
    maven_python 'the environment of a standalone build' linux \
      50ad91aa0baa57f0235bb666b87d8bf2a44e215d28c250de1030502906af143b || return 0
    # Unpacked files are not executable.
    chmod +x target/linux-python/org/bytedeco/cpython/linux-x86_64/bin/python3.13
  fi
}
