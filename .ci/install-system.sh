#!/bin/sh
# Install the system programs that `make test` uses, those that are missing; or, called with `demo`,
# only those that `make demo` uses. Quiet and fast when nothing is missing. As root or with sudo on
# Debian and its like; elsewhere it says what to install.
set -eu

purpose=${1:-test}
missing=""

# want PROGRAM PACKAGE: the package is wanted unless the program is there.
want() {
    command -v "$1" >/dev/null 2>&1 || missing="$missing $2"
}

# want_server PROGRAM PACKAGE SERVICE: the same, for what would begin to serve this machine.
services=""
want_server() {
    command -v "$1" >/dev/null 2>&1 || { missing="$missing $2"; services="$services $3"; }
}

# want_sounds LANGUAGE PACKAGE: Asterisk's recordings of a language.
want_sounds() {
    for folder in /usr/share/asterisk/sounds/"$1"_*; do
        [ -e "$folder/digits/1.wav" ] && return
    done
    missing="$missing $2"
}

PATH="$PATH:/usr/sbin:/sbin"
want espeak-ng espeak-ng
want baresip baresip-core
want setpriv util-linux
# An Asterisk of the machine's own makes the private one, and what sets it up, superfluous.
command -v asterisk >/dev/null 2>&1 || want debootstrap debootstrap
# The demo's bank has its accounts in SQLite, reached by ODBC.
want isql unixodbc
want odbcinst odbcinst
# driver NAME PACKAGE: the package is wanted unless ODBC knows the driver.
driver() {
    odbcinst -q -d -n "$1" >/dev/null 2>&1 || missing="$missing $2"
}
driver SQLite3 libsqliteodbc

if [ "$purpose" != demo ]; then
    want sipp sip-tester
    # A second speaker, whom recognisers are to understand.
    want flite flite
    # What callers hear where no voice speaks.
    want_sounds en asterisk-core-sounds-en-wav
    want_sounds it asterisk-core-sounds-it-wav
    # The tests build a small library in C.
    want cc "gcc libc6-dev"
    # Databases, of which the tests start their own, and the drivers for them.
    want_server pg_createcluster postgresql postgresql
    want_server mariadbd mariadb-server mariadb
    driver "PostgreSQL Unicode" odbc-postgresql
    driver "MariaDB Unicode" odbc-mariadb
    driver FreeTDS tdsodbc
    # Message brokers, of which the tests start their own.
    want_server rabbitmqctl rabbitmq-server rabbitmq-server
    want_server mosquitto mosquitto mosquitto
    # Readers of the pictures that ivrkit draws: a browser, Graphviz, and what fetches Mermaid.
    command -v chromium >/dev/null 2>&1 || want chromium-headless-shell chromium-headless-shell
    want dot graphviz
    want npm npm
    # What the page about the API shows is sent with these.
    want curl curl
    want jq jq
    # The rules of the alarms are read by what comes with Prometheus.
    want_server promtool prometheus prometheus
fi

[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "Please install these programs (Debian's names):$missing" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    as_root=""
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    echo "Please install as root: apt-get install --no-install-recommends$missing" >&2
    exit 1
fi

echo "Installing$missing"
log=$(mktemp)
# What the tests start themselves is not to be started as a service of this machine too.
policy=/usr/sbin/policy-rc.d
own_policy=""
if [ ! -e "$policy" ]; then
    own_policy=$policy
    printf '#!/bin/sh\nexit 101\n' | $as_root tee "$policy" >/dev/null
    $as_root chmod 755 "$policy"
fi
trap 'rm -f "$log"; [ -z "$own_policy" ] || $as_root rm -f "$own_policy"' EXIT
install() {
    # shellcheck disable=SC2086 # both are lists of words
    $as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -q --no-install-recommends $missing >"$log" 2>&1
}
if ! install; then
    # The package lists may be too old, or there may be none yet.
    $as_root apt-get update -q >"$log" 2>&1 || true
    install || { cat "$log" >&2; echo "Could not install:$missing" >&2; exit 1; }
fi
# Nor with the next start of the machine: nothing of it was here before.
if command -v systemctl >/dev/null 2>&1; then
    for service in $services; do
        $as_root systemctl disable -q "$service" >/dev/null 2>&1 || true
    done
fi
