#!/usr/bin/env bash
# Who bears the cost: from labels in a trace to names in every format, to the nanodollar.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

# web asks for the same twice, once for team front and once for team back.
cat >pods.csv <<'END'
pod,arrival_s,duration_s,cpu,memory,namespace,workload,kind,labels
web-1,0,7200,500m,1Gi,shop,web,ReplicaSet,team=front;tier=a
web-2,0,7200,500m,1Gi,shop,web,ReplicaSet,team=back;tier=a
etl-1,0,3600,250m,512Mi,data,etl,Job,
dns-1,0,7200,100m,64Mi,kube-system,dns,ReplicaSet,team=platform
END
study() { # what allocation says
    cat <<END
study: teams
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster: {controlPlane: {version: "1.35"}}
pricing: {$1}
scenarios:
  - name: nodes
    cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2, volumeSize: 20}]}
  - name: fargate
    cluster: {fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
END
}
study "" >plain.yaml
study 'allocation: {shared: by share, idle: apart, sharedNamespaces: kube-system, by: ["label:team", namespace]}' >study.yaml
exits 0 "$fargauge" check study.yaml
exits 0 "$fargauge" run plain.yaml -o plain.db --quiet
exits 0 "$fargauge" run study.yaml -o r.db --quiet

# ---- labels change who bears what, and nothing else ----
is "a workload with two teams has two accounts of each charge" "team=back|team=front" \
    "$(query r.db "SELECT DISTINCT allocation_group FROM account WHERE workload = 'web'
        ORDER BY 1" | paste -sd'|')"
is "without labels nothing is told apart" "" \
    "$(query plain.db "SELECT DISTINCT allocation_group FROM account")"
is "what is nobody's has no labels" "" \
    "$(query r.db "SELECT DISTINCT allocation_group FROM account WHERE namespace = ''")"
for view in scenario_cost pod_outcome hourly_capacity workload_zone; do
    is "labels leave $view as it is" "$(query plain.db "SELECT * FROM $view")" \
        "$(query r.db "SELECT * FROM $view")"
done
# Of an hour's price both teams' shares are rounded down apart, so (idle) has a nanodollar more.
is "labels move nanodollars of a workload to (idle), no more than one a charge and hour" 1 \
    "$(query r.db "ATTACH 'plain.db' AS p; SELECT max(abs(a.nano_usd - b.nano_usd)) <= 1
        FROM hourly_cost a JOIN p.hourly_cost b USING (scenario, hour, charge, pool, namespace, workload)")"
is "both teams pay the same for the same" 1 \
    "$(query r.db "SELECT count(DISTINCT nano) FROM (SELECT a.allocation_group, sum(nano * hour_count)
        AS nano FROM account a JOIN ledger l USING (run_id, account) WHERE workload = 'web'
        AND a.run_id = 1 AND charge_name = 'ec2-on-demand' GROUP BY 1)")"

# ---- allocation.csv ----
exits 0 "$fargauge" report r.db --format csv -o csv
is "its columns" "scenario,replication,dimension,name,direct_usd,shared_usd,usd,nano_usd" \
    "$(head -n 1 csv/allocation.csv)"
bill() { query "${2:-r.db}" "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = '$1'"; }
told() { # file, scenario, dimension: the sum of nano_usd
    awk -F, -v s="$2" -v d="$3" '$1 == s && $3 == d {n += $8} END {printf "%.0f\n", n}' "$1"
}
for scenario in nodes fargate; do
    for dimension in label:team namespace; do
        is "$scenario by $dimension adds up to the bill" "$(bill "$scenario")" \
            "$(told csv/allocation.csv "$scenario" "$dimension")"
    done
done
awk -F, 'NR > 1 && ($5 + $6 - $7 > 1e-12 || $7 - $5 - $6 > 1e-12 || $5 < 0 || $6 < 0) {bad = 1}
    END {exit bad}' csv/allocation.csv
verdict $? "direct and shared are the sum, none below zero"

# On Fargate there is no idle. web-1, 500m and 1Gi + 256Mi: 0.5 vCPU, 2 GB. A minute passes until it
# runs, of which 15 s are billed: 0 s to 45 s are not. It is deleted after 7200 s of work at 7260, the
# cut is at 7200: billed 45 to 7200 = 7155 s. At 0.04048 a vCPU-hour and 0.004445 a GB-hour:
#   first hour 3555 s: vCPU 0.5 * 0.04048 * 3555 / 3600 = 0.019987, memory 2 * 0.004445 * 3555 / 3600 =
#   0.008778875; second hour 0.02024 and 0.00889. In all 0.057895875, the same for both teams.
# etl-1, 250m and 768Mi: 0.25 vCPU, 1 GB, from 45 to 3660 = 3555 + 60 s:
#   0.25 * 0.04048 * 3615 / 3600 = 0.010162167 (0.0099935 + 0.000168667),
#   0.004445 * 3615 / 3600 = 0.004463521 (0.004389438 + 0.000074083): 0.014625688.
# dns-1, 100m and 320Mi: 0.25 vCPU, 0.5 GB, 7155 s: 0.25 * 0.04048 * 7155 / 3600 = 0.0201135,
#   0.5 * 0.004445 * 7155 / 3600 = 0.004417219: 0.024530719, which is shared with the cluster's
#   2 * 0.10 = 0.2: 0.224530719 in two kinds.
# Direct cost is 2 * 0.057895875 + 0.014625688 = 0.130417438.
line() { awk -F, -v k="$1,0,$2,$3," 'index($0, k) == 1' csv/allocation.csv | cut -d, -f5-7; }
is "team front, direct" "0.057895875" "$(line fargate label:team front | cut -d, -f1)"
is "team back, direct" "0.057895875" "$(line fargate label:team back | cut -d, -f1)"
is "a pod without the label" "0.014625688" "$(line fargate label:team '(none)' | cut -d, -f1)"
is "a shared namespace is no name of its own" "" \
    "$(line fargate label:team platform)$(line fargate namespace kube-system)"
# By share: of 0.2 front has 0.057895875 / 0.130417438 = 0.443927406: 0.088785481, and of dns's
# 0.024530719 it has 0.010889858; 0.099675339 to within two nanodollars.
shared=$(line fargate label:team front | cut -d, -f2)
is "shared cost by share" 1 "$(awk -v s="$shared" 'BEGIN {d = s - 0.099675339; print (d < 2.5e-9 && d > -2.5e-9)}')"
# (idle) of the nodes stays apart, with all that it is.
idle=$(query r.db "SELECT printf('%.9g', sum(nano_usd) / 1e9) FROM hourly_cost
    WHERE scenario = 'nodes' AND workload = '(idle)'")
is "idle stays apart" "0,$idle,$idle" "$(line nodes namespace '(idle)')"

# ---- other rules without a new run ----
for rule in apart even share; do
    for by in namespace workload label:team; do
        exits 0 "$fargauge" report r.db --allocation "$rule" --by "$by" --format csv -o "csv-$rule-$by"
        for scenario in nodes fargate; do
            is "$scenario by $by, $rule, adds up" "$(bill "$scenario")" \
                "$(told "csv-$rule-$by/allocation.csv" "$scenario" "$by")"
        done
    done
done
is "apart: the shared namespace and the cluster, (idle) of nodes" "(cluster) (idle) (kube-system)" \
    "$(grep '^nodes,' csv-apart-workload/allocation.csv | cut -d, -f4 | grep '(' | sort | paste -sd' ')"
# Evenly over data and shop on Fargate: 0.2 in halves of 0.1, and 0.024530719 as .01226536 and
# .012265359, the first with the odd nanodollar.
grep -q '^fargate,0,namespace,data,0.014625688,0.11226536,0.126891048,126891048$' \
    csv-even-namespace/allocation.csv
verdict $? "evenly, the first in order takes the odd nanodollar"

# ---- text and JSON ----
exits 0 "$fargauge" report r.db
prints 'Cost by label:team in USD, shared cost spread by share, idle apart'
is "no line is wider than 100 columns" 0 "$(awk 'length > 100' "$out" | wc -l)"
exits 0 "$fargauge" report plain.db
is "a study that does not ask is not told" 0 "$(grep -c 'Cost by' "$out")"
exits 0 "$fargauge" report plain.db --by workload
prints 'Cost by workload in USD, shared cost apart'
prints '(cluster)'
exits 0 "$fargauge" report r.db --format json
prints '"allocation": {'
prints '"shared": "by share",'
prints '"idle": "apart",'
prints '"label:team": ['
prints '"direct_usd": 0.057895875,'

# ---- slips ----
exits 2 "$fargauge" report plain.db --by label:team
says "--by 'label:team': scenario 'fargate' was not run with this label; expected namespace, workload, or a run with pricing.allocation.by"
exits 2 "$fargauge" report r.db --by label:tier
says 'expected namespace, workload, label:team, or a run'
exits 2 "$fargauge" report r.db --by team
says "--by has 'team'; expected namespace, workload or label:KEY, each once, with commas between"
exits 2 "$fargauge" report r.db --by namespace,namespace
exits 2 "$fargauge" report r.db --allocation evenly
says "--allocation is 'evenly'; expected apart, even or share"

# ---- what AWS bills, and public prices ----
# 5 % off everything: of the cluster's 2 * 0.10 = 0.20 it is 0.19, which AWS bills and is paid before
# commitments, of which there are none.
study 'discounts: {all: 5%}' >agreed.yaml
exits 0 "$fargauge" run agreed.yaml -o agreed.db
prints 'At other prices, in USD'
exits 0 "$fargauge" report agreed.db --format csv -o agreed
is "the columns of prices" \
    "scenario,replication,charge,pool,usd,billed_usd,before_commitments_usd,list_usd" \
    "$(head -n 1 agreed/scenario_prices.csv)"
is "the cluster's fee, public and less 5 %" \
    "fargate,0,eks-control-plane,cluster,0.19,0.19,0.19,0.2" \
    "$(grep '^fargate,0,eks-control-plane' agreed/scenario_prices.csv)"
exits 0 "$fargauge" run plain.yaml -o plain.db
is "at public prices there is nothing to tell" 0 "$(grep -c 'At other prices' "$out")"

# ---- asked for anew, it is run anew; the database is that of a first run ----
study 'allocation: {by: [workload]}' >study.yaml
exits 0 "$fargauge" run study.yaml -o r.db --quiet
is "what was asked for before is gone" "workload" \
    "$(query r.db "SELECT DISTINCT name FROM allocation_name")"
finish
