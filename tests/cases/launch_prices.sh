#!/usr/bin/env bash
# The same study at the prices of other days: Fargate's launch, 2019, today.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

# 1 vCPU and 1792Mi: on EKS with its 256Mi, and as a task on ECS, 1 vCPU and 2 GB. Two hours.
cat >pods.csv <<'END'
arrival_s,end_s,cpu,memory,namespace,workload,kind
0,7200,1,1792Mi,shop,web,ReplicaSet
END
cat >launch.yaml <<'END'
study: launch
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]
  fargate: {provisionDelay: 0s, imagePull: 0s}
scenarios:
  - {name: eks-2018, pricing: {asOf: 2018-01-15}}
  - {name: eks-2019, pricing: {asOf: 2019-12-10}}
  - {name: eks-last-of-020, pricing: {asOf: 2020-01-20}}
  - {name: eks-first-of-010, pricing: {asOf: 2020-01-21}}
  - {name: eks-today}
  - {name: ecs-2018, cluster: {orchestrator: ecs}, pricing: {asOf: 2018-01-15}}
  - {name: ecs-2019, cluster: {orchestrator: ecs}, pricing: {asOf: 2019-12-10}}
  - {name: ecs-today, cluster: {orchestrator: ecs}}
END
nano() { query l.db "SELECT coalesce(sum(nano_usd), 0) FROM scenario_cost WHERE scenario = '$1' AND charge = '$2'"; }

exits 0 "$fargauge" run launch.yaml -o l.db --quiet

# At the launch of 2017-11-29 a vCPU cost 0.0506 and a GB 0.0127 an hour: 2 h x 0.0506 = 0.1012 and
# 2 h x 2 GB x 0.0127 = 0.0508. ECS alone had them.
is "ECS in 2018: vCPU" 101200000 "$(nano ecs-2018 fargate-vcpu)"
is "ECS in 2018: memory" 50800000 "$(nano ecs-2018 fargate-memory)"
# Since 2019-01-07: 2 x 0.04048 = 0.08096 and 4 x 0.004445 = 0.01778.
for scenario in ecs-2019 ecs-today eks-2019 eks-today; do
    is "$scenario: vCPU" 80960000 "$(nano $scenario fargate-vcpu)"
    is "$scenario: memory" 17780000 "$(nano $scenario fargate-memory)"
done
# Pods of EKS run on Fargate since 2019-12-03: before, the oldest price that they ever paid.
is "EKS in 2018: vCPU" 80960000 "$(nano eks-2018 fargate-vcpu)"
is "EKS in 2018: memory" 17780000 "$(nano eks-2018 fargate-memory)"
exits 0 "$fargauge" check launch.yaml
prints "the price of fargate-vcpu in us-east-1 is not known for 2018-01-15; its oldest row, from 2019-01-07, is used"

# The cluster: 2 h x 0.20 through 2020-01-20, 2 h x 0.10 since. The row of 0.20 begins on
# 2018-06-05, and counts before. ECS has no such fee.
is "the cluster in 2018" 400000000 "$(nano eks-2018 eks-control-plane)"
is "the cluster in 2019" 400000000 "$(nano eks-2019 eks-control-plane)"
is "the cluster on the last day of 0.20" 400000000 "$(nano eks-last-of-020 eks-control-plane)"
is "the cluster on the first day of 0.10" 200000000 "$(nano eks-first-of-010 eks-control-plane)"
is "the cluster today" 200000000 "$(nano eks-today eks-control-plane)"
is "no fee on ECS" 0 "$(nano ecs-2018 eks-control-plane)"
# All of the launch era: 0.1012 + 0.0508 = 0.152 for tasks; 0.08096 + 0.01778 + 0.4 on EKS in 2019,
# 0.08096 + 0.01778 + 0.2 today.
total() { query l.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = '$1'"; }
is "all of the launch" 152000000 "$(total ecs-2018)"
is "all of 2019" 498740000 "$(total eks-2019)"
is "all of today" 298740000 "$(total eks-today)"
finish
