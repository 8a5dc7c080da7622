#!/usr/bin/env bash
# Savings Plans on the bill: amounts summed by hand, at every detail of the ledger.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'EOF'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,5400,500m,1Gi,shop,web,ReplicaSet
0,5400,250m,256Mi,shop,batch,Job
EOF
cat >plans.yaml <<'EOF'
study: plans
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 90m
trace: {file: pods.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 1}]
scenarios:
  - name: none
  - name: small
    pricing: {savingsPlans: [{kind: compute, commitmentPerHour: 0.05, discounts: {ec2: 25%}}]}
  - name: both
    pricing:
      savingsPlans:
        - {kind: compute, commitmentPerHour: 0.01, discounts: {ec2: 25%}}
        - {kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 0.03, discounts: {ec2: 50%}}
EOF
nano() { query "$1" "SELECT coalesce(sum(nano_usd), 0) FROM scenario_cost WHERE scenario = '$2' AND charge = '$3'"; }
listed() { query "$1" "SELECT printf('%.9f', sum(list_usd)) FROM scenario_cost WHERE scenario = '$2' AND charge = '$3'"; }

# m5.large costs 0.096 for the first hour and 0.048 for the half.
# small: the first hour, 0.05 / 0.75 = 0.066666667 is covered, 0.096 - 0.066666667 = 0.029333333 is
# left: 0.079333333. The half hour: 0.048 * 0.75 = 0.036, and 0.05 - 0.036 = 0.014 is unused.
# both: the m5 plan covers 0.03 / 0.5 = 0.06 of the first hour; of the 0.036 left the other covers
# 0.01 / 0.75 = 0.013333333: 0.03 + 0.01 + 0.022666667 = 0.062666667. The half hour: 0.048 * 0.5
# = 0.024; 0.006 and 0.01 are unused.
for detail in hour day total; do
    exits 0 "$fargauge" run plans.yaml -o "$detail.db" --ledger "$detail" --quiet
    is "$detail: on demand" 144000000 "$(nano "$detail.db" none ec2-on-demand)"
    is "$detail: no plan" 0 "$(nano "$detail.db" none savings-plan)"
    is "$detail: covered and the rest" 115333333 "$(nano "$detail.db" small ec2-on-demand)"
    is "$detail: unused" 14000000 "$(nano "$detail.db" small savings-plan)"
    is "$detail: list price" 0.144000000 "$(listed "$detail.db" small ec2-on-demand)"
    is "$detail: what is unused has no list price" 0.000000000 "$(listed "$detail.db" small savings-plan)"
    is "$detail: the m5 plan first" 86666667 "$(nano "$detail.db" both ec2-on-demand)"
    is "$detail: unused of both" 16000000 "$(nano "$detail.db" both savings-plan)"
done
is "where the list price stands" "1" "$(query hour.db "SELECT count(*) = 0 FROM scenario_cost WHERE scenario = 'none' AND abs(usd - list_usd) > 1e-12")"
is "rows of plans" "2026-03-02T01:00:00Z|cluster||" \
    "$(query hour.db "SELECT hour, pool, namespace, workload FROM hourly_cost WHERE scenario = 'small' AND charge = 'savings-plan'")"
is "hours add up to the scenario" "115333333" \
    "$(query hour.db "SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = 'small' AND charge = 'ec2-on-demand'")"
# The volume and the cluster are not covered: equal in all scenarios.
is "what no plan covers" "1" "$(query hour.db "SELECT count(DISTINCT nano_usd) FROM scenario_cost WHERE charge = 'ebs'")"
finish
