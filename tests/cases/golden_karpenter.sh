#!/usr/bin/env bash
# Karpenter's own answers to pending pods in snapshots of clusters, from simple to nasty, and ours:
# one of those that it gave (tests/golden/README.md). Of a pod without a place the reason is compared
# up to the first comma.
. "$(dirname "$0")/../case.sh"

golden=$root/tests/golden/karpenter
# Prices of the families that the pools ask for, so that new ones elsewhere change nothing.
prices=$root/tests/golden/karpenter-consolidation/catalog

# The answer in $1 with its lists sorted, as one of the array in $2: 1 or 0.
is_among() {
    sqlite3 :memory: "
        WITH answer AS (SELECT CAST(readfile('$1') AS TEXT) AS text),
        claims AS (SELECT json_object(
            'node_pool', json_extract(value, '\$.node_pool'),
            'pods', (SELECT json_group_array(value) FROM
                (SELECT value FROM json_each(claim.value, '\$.pods') ORDER BY value)),
            'instance_types', (SELECT json_group_array(value) FROM
                (SELECT value FROM json_each(claim.value, '\$.instance_types') ORDER BY value)),
            'launch', json_extract(value, '\$.launch'),
            'nano_usd_per_hour',
                CAST(round(json_extract(value, '\$.usd_per_hour') * 1e9) AS INTEGER)) AS text
            FROM answer, json_each(answer.text, '\$.node_claims') AS claim),
        ours AS (SELECT json_object(
            'node_claims', (SELECT json_group_array(json(text)) FROM
                (SELECT text FROM claims ORDER BY text)),
            'unschedulable', (SELECT json_group_object(key, value) FROM
                (SELECT key, substr(value, 1, instr(value || ',', ',') - 1) AS value
                 FROM json_each(answer.text, '\$.unschedulable') ORDER BY key)),
            'placements', (SELECT json_group_object(key, value) FROM
                (SELECT key, value FROM json_each(answer.text, '\$.placements') ORDER BY key)))
            AS text FROM answer)
        SELECT EXISTS (SELECT 1 FROM ours, json_each(CAST(readfile('$2') AS TEXT)) AS theirs
            WHERE theirs.value = ours.text)"
}

for snapshot in "$golden"/*.yaml; do
    name=$(basename "$snapshot" .yaml)
    "$fargauge" decide --controller karpenter --catalog "$prices" "$snapshot" >"$out" 2>"$err"
    is "Karpenter decides the same on snapshot $name" 1 "$(is_among "$out" "$golden/$name.json")"
done
is "all of them" 110 "$count"
finish
