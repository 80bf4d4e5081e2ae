#!/bin/sh
# Sees to what the system itself must have: as root on Debian or Ubuntu it is installed, elsewhere one line says what is missing.
# Usage: tools/system.sh NEED…   with needs out of: venv gettext git browser driver fonts office
set -eu
python=${PYTHON:-python3}
distribution=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}" || true)

has() { command -v "$1" >/dev/null 2>&1; }

lacks() {
    case $1 in
        venv) ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ;;
        gettext) ! has msgfmt || ! has xgettext ;;
        git) ! has git ;;
        # Ubuntu's chromium package is a snap, which Playwright cannot drive: there Playwright brings its own.
        browser) [ "$distribution" != ubuntu ] && ! has chromium ;;
        # Playwright's own Node is linked against it; bare images lack it.
        driver) [ "$(uname)" = Linux ] && ! /sbin/ldconfig -p 2>/dev/null | grep -q libatomic.so.1 ;;
        # The tests open our workbooks in a second office program; macOS brings its own in a place of its own.
        office) [ "$(uname)" = Linux ] && ! has soffice && ! has libreoffice ;;
        fonts) [ "$(uname)" = Linux ] && { ! has fc-list || [ -z "$(fc-list :lang=zh 2>/dev/null | head -n 1)" ]; } ;;
    esac
}

package() {
    case $1 in
        venv) echo python3-venv ;;
        browser) echo chromium ;;
        driver) echo libatomic1 ;;
        office) echo libreoffice-calc-nogui ;;
        fonts) echo fontconfig fonts-noto-cjk ;;
        *) echo "$1" ;;
    esac
}

if has "$python" && ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "bangfu needs Python 3.11 or newer; this is $("$python" -V). Name another one: make PYTHON=python3.12 …" >&2
    exit 1
fi

missing=""
for need in "$@"; do
    if lacks "$need"; then missing="$missing $(package "$need")"; fi
done

if [ -n "$missing" ]; then
    case $distribution in
        debian | ubuntu)
            if [ "$(id -u)" != 0 ]; then
                echo "Missing on this system; please run: sudo apt-get install$missing" >&2
                exit 1
            fi
            echo "installing$missing"
            export DEBIAN_FRONTEND=noninteractive
            apt-get update -qq
            # shellcheck disable=SC2086 # the list is meant to split into words
            apt-get install -y -qq --no-install-recommends $missing >/dev/null
            ;;
        *)
            case " $* " in
                *" browser "*) missing=$(printf '%s' "$missing" | sed 's/ chromium//') ;;
            esac
            if [ -n "$missing" ]; then
                echo "Missing on this system; please install:$missing (macOS: brew install gettext git python)" >&2
                exit 1
            fi
            ;;
    esac
fi

case " $* " in
    *" browser "*)
        if ! has chromium || [ "$distribution" = ubuntu ]; then
            echo "fetching Chromium for Playwright"
            if [ "$distribution" = ubuntu ] && [ "$(id -u)" = 0 ]; then
                .venv/bin/playwright install --with-deps chromium >/dev/null
            else
                .venv/bin/playwright install chromium >/dev/null
            fi
        fi
        ;;
esac
