#!/usr/bin/env bash
# Runs test programs and scripts, all of which speak TAP, and adds up what they say.
# A program that stops before its plan is done, or with a status of its own, is one failure more.
# The last line is "N passed, N failed", with ", N skipped" where some were.
set -u
passed=0 failed=0 skipped=0
export CMOCKA_MESSAGE_OUTPUT=TAP
output=$(mktemp) || exit 1
trap 'rm -f "$output"' EXIT

for test in "$@"; do
    "$test" >"$output" 2>&1 </dev/null
    status=$?
    # cmocka says "not ok ... # SKIP" of a test that skips itself.
    skips=$(grep -cE '^(not )?ok .*# ?SKIP' "$output")
    oks=$(grep -E '^(not )?ok ' "$output" | grep -cE '^ok |# ?SKIP')
    bads=$(grep -E '^not ok ' "$output" | grep -cvE '# ?SKIP')
    plan=$(grep -oE '^1\.\.[0-9]+' "$output" | awk -F'[.][.]' '{sum += $2} END {print sum + 0}')
    if [ "$bads" -eq 0 ] && { [ "$status" -ne 0 ] || [ "$plan" -ne "$oks" ]; }; then
        bads=1
        echo "not ok - $test ended with status $status after $oks of $plan tests" >>"$output"
    fi
    passed=$((passed + oks - skips)) failed=$((failed + bads)) skipped=$((skipped + skips))
    if [ "$bads" -gt 0 ]; then
        printf '  FAILED  %s\n' "$test"
        sed 's/^/          /' "$output" | grep -vE '^ *ok ' | tail -n 60
    else
        note=
        [ "$skips" -gt 0 ] && note=", $skips skipped"
        printf '  ok      %s (%d%s)\n' "${test#build*/}" "$((oks - skips))" "$note"
    fi
done
if [ "$skipped" -gt 0 ]; then
    echo "$passed passed, $failed failed, $skipped skipped"
else
    echo "$passed passed, $failed failed"
fi
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
