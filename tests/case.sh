# Sourced by whole-program tests. They print TAP; each check is one line:
#   exits 2 "$fargauge" run bad.yaml     the status; output is kept in $out and $err
#   says 'line 7'                        standard error of the last `exits` holds this text
#   prints 'text'                        the same of standard output
#   is "what" expected found             two texts are equal
#   skip "what" "why"
# A test has a folder of its own, $work, which is where it starts and which goes with it.
set -u
fargauge=${FARGAUGE:?path of the program}
here=$(cd "$(dirname "${BASH_SOURCE[1]}")" && pwd)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
traces=${FARGAUGE_TRACES:-}
[ -n "$traces" ] && traces=$(cd "$root" && cd "$traces" && pwd)
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
out=$work/.out err=$work/.err
count=0 bad=0 last=

verdict() { # good? what
    count=$((count + 1))
    if [ "$1" = 0 ]; then
        echo "ok $count - $2"
    else
        echo "not ok $count - $2"
        bad=1
    fi
}
exits() {
    local want=$1 got
    shift
    last="$*"
    "$@" >"$out" 2>"$err" </dev/null
    got=$?
    [ "$got" = "$want" ]
    verdict $? "exit $want: ${last//"$root"/.}"
    [ "$got" = "$want" ] || { echo "# exit was $got"; sed 's/^/# /' "$err" | head -n 20; }
}
says() {
    grep -qF -- "$1" "$err"
    verdict $? "says: $1"
    grep -qF -- "$1" "$err" || sed 's/^/# said: /' "$err" | head -n 10
}
prints() {
    grep -qF -- "$1" "$out"
    verdict $? "prints: $1"
    grep -qF -- "$1" "$out" || sed 's/^/# printed: /' "$out" | head -n 30
}
is() {
    [ "$2" = "$3" ]
    verdict $? "$1"
    [ "$2" = "$3" ] || { echo "# expected: $2"; echo "# found:    $3"; }
}
query() { sqlite3 -readonly "$1" "$2"; }
skip() {
    count=$((count + 1))
    echo "ok $count - $1 # SKIP $2"
}
finish() {
    echo "1..$count"
    exit "$bad"
}
