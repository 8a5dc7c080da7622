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

finish
