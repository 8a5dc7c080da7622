#!/usr/bin/env bash
# Real traces and the studies beside them, where FARGAUGE_TRACES says that they are.
. "$(dirname "$0")/../case.sh"
studies=$traces/../studies

if [ -z "$traces" ] || [ ! -d "$traces/openb" ]; then
    skip "two Fargate profiles and an nginx without the label" "FARGAUGE_TRACES is not set"
    skip "a GPU cluster's 8,152 pods on EC2 and mixed" "FARGAUGE_TRACES is not set"
    skip "a year of 99,988 jobs on Fargate equals a sum job by job" "FARGAUGE_TRACES is not set"
    finish
fi

# ---- two Fargate profiles, CoreDNS, an nginx without the label ----
exits 0 "$fargauge" run "$studies/profiles.yaml" -o profiles.db --pods
placed() { query profiles.db "SELECT placed_on FROM pod_detail WHERE scenario='$1' AND pod='$2'"; }
is "without nodes the unlabelled nginx stays pending" pending "$(placed fargate-only nginx-aws-1)"
is "in kube-scheduler's words" 1 "$(query profiles.db "SELECT count(*) FROM pod_detail
    WHERE scenario='fargate-only' AND pod='nginx-aws-1'
    AND reason LIKE '%untolerated taint {eks.amazonaws.com/compute-type: fargate}%'")"
is "with a node it runs there" nodegroup:ng-1 "$(placed mixed nginx-aws-1)"
is "the labelled one runs on Fargate" fargate:fargate-profile-2 "$(placed fargate-only nginx-aws-2)"
is "CoreDNS runs on Fargate" fargate:fargate-profile-1 "$(placed mixed coredns-1)"
is "CoreDNS on EC2 where no profile takes it" nodegroup:ng-1 "$(placed coredns-on-ec2 coredns-2)"
is "what is too large never goes to EC2" "pending pending pending" "$(for s in fargate-only mixed \
    coredns-on-ec2; do placed $s too-large-1; done | xargs)"
# api: 1 vCPU and 8Gi + 256Mi -> 2 vCPU, 9 GB for 5400 s: 3 vCPU-hours, 13.5 GB-hours
is "api is billed as 2 vCPU and 9 GB" "3.0 13.5" "$(query profiles.db "SELECT group_concat(q, ' ') FROM
    (SELECT sum(quantity) q FROM hourly_cost WHERE scenario='mixed' AND workload='api'
     GROUP BY charge ORDER BY charge DESC)")"
# report: 500m and 1Gi + 256Mi -> 0.5 vCPU, 2 GB; it works 30 s and is billed 60 s:
# 0.5 * 60 / 3600 vCPU-hours = 0.00833333, 2 * 60 / 3600 GB-hours = 0.03333333
is "report is billed for 60 s" "0.00833333 0.03333333" "$(query profiles.db "SELECT group_concat(q, ' ')
    FROM (SELECT printf('%.8f', sum(quantity)) q FROM hourly_cost WHERE scenario='mixed' AND
    workload='report' GROUP BY charge ORDER BY charge DESC)")"

# ---- a GPU cluster's pods ----
exits 0 "$fargauge" run "$studies/openb.yaml" -o openb.db --pods
is "every pod has one outcome in both scenarios" "all-ec2 8152 8152 mixed 8152 8152" "$(query openb.db \
    "SELECT scenario || ' ' || sum(pods) || ' ' || (SELECT count(DISTINCT pod) FROM pod_detail d
     WHERE d.scenario = o.scenario) FROM pod_outcome o GROUP BY scenario ORDER BY 1" | xargs)"
awk -F, 'NR > 1 && $11 == "" {print $1 "," $10}' "$traces/openb/openb_pod_list_default.csv" >never.csv
sqlite3 openb.db >never.txt <<'SQL'
CREATE TEMP TABLE never(pod TEXT, deleted INTEGER);
.mode csv
.import never.csv never
SELECT count(*), sum(d.end_s = n.deleted) FROM never n JOIN pod_detail d ON d.pod = n.pod
 WHERE d.scenario = 'all-ec2';
SQL
is "the 897 that were never scheduled are deleted at their time" 897,897 "$(tr -d '\r' <never.txt)"
is "hours add up to the total" 0 "$(query openb.db "SELECT sum(nano_usd) - (SELECT sum(nano_usd) FROM
    scenario_cost) FROM hourly_cost")"

# ---- a year of jobs on Fargate alone, against a sum job by job ----
exits 0 "$fargauge" import --memory-per-cpu 2Gi "$traces/gaia/azure-100k.csv.gz" -o jobs.csv
cat >year.yaml <<'YAML'
study: year
region: us-east-1
trace: {file: jobs.csv}
cluster: {fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
scenarios: [{name: fargate}]
YAML
exits 0 "$fargauge" run year.yaml -o year.db -q
# Sizes with 2 GiB a vCPU and 256Mi: 2 vCPU and 4.25 -> 2, 5; 4 and 8.25 -> 4, 9; 8 and 16.25 ->
# 8, 20; more than 16 vCPU fit nowhere. Each job is billed for its work and 15 s of image pull.
expected=$(awk -F, 'NR == 1 {for (i = 1; i <= NF; i++) at[$i] = i; next}
    {cpu = $at["cpu"] + 0; s = $at["duration_s"] + 15; if (s < 60) s = 60
     gb = cpu == 2 ? 5 : cpu == 4 ? 9 : cpu == 8 ? 20 : 0
     if (gb > 0) {v += cpu * s; m += gb * s; n++} else none++}
    END {printf "%.0f %.0f %d %d", v, m, n, none}' jobs.csv)
found=$(query year.db "SELECT printf('%.0f %.0f', sum(quantity * 3600) FILTER (WHERE charge =
    'fargate-vcpu'), sum(quantity * 3600) FILTER (WHERE charge = 'fargate-memory')) FROM hourly_cost")
is "vCPU- and GB-seconds equal the sum job by job" "${expected% * *}" "$found"
is "jobs that ran and that fit nowhere" "${expected#* * }" "$(query year.db "SELECT
    sum(pods) FILTER (WHERE outcome = 'completed') || ' ' || sum(pods) FILTER (WHERE outcome =
    'pending') FROM pod_outcome")"
# 0.04048 USD a vCPU-hour, 0.004445 a GB-hour; each ledger row is rounded by half a nanodollar.
read -r vcpu_s gb_s _ <<<"$expected"
is "so does the bill, to half a nanodollar a row" 1 "$(query year.db "SELECT
    abs(sum(nano_usd) - ($vcpu_s * 40480000.0 + $gb_s * 4445000.0) / 3600) <= 0.5 * count(*) + 1
    FROM hourly_cost WHERE charge LIKE 'fargate-%'")"

# ---- azure-year: a year of 99,988 jobs on node groups, on Karpenter and mixed, at once and twice ----
exits 0 "$fargauge" run "$studies/azure-year.yaml" -o azure.db
is "all eight scenarios ran" 8 "$(query azure.db "SELECT count(*) FROM
    (SELECT DISTINCT scenario, replication FROM scenario_cost)")"
is "every pod is in one outcome row" "99988 199976" "$(query azure.db "SELECT
    (SELECT group_concat(DISTINCT n) FROM (SELECT sum(pods) n FROM pod_outcome
        WHERE scenario LIKE '%=1' GROUP BY scenario)) || ' ' ||
    (SELECT group_concat(DISTINCT n) FROM (SELECT sum(pods) n FROM pod_outcome
        WHERE scenario LIKE '%=2' GROUP BY scenario))")"
is "every pod completed" completed "$(query azure.db "SELECT group_concat(DISTINCT outcome)
    FROM pod_outcome")"
is "Karpenter's pods are on its pool" nodepool:general "$(query azure.db "SELECT
    group_concat(DISTINCT placed_on) FROM pod_outcome WHERE scenario LIKE 'karpenter/%'")"
finish
