#!/usr/bin/env bash
# The arrows between folders run one way: models, data, reports, sim; within sim controllers,
# replay, batch, commands. reports may use of data the store alone. models touch no files.
set -u
cd "$(dirname "$0")/.." || exit 1
bad=0
complain() {
    echo "$1: $2" >&2
    bad=1
}
allowed() { # folder, included header
    case $1 in
        models) [[ $2 == models/* ]] ;;
        data) [[ $2 == models/* || $2 == data/* ]] ;;
        reports) [[ $2 == models/* || $2 == reports/* || $2 == data/store.h ]] ;;
        sim/controllers) [[ $2 == models/* || $2 == sim/controllers/* ]] ;;
        sim/replay) [[ $2 == models/* || $2 == sim/controllers/* || $2 == sim/replay/* ]] ;;
        sim/batch) [[ $2 == models/* || $2 == data/* || $2 == sim/replay/* || $2 == sim/batch/* ]] ;;
        sim/commands) [[ $2 != tests/* && $2 != bench/* ]] ;;
        sim) [[ $2 == sim/commands/command.h ]] ;;
    esac
}
for file in $(git ls-files -co --exclude-standard 'models/*.[ch]' 'data/*.[ch]' 'reports/*.[ch]' 'sim/*.[ch]'); do
    [ -f "$file" ] || continue
    folder=${file%/*}
    [[ $folder == models/* ]] && folder=models
    while read -r header; do
        [[ $header == */* ]] || complain "$file" "includes \"$header\"; expected its path from the top"
        allowed "$folder" "$header" || complain "$file" "$folder may not use $header"
    done < <(sed -n 's/^#include "\(.*\)".*/\1/p' "$file")
done
# The files of the replay stand in layers (world.h): no circle between them.
circles=$(for file in sim/replay/*.[ch]; do
    sed -n 's/^#include "\(sim\/replay\/.*\)\.h".*/\1/p' "$file" | grep -vxF "${file%.*}" |
        sed "s|^|${file%.*} |"
done | tsort 2>&1 >/dev/null | sed -n 's|^tsort: sim/replay/||p')
[ -z "$circles" ] || complain sim/replay "a circle of ${circles//$'\n'/, }"
while read -r line; do
    complain "$line" "models are pure"
done < <(git grep -nE '\b(fopen|open|printf|fprintf|getenv|time|clock_gettime|sqlite3_[a-z]+)\(|#pragma omp' \
    -- 'models/*.[ch]' | grep -vE 'models/base/(memory|status)\.c|snprintf')
exit $bad
