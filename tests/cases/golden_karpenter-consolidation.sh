#!/usr/bin/env bash
# What Karpenter itself would take away from clusters, from simple to nasty, and what we would: one of
# the answers that it gave (tests/golden/README.md).
. "$(dirname "$0")/../case.sh"

golden=$root/tests/golden/karpenter-consolidation

# What $1 says of consolidation, lists sorted, is one of the array in $2: 1 or 0.
is_among() {
    sqlite3 :memory: "
        WITH ours AS (SELECT CASE WHEN json_type(answer, '\$.consolidation') = 'null' THEN 'null' ELSE
            json_object(
                'method', json_extract(answer, '\$.consolidation.method'),
                'remove', (SELECT json_group_array(value) FROM
                    (SELECT value FROM json_each(answer, '\$.consolidation.remove') ORDER BY value)),
                'replace_with', json_extract(answer, '\$.consolidation.replace_with'),
                'instance_types', (SELECT json_group_array(value) FROM
                    (SELECT value FROM json_each(answer, '\$.consolidation.instance_types')
                     ORDER BY value))) END AS text
            FROM (SELECT CAST(readfile('$1') AS TEXT) AS answer))
        SELECT EXISTS (SELECT 1 FROM ours, json_each(CAST(readfile('$2') AS TEXT)) AS theirs
            WHERE coalesce(theirs.value, 'null') = ours.text)"
}

for snapshot in "$golden"/*.yaml; do
    name=$(basename "$snapshot" .yaml)
    "$fargauge" decide --controller karpenter --catalog "$golden/catalog" "$snapshot" >"$out" 2>"$err"
    is "Karpenter consolidates the same on snapshot $name" 1 "$(is_among "$out" "$golden/$name.json")"
done
is "all of them" 100 "$count"
finish
