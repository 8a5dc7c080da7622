#!/usr/bin/env bash
# What is lost when the disk is full or the program is killed: nothing that was done before. And
# the bytes do not depend on the threads, nor on what an earlier run had done.
. "$(dirname "$0")/../case.sh"
RANDOM=20260302 # the moments of the kills, as far as the machine's own time lets them be

# 2,500 pods over two days, on node groups that scale and on Fargate.
awk 'BEGIN {
    print "arrival_s,duration_s,pod,namespace,workload,cpu,memory"
    for (i = 0; i < 2500; i++)
        printf "%d,%d,p-%d,%s,w-%d,%dm,%dMi\n", i * 69, 300 + i * 7919 % 7200, i,
            i % 3 ? "jobs" : "web", i % 40, 100 + i % 7 * 150, 200 + i % 5 * 700
}' >pods.csv
cat >study.yaml <<'EOF'
study: disk
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2d
trace: {file: pods.csv}
cluster:
  fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}]}]
  managedNodeGroups: [{name: ng, instanceType: m5.xlarge, minSize: 0, maxSize: 40}]
  clusterAutoscaler: {enabled: true}
scenarios:
  - name: mixed
  - name: all-ec2
    cluster: {fargateProfiles: null}
sweep:
  - {path: trace.scale, values: [1, 1.5, 2]}
  - {path: "cluster.managedNodeGroups[0].instanceType", values: [m5.xlarge, m6i.2xlarge]}
monteCarlo: {replications: 2}
EOF
runs=24
cat >small.yaml <<'EOF'
study: small
region: us-east-1
duration: 1h
trace: {file: small.csv}
cluster: {fargateProfiles: [{name: fp, selectors: [{namespace: default}]}]}
scenarios: [{name: a}]
EOF
printf 'arrival_s,duration_s,pod,cpu,memory\n0,60,p-1,250m,512Mi\n' >small.csv
cat >model.yaml <<'EOF'
model: small
duration: 1d
loads:
  - {name: web, cpu: 250m, memory: 512Mi, service: {replicas: 20}}
  - {name: jobs, cpu: 500m, memory: 1Gi, batch: {poisson: {perHour: 200}, duration: 5m}}
EOF

contents() { # database: all rows of all views, and all else it holds, in an order of their own
    local view
    for view in scenario_cost hourly_cost hourly_capacity pod_outcome pod_detail; do
        echo "$view"
        sqlite3 -readonly "$1" "SELECT * FROM $view" | LC_ALL=C sort
    done
    sqlite3 -readonly "$1" .dump | LC_ALL=C sort
}
sum() { cksum | cut -d' ' -f1; }
is_one_message() { is "one message and no output" "1 0" "$(grep -c . "$err") $(wc -c <"$out")"; }

# ---- threads ----
exits 0 "$fargauge" run study.yaml -o one.db --pods --jobs 1
grep -v '^[0-9]* run' "$out" >one.txt
exits 0 "$fargauge" run study.yaml -o two.db --pods --jobs 2
grep -v '^[0-9]* run' "$out" >two.txt
is "all runs are there" "$runs" "$(query one.db 'SELECT count(*) FROM run WHERE done')"
whole=$(contents one.db | sum)
is "one thread and two give the same rows" "$whole" "$(contents two.db | sum)"
is "and the same report" "$(sum <one.txt)" "$(sum <two.txt)"
for database in one two; do
    "$fargauge" report $database.db --format csv -o $database-csv 2>"$err"
    "$fargauge" report $database.db --format html -o $database.html 2>>"$err"
    "$fargauge" report $database.db --format json -o $database.json 2>>"$err"
done
is "and the same CSV files" "" "$(diff -r one-csv two-csv)"
is "and the same HTML page and JSON" "" "$(cmp one.html two.html 2>&1)$(cmp one.json two.json 2>&1)"
is "the reports are there" "yes" "$([ -s one-csv/hourly_cost.csv ] && [ -s one.html ] && [ -s one.json ] && echo yes)"

# ---- kill -9 ----
# Where the time of a whole run ends, in milliseconds.
before=$(date +%s%N)
"$fargauge" run study.yaml -o timed.db --pods --quiet --jobs 2
took=$((($(date +%s%N) - before) / 1000000))
reported=0 unfinished=0
for attempt in {1..4}; do
    rm -f killed.db*
    for again in 1 2; do
        "$fargauge" run study.yaml -o killed.db --pods --quiet --jobs 2 2>"$err" &
        pid=$!
        sleep "$(awk -v ms=$((RANDOM * took / 32768)) 'BEGIN {printf "%.3f", ms / 1000}')"
        kill -9 $pid 2>/dev/null
        wait $pid 2>/dev/null
        if [ -s killed.db ]; then
            checked=$(sqlite3 killed.db 'PRAGMA integrity_check' 2>&1)
            [ "$checked" = ok ] || is "attempt $attempt.$again: the database is whole" ok "$checked"
            # A run is there with all its pods, or not at all.
            odd=$(sqlite3 killed.db "SELECT count(*) FROM run r WHERE done IS NOT 1 AND EXISTS (SELECT 1 FROM pod WHERE run_id = r.id)" 2>/dev/null || echo 0)
            partial=$(sqlite3 killed.db "SELECT count(*) FROM (SELECT d.scenario, d.replication, count(*) AS pods, (SELECT sum(pods) FROM pod_outcome o WHERE o.scenario = d.scenario AND o.replication = d.replication) AS said FROM pod_detail d GROUP BY 1, 2 HAVING pods <> said)" 2>/dev/null || echo 0)
            done_now=$(sqlite3 killed.db 'SELECT count(*) FROM run WHERE done' 2>/dev/null || echo 0)
            reported=$((reported + done_now))
            [ "$done_now" -lt $runs ] && unfinished=$((unfinished + 1))
            [ "$odd $partial" = "0 0" ] || is "attempt $attempt.$again: no run is half there" "0 0" "$odd $partial"
        fi
    done
    done_before=$(sqlite3 killed.db 'SELECT count(*) FROM run WHERE done' 2>/dev/null || echo 0)
    exits 0 "$fargauge" run study.yaml -o killed.db --pods --jobs $((attempt % 2 + 1))
    is "attempt $attempt: what was done is not done again" "$((runs - done_before)) run" "$(grep -oE '^[0-9]+ run' "$err")"
    is "attempt $attempt: the same rows as never interrupted" "$whole" "$(contents killed.db | sum)"
    is "attempt $attempt: one file is left" killed.db "$(echo killed.db*)"
    grep -v '^[0-9]* run' "$out" >killed.txt
    is "attempt $attempt: the same report" "" "$(diff one.txt killed.txt)"
done
is "some kills came in the middle" yes "$([ $unfinished -gt 0 ] && [ $reported -gt 0 ] && echo yes || echo "no: $unfinished $reported")"

# ---- a full disk ----
exits 0 "$fargauge" run small.yaml -o small.db --pods --quiet
dump=$(sqlite3 small.db .dump)
sed 's/^study: .*/study: small/; s/small.csv/pods.csv/' study.yaml >grown.yaml

# Files that may not grow past 80 KiB: for those who may not mount.
limited() { (ulimit -f 80 && "$@"); }
cp small.db limited.db
exits 1 limited "$fargauge" run grown.yaml -o limited.db --pods
is_one_message
says 'limited.db'
is "a file that may not grow: the earlier database is as it was" "$dump" "$(sqlite3 limited.db .dump)"
exits 1 limited "$fargauge" import pods.csv -o imported.csv
is_one_message
says 'imported.csv'
is "no half trace is left" "no" "$([ -e imported.csv ] && echo yes || echo no)"
exits 0 "$fargauge" run grown.yaml -o limited.db --pods --quiet
is "with room again, it runs" "$runs" "$(query limited.db 'SELECT count(*) FROM run WHERE done')"

mkdir small-disk
if mount -t tmpfs -o size=256k tmpfs small-disk 2>/dev/null; then
    trap 'umount "$work/small-disk"; rm -rf "$work"' EXIT
    cp small.db small-disk/kept.db
    exits 1 "$fargauge" run grown.yaml -o small-disk/kept.db --pods
    is_one_message
    says 'small-disk/kept.db'
    says full
    is "a full disk: the earlier database is as it was" "$dump" "$(sqlite3 small-disk/kept.db .dump)"
    is "a full disk: nothing is left beside it" "kept.db" "$(ls small-disk)"
    exits 1 "$fargauge" run study.yaml -o small-disk/new.db --pods
    is_one_message
    rm -f small-disk/new.db*
    head -c 150k /dev/zero >small-disk/other
    exits 1 "$fargauge" import pods.csv -o small-disk/t.csv
    is_one_message
    says 'small-disk/t.csv'
    exits 1 "$fargauge" report one.db --format html -o small-disk/t.html
    is_one_message
    says 'small-disk/t.html'
    exits 1 "$fargauge" report one.db --format csv -o small-disk/csv
    is_one_message
    exits 1 "$fargauge" generate model.yaml -o small-disk/g.csv --quiet
    is_one_message
    says 'small-disk/g.csv'
    is "a full disk: no half file is left" "" "$(find small-disk -name 't.*' -o -name 'g.csv' -o -name '*.part')"
else
    skip "a full disk" "no tmpfs can be mounted here"
fi

if [ -c /dev/full ]; then
    exits 1 "$fargauge" import small.csv -o /dev/full
    is_one_message
    says /dev/full
    exits 1 "$fargauge" report small.db --format html -o /dev/full
    is_one_message
    says /dev/full
    exits 1 "$fargauge" generate model.yaml -o /dev/full --quiet
    is_one_message
    says /dev/full
    for arguments in 'report small.db' 'report small.db --format json' 'import small.csv' '--help' \
        '--version' 'size --help' 'size --cpu 1' 'node m5.large --format json' 'check small.yaml' \
        'explain small.yaml --pod p-1'; do
        # shellcheck disable=SC2086
        "$fargauge" $arguments >/dev/full 2>"$err"
        is "standard output on a full disk: $arguments" "1 1" "$? $(grep -c 'standard output' "$err")"
    done
fi
finish
