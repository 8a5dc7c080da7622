#!/usr/bin/env bash
# What explain says of a pod: each attempt, what was done for it, and what became of it.
. "$(dirname "$0")/../case.sh"

cat >study.yaml <<'YAML'
study: fates
region: us-east-1
start: 2026-01-01T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  fargateProfiles:
    - name: fp
      podExecutionRoleARN: arn:aws:iam::111122223333:role/fargate
      selectors: [{namespace: batch}]
scenarios:
  - name: groups
    cluster:
      managedNodeGroups:
        - {name: ng, instanceType: m5.large, minSize: 0, desiredCapacity: 1, maxSize: 3}
      clusterAutoscaler: {enabled: true}
  - name: pools
    cluster:
      nodePools:
        - metadata: {name: general}
          spec:
            disruption: {consolidateAfter: Never}
            template:
              spec:
                requirements:
                  - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large]}
                  - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
YAML
cat >pods.csv <<'CSV'
arrival_s,duration_s,cpu,memory,namespace,workload,pod,kind
0,,1500m,1Gi,web,web,web-1,Deployment
5,,1500m,1Gi,web,web,web-2,Deployment
10,600,1,2Gi,batch,job,job-1,Job
12,600,100,2Gi,web,big,big-1,Job
CSV

# One node holds web-1. The loop of second 10 asks for another, ready 60 s later; the scheduler's
# backoff of the pod's first failure is long over.
exits 0 "$fargauge" explain study.yaml --pod web-2 --scenario groups
prints "5 s  waits: 0/1 nodes are available: 1 Insufficient cpu."
prints "10 s  Cluster Autoscaler asks for 1 more of node group ng"
prints "70 s  bound to node 1 of nodegroup:ng (m5.large)"
prints "running on nodegroup:ng"

# Two pods in one window (0 and 5 are more than a second apart, so two windows), a node each.
exits 0 "$fargauge" explain study.yaml --pod web-2 --scenario pools
prints "5 s  waits: no nodes available to schedule pods"
prints "6 s  Karpenter counts on a new node"
prints "66 s  bound to node 1 of nodepool:general (m5.large)"

# 1 vCPU and 2 GiB + 256 MiB are 1 vCPU and 3 GB: 0.04048 + 3 x 0.004445 = 0.053815 an hour.
exits 0 "$fargauge" explain study.yaml --pod job-1 --scenario groups
prints "fargate:fp gives 1 vCPU and 3 GB at 0.053815 USD an hour"
prints "70 s  runs"
prints "670 s  completed"

exits 0 "$fargauge" explain study.yaml --pod big-1
prints "pending: 0/2 nodes are available: 2 Insufficient cpu."
prints "Karpenter finds no place for it"

# ---- pods that take another's place, and pods that lose theirs ----
cat >evicted.yaml <<'YAML'
study: evicted
region: us-east-1
start: 2026-01-01T00:00:00Z
duration: 1h
trace: {file: evicted.csv}
cluster:
  managedNodeGroups:
    - {name: ng, instanceType: m5.large, minSize: 1, desiredCapacity: 1, maxSize: 1}
  fargateProfiles:
    - name: fp
      podExecutionRoleARN: arn:aws:iam::111122223333:role/fargate
      selectors: [{namespace: batch}]
  fargate: {launchRate: {burst: 1, perSecond: 1}}
  events: [{at: 10m, patchFargate: {}}]
scenarios: [{name: all}]
YAML
{
    echo arrival_s,duration_s,cpu,memory,namespace,workload,pod,kind,priority
    for i in 1 2 3; do echo "0,,500m,1Gi,web,low,low-$i,Deployment,0"; done
    for i in 1 2; do echo "$i,1000,1,2Gi,batch,job,job-$i,Job,0"; done
    echo 100,,900m,1Gi,shop,till,till-1,Deployment,100
    for i in 1 2 3 4 5 6; do echo "200,,5m,64Mi,web,small,small-$i,Deployment,1"; done
    echo 300,,1930m,1Gi,shop,all,all-1,Deployment,200
} >evicted.csv

# An m5.large offers 1930m. Of three pods of 500m one must go for 900m: 1000 + 900 <= 1930.
exits 0 "$fargauge" explain evicted.yaml --pod till-1
prints "100 s  preempts 1 pod of lower priority on node 0: web/low-3"
prints "100 s  bound to node 0 of nodegroup:ng (m5.large)"
prints "300 s  evicted: a pod of higher priority takes its place"
# 2 x 500 + 900 + 6 x 5 = 1930: for a pod that asks for it all, all nine go; five are named.
exits 0 "$fargauge" explain evicted.yaml --pod all-1
prints "300 s  preempts 9 pods of lower priority on node 0: shop/till-1"
is "five are named" 5 "$(grep preempts "$out" | grep -o '[a-z]*/[a-z]*-[0-9]' | wc -l)"

# At 600 both jobs lose their machine, and one launch a second is allowed.
exits 0 "$fargauge" explain evicted.yaml --pod job-1
prints "600 s  evicted: Fargate's machine is patched; it begins anew"
prints "600 s  launched"
exits 0 "$fargauge" explain evicted.yaml --pod job-2
prints "600 s  waits for Fargate: the launch rate is used up"
prints "601 s  launched"
is "nor is it said that others came first" "" "$(grep 'came first' "$out")"

finish
