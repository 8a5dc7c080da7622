#!/usr/bin/env bash
# kube-scheduler's own answers to snapshots of clusters, from simple to nasty, and ours: equal to the
# letter (tests/golden/README.md).
. "$(dirname "$0")/../case.sh"

golden=$root/tests/golden/kube-scheduler
for snapshot in "$golden"/*.yaml; do
    name=$(basename "$snapshot" .yaml)
    "$fargauge" decide --controller kube-scheduler "$snapshot" >"$out" 2>"$err"
    cmp -s "$golden/$name.json" "$out"
    verdict $? "kube-scheduler decides the same on snapshot $name"
    cmp -s "$golden/$name.json" "$out" || diff "$golden/$name.json" "$out" | cut -c 1-300 | sed 's/^/# /' | head -n 6
done
is "all of them" 120 "$count"
finish
