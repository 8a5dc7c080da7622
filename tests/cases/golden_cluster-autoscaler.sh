#!/usr/bin/env bash
# Cluster Autoscaler's own answers to snapshots of clusters, from simple to nasty, and ours: one of
# those that it gave (tests/golden/README.md).
. "$(dirname "$0")/../case.sh"

golden=$root/tests/golden/cluster-autoscaler

# The answer in $1 with its lists sorted, as one of the array in $2: 1 or 0.
is_among() {
    sqlite3 :memory: "
        WITH ours AS (SELECT json_object(
            'scale_up', (SELECT json_group_array(json(value)) FROM
                (SELECT value FROM json_each(answer, '\$.scale_up') ORDER BY value)),
            'unschedulable', (SELECT json_group_array(value) FROM
                (SELECT value FROM json_each(answer, '\$.unschedulable') ORDER BY value)),
            'scale_down', (SELECT json_group_array(json(value)) FROM
                (SELECT value FROM json_each(answer, '\$.scale_down') ORDER BY value)),
            'blocked', (SELECT json_group_object(key, value) FROM
                (SELECT key, value FROM json_each(answer, '\$.blocked') ORDER BY key))) AS text
            FROM (SELECT CAST(readfile('$1') AS TEXT) AS answer))
        SELECT EXISTS (SELECT 1 FROM ours, json_each(CAST(readfile('$2') AS TEXT)) AS theirs
            WHERE theirs.value = ours.text)"
}

for snapshot in "$golden"/*.yaml; do
    name=$(basename "$snapshot" .yaml)
    "$fargauge" decide --controller cluster-autoscaler "$snapshot" >"$out" 2>"$err"
    is "Cluster Autoscaler decides the same on snapshot $name" 1 \
        "$(is_among "$out" "$golden/$name.json")"
done
is "all of them" 120 "$count"
finish
