#!/bin/sh
# Makes sure of what only the system's package manager can install: by installing it where this is permitted (as root, or
# by a sudo that asks for no password), else by naming the command.
#
#   tools/system-packages.sh pango PYTHON    the libraries that WeasyPrint loads; PYTHON is one that has WeasyPrint
#   tools/system-packages.sh venv PYTHON     what `PYTHON -m venv` needs
#   tools/system-packages.sh writer          LibreOffice Writer, in which the tests edit a Word file, with its Python module
#
# Exit 0: it is there. Exit 1: it is not, and standard error says what to do.
set -u
what=$1
python=${2-/usr/bin/python3}

works() {
  case $what in
    pango) "$python" -c 'import weasyprint' ;;
    venv) "$python" -c 'import ensurepip, venv' ;;
    writer) command -v soffice && "$python" -c 'import uno' ;;
  esac >/dev/null 2>&1
}

complete() { # without HarfBuzz's subsetter, WeasyPrint works, but slower, and warns
  [ "$what" != pango ] || "$python" -c 'from weasyprint.text import ffi; exit(ffi.harfbuzz_subset is None)' 2>/dev/null
}

packages() {
  case $what:$1 in
    pango:apt-get) echo libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 ;;
    pango:dnf) echo pango harfbuzz ;;
    pango:apk) echo so:libpango-1.0.so.0 so:libpangoft2-1.0.so.0 so:libharfbuzz-subset.so.0 ;;
    pango:brew) echo pango harfbuzz ;;
    writer:apt-get) echo libreoffice-writer python3-uno ;;
    writer:dnf) echo libreoffice-writer libreoffice-pyuno ;;
    venv:apt-get) "$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])' ;;
  esac
}

manager() {
  for name in apt-get dnf apk brew; do
    command -v "$name" >/dev/null && echo "$name" && return
  done
}

install_command() {
  case $1 in
    apt-get) echo apt-get install --yes --no-install-recommends ;;
    dnf) echo dnf install --assumeyes ;;
    apk) echo apk add ;;
    brew) echo brew install ;;
  esac
}

run() { # quiet where it succeeds; apt-get must not ask
  said=$($as_root env DEBIAN_FRONTEND=noninteractive "$@" 2>&1 </dev/null) || { echo "$said" >&2; return 1; }
}

works && complete && exit 0

manager=$(manager)
wanted=$(packages "${manager:-none}")
as_root=
permitted=yes
if [ "$manager" != brew ] && [ "$(id -u)" != 0 ]; then
  as_root='sudo -n'
  $as_root true 2>/dev/null || permitted=no
fi

if [ -n "$wanted" ] && [ $permitted = yes ]; then
  echo "Installing $wanted ($manager)"
  [ "$manager" != apt-get ] || run apt-get update
  for package in $wanted; do # one by one: some releases have one inside another
    run $(install_command "$manager") "$package"
  done
fi

works && exit 0

case $what in
  pango) echo 'PDF needs the library Pango.' ;;
  venv) echo 'Python cannot make an environment here: it lacks venv or ensurepip.' ;;
  writer) echo 'The tests that edit a Word file need LibreOffice Writer, and its module uno in /usr/bin/python3.' ;;
esac >&2
if [ -n "$wanted" ]; then
  [ "$manager" = brew ] || sudo='sudo '
  echo "Install it: ${sudo:-}$(install_command "$manager") $wanted" >&2
elif [ "$what" = pango ]; then
  echo 'Install it: https://doc.courtbouillon.org/weasyprint/stable/first_steps.html' >&2
fi
exit 1
