#!/bin/sh
# Install what only the system's package manager can install. Without permission (root, or sudo without a password), print
# the command to run instead.
#
#   tools/system-packages.sh pango PYTHON    the libraries that WeasyPrint loads; PYTHON has WeasyPrint installed
#   tools/system-packages.sh venv PYTHON     the modules that `PYTHON -m venv` needs
#   tools/system-packages.sh writer          LibreOffice Writer and its Python module, for the tests that edit a Word file
#   tools/system-packages.sh browser         Chromium, for the tests that measure a page
#   tools/system-packages.sh validators      a JDK and what veraPDF needs, for the tests that validate PDFs
#
# Exit status: 0 if it is installed, 1 if not. Standard error then says what to do.
set -u
what=$1
python=${2-/usr/bin/python3}

works() {
  case $what in
    pango) "$python" -c 'import weasyprint' ;;
    venv) "$python" -c 'import ensurepip, venv' ;;
    writer) command -v soffice && "$python" -c 'import uno' ;;
    browser) command -v chromium || command -v chromium-browser || command -v google-chrome ;;
    validators) command -v javac && test -e /usr/share/java/jaxb-runtime.jar ;;
  esac >/dev/null 2>&1
}

complete() { # without HarfBuzz's subsetter, WeasyPrint is slower and warns
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
    validators:apt-get) echo default-jdk-headless libjaxb-java ;;
    browser:apt-get | browser:dnf | browser:apk) echo chromium ;;
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

run() { # print nothing on success; keep apt-get from asking questions
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
  for package in $wanted; do # one by one: some releases bundle one with another
    run $(install_command "$manager") "$package"
  done
fi

works && exit 0

case $what in
  pango) echo 'PDF output needs the Pango library.' ;;
  venv) echo 'Python cannot create a virtual environment: venv or ensurepip is missing.' ;;
  validators) echo 'The tests that validate PDFs need a JDK and /usr/share/java/jaxb-runtime.jar.' ;;
  browser) echo 'The tests that measure a page need Chromium.' ;;
  writer) echo 'The tests that edit a Word file need LibreOffice Writer and its module uno for /usr/bin/python3.' ;;
esac >&2
if [ -n "$wanted" ]; then
  [ "$manager" = brew ] || sudo='sudo '
  echo "Install it: ${sudo:-}$(install_command "$manager") $wanted" >&2
elif [ "$what" = pango ]; then
  echo 'Install it: https://doc.courtbouillon.org/weasyprint/stable/first_steps.html' >&2
fi
exit 1
