#!/usr/bin/env bash
# The order of scenarios in a study changes no row: random clusters and traces, fixed seeds, each
# study run in one order and in another, with other replications beside.
. "$(dirname "$0")/../case.sh"

# A trace of 300 pods and six scenarios, a line each, from a seed.
make_world() {
    awk -v seed="$1" 'function pick(n) {return int(rand() * n)}
        BEGIN {
            srand(seed)
            print "pod,namespace,workload,arrival_s,duration_s,cpu,memory,priority" >"t.csv"
            for (i = 1; i <= 300; i++) {
                t += pick(90)
                printf "p%d,ns%d,w%d,%d,%d,%dm,%dMi,%d\n", i, pick(3), pick(5), t, pick(5000),
                    100 + 100 * pick(20), 64 * (1 + pick(60)), pick(2) >"t.csv"
            }
            split("m5.large m5.xlarge m6i.2xlarge", type, " ")
            for (s = 1; s <= 6; s++) {
                min = pick(3)
                groups = sprintf("managedNodeGroups: [{name: g, instanceType: %s, minSize: %d, maxSize: %d}]",
                    type[1 + pick(3)], min, min + 1 + pick(6))
                profiles = sprintf("fargateProfiles: [{name: f, selectors: [{namespace: ns%d}]}]", pick(3))
                printf "  - {name: s%d, cluster: {%s, %s, clusterAutoscaler: {enabled: %s}, fargate: {imagePull: %ds}}}\n",
                    s, groups, profiles, (pick(4) ? "true" : "false"), pick(60) >"scenarios"
            }
        }'
}

# run_in NAME: the scenarios of standard input, in that order -> the CSV folder NAME
run_in() {
    {
        printf 'study: order\nregion: us-east-1\nduration: 12h\ntrace: {file: t.csv, scale: 1.5}\n'
        printf 'monteCarlo: {replications: 2, seed: 7}\nscenarios:\n'
        cat
    } >"$1.yaml"
    "$fargauge" run "$1.yaml" -o "$1.db" --pods -q --jobs 2 &&
        "$fargauge" report "$1.db" --format csv -o "$1"
}

# The views that no CSV file has, all rows sorted.
new_views() { # DATABASE
    for view in hourly_allocatable hourly_zone fullest_zone hourly_wait workload_zone disruption; do
        query "$1" "SELECT '$view', * FROM $view"
    done | LC_ALL=C sort
}

for seed in $(seq 1 25); do
    rm -rf -- *
    make_world "$seed"
    run_in there <scenarios && tac scenarios | run_in back
    is "world $seed runs in both orders" 0 $?
    rows=$(wc -l <there/pod_detail.csv)
    is "world $seed has a row a pod" true "$([ "$rows" -gt 4000 ] && echo true)"
    diff -r there back >differences 2>&1
    is "world $seed has the same rows in either" "" "$(head -n 4 differences)"
    is "world $seed has the same zones and waits in either" "$(new_views there.db | cksum)" \
        "$(new_views back.db | cksum)"
done
# Zones are the node groups seen the other way: the same nodes, allocatable and requests by hour.
is "zones add up to node groups" "$(query there.db "SELECT scenario, replication, hour,
    round(sum(nodes_avg), 6), round(sum(cpu_allocatable_avg), 6), round(sum(cpu_requested_avg), 6)
    FROM hourly_allocatable WHERE pool LIKE 'nodegroup:%' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")" \
    "$(query there.db "SELECT scenario, replication, hour,
    round(sum(nodes_avg), 6), round(sum(cpu_allocatable_avg), 6), round(sum(cpu_requested_avg), 6)
    FROM hourly_zone GROUP BY 1, 2, 3 ORDER BY 1, 2, 3")"
# A scenario alone is as it was among others.
run_in alone < <(sed -n 3p scenarios)
is "there are zones and waits to compare" true \
    "$([ "$(new_views there.db | grep -cE '^(hourly_zone|hourly_wait)')" -gt 20 ] && echo true)"
for view in scenario_cost hourly_cost hourly_capacity pod_outcome pod_detail; do
    grep '^s3,' "there/$view.csv" >among
    is "$view has rows of it" true "$([ -s among ] && echo true)"
    is "$view of one alone is as among others" "$(cksum <among)" \
        "$(grep '^s3,' "alone/$view.csv" | cksum)"
done
finish
