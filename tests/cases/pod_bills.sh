#!/usr/bin/env bash
# What a pod costs under a Savings Plan: its part of what its workload paid.
. "$(dirname "$0")/../case.sh"

cat >pods.csv <<'EOF'
arrival_s,duration_s,cpu,memory,namespace,workload,kind,pod
0,7200,1,1792Mi,small,etl,Job,etl-1
0,5400,500m,1Gi,shop,web,ReplicaSet,web-1
1800,5400,500m,1Gi,shop,web,ReplicaSet,web-2
0,7200,250m,256Mi,shop,api,ReplicaSet,api-1
EOF
cat >plans.yaml <<'EOF'
study: plans
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 1}]
  fargateProfiles: [{name: fp, selectors: [{namespace: small}]}]
  fargate: {provisionDelay: 0s, imagePull: 0s}
scenarios:
  - name: none
  - name: fargate
    pricing: {savingsPlans: [{kind: compute, commitmentPerHour: 0.02, discounts: {fargate: 20%, ec2: 0%}}]}
  - name: both
    pricing: {savingsPlans: [{kind: compute, commitmentPerHour: 0.05, discounts: {ec2: 25%, fargate: 20%}}]}
EOF
exits 0 "$fargauge" run plans.yaml -o plans.db --pods --quiet
usd() { query plans.db "SELECT printf('%.9f', usd) FROM pod_detail WHERE scenario = '$1' AND pod = '$2'"; }
# 1 vCPU and 2 GB for two hours: 2 * (0.04048 + 2 * 0.004445) = 2 * 0.04937 = 0.09874. The plan pays
# for 0.02 / 0.8 = 0.025 of each hour's: 2 * (0.02 + 0.04937 - 0.025) = 2 * 0.04437 = 0.08874.
is "on demand" 0.098740000 "$(usd none etl-1)"
is "under a plan" 0.088740000 "$(usd fargate etl-1)"
is "a plan for Fargate leaves pods on nodes alone" "$(usd none web-1)" "$(usd fargate web-1)"
for scenario in none fargate both; do
    is "$scenario: pods add up to their workload's bill" "api web etl" "$(query plans.db "
        SELECT group_concat(workload, ' ') FROM
            (SELECT h.workload, h.usd AS bill, p.usd AS pods FROM
                (SELECT namespace, workload, pool, sum(usd) AS usd FROM hourly_cost
                 WHERE scenario = '$scenario' AND workload NOT IN ('', '(idle)') GROUP BY 1, 2, 3) h
             JOIN (SELECT namespace, workload, placed_on, sum(usd) AS usd FROM pod_detail
                   WHERE scenario = '$scenario' GROUP BY 1, 2, 3) p
             ON p.namespace = h.namespace AND p.workload = h.workload AND p.placed_on = h.pool
             ORDER BY h.namespace, h.workload)
        WHERE abs(bill - pods) < 5e-9")"
done
# The plan saves more on EC2: 0.05 / 0.75 of the node's 0.096 an hour uses it up, Fargate gets none.
is "both: pods on nodes cost less, on Fargate the same" "api-1 web-1 web-2" "$(query plans.db "
    SELECT group_concat(pod, ' ') FROM (SELECT pod FROM pod_detail a JOIN pod_detail b USING (pod)
    WHERE a.scenario = 'both' AND b.scenario = 'none' AND a.usd < b.usd ORDER BY pod)")"
finish
