#!/usr/bin/env bash
# What a trace's columns say of a pod's place decides where it runs: three nodes, one a zone.
. "$(dirname "$0")/../case.sh"

cat >head.yaml <<'YAML'
study: rules
region: us-east-1
duration: 1h
trace: {file: pods.csv}
cluster:
  nodes: {requestToRunning: 0s, runningToReady: 0s}
  managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 3, maxSize: 3}]
YAML
pods() { # rows after the header
    { echo 'arrival_s,namespace,workload,kind,pod,cpu,spread,anti_affinity,features,replicas'
        printf '%s\n' "$@"; } >pods.csv
    { cat head.yaml; echo 'scenarios: [{name: a}]'; } >study.yaml
    exits 0 "$fargauge" run study.yaml -o pods.db --fresh --pods -q
}
placed() { # workload
    query pods.db "select count(*) from pod_detail where workload = '$1' and outcome = 'running'"
}
reason() { # workload
    query pods.db "select distinct reason from pod_detail where workload = '$1' and outcome = 'pending'"
}

# ---- one pod of a workload on a node, the fourth waits ----
pods '0,default,db,StatefulSet,db,100m,,hostname,,4' '0,default,web,Deployment,web,100m,,,,4'
is "anti-affinity: one on each node" 3 "$(placed db)"
is "and why the fourth waits" "0/3 nodes are available: 3 node(s) didn't match pod anti-affinity rules." "$(reason db)"
is "others do not mind" 4 "$(placed web)"

# ---- a port of the host is the workload's own ----
pods '0,default,in,Deployment,in,100m,,,hostPort,4' '0,default,out,Deployment,out,100m,,,hostPort,3'
is "host port: one on each node" 3 "$(placed in)"
is "and why the fourth waits" "0/3 nodes are available: 3 node(s) didn't have free ports for the requested pod ports." "$(reason in)"
is "another workload has another port" 3 "$(placed out)"
pods '0,default,in,Deployment,in,100m,,,hostPort,3' '0,other,in,Deployment,in2,100m,,,hostPort,3'
is "so has the same name in another namespace" 6 "$(placed in)"

# ---- spread: the third zone is full and stays at 0 pods, so that with a skew of 1 each of the others
# may have 1: a second one would be 2 - 0 = 2 above the fewest ----
pods '0,default,big,Job,big,1900m,,,,1' '1,default,web,Deployment,web,200m,zone:1,,,4'
is "spread: one in each zone with room" 2 "$(placed web)"
is "and why the third waits" "0/3 nodes are available: 1 Insufficient cpu, 2 node(s) didn't match pod topology spread constraints." "$(reason web)"
pods '0,default,big,Job,big,1900m,,,,1' '1,default,web,Deployment,web,200m,zone:2,,,5'
is "a skew of 2 lets two into each" 4 "$(placed web)"
pods '0,default,big,Job,big,1900m,,,,1' '1,default,web,Deployment,web,200m,,,,5'
is "without spread all of them run" 5 "$(placed web)"

# ---- assign gives pods to another workload, whose rules they then have ----
pods '0,default,db,StatefulSet,db,100m,,hostname,,2' '0,default,old,StatefulSet,old,100m,,hostname,,2'
is "two workloads of two" 4 "$(($(placed db) + $(placed old)))"
{
    sed 's/^trace: .*/trace: {file: pods.csv, assign: [{match: {}, set: {workload: one}}]}/' head.yaml
    echo 'scenarios: [{name: a}]'
} >study.yaml
exits 0 "$fargauge" run study.yaml -o pods.db --fresh --pods -q
is "made one of four: a node for three" 3 "$(placed one)"

# ---- what is no rule is a fault with its place ----
printf 'arrival_s,spread\n0,rack:1\n' >pods.csv
exits 2 "$fargauge" run study.yaml -o none.db
says "pods.csv:2:2: column 'spread' is 'rack:1'; expected such as zone:1;hostname:1"
printf 'arrival_s,annotations\n0,fargauge/checkpoint=often\n' >pods.csv
exits 2 "$fargauge" run study.yaml -o none.db
says "pods.csv:2:2: annotation 'fargauge/checkpoint': 'often' is not a duration"
finish
