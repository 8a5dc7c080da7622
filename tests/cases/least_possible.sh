#!/usr/bin/env bash
# How far each scenario's compute is from the least that the same work could cost.
. "$(dirname "$0")/../case.sh"

cat >study.yaml <<'YAML'
study: gain
region: us-east-1
start: 2026-01-01T00:00:00Z
duration: 10h
trace: {file: pods.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s}
scenarios:
  - name: full
    cluster:
      managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 3,
                           availabilityZones: [us-east-1a, us-east-1b, us-east-1c]}]
  - name: loose
    cluster:
      managedNodeGroups:
        - {name: large, instanceType: m5.xlarge, desiredCapacity: 3,
           availabilityZones: [us-east-1a, us-east-1b, us-east-1c]}
        - {name: small, instanceType: m5.large, minSize: 0, desiredCapacity: 0, maxSize: 9}
  - name: fargate
    cluster:
      fargateProfiles: [{name: fp, selectors: [{namespace: "*"}]}]
YAML
# Three pods of 193m, a tenth of the 1930m of an m5.large each.
cat >pods.csv <<'CSV'
arrival_s,cpu,memory,workload,kind
0,193m,128Mi,web,Deployment
0,193m,128Mi,web,Deployment
0,193m,128Mi,web,Deployment
CSV

# One m5.large could hold all: 10 x 0.096 = 0.96. Three of them are 2.88, three m5.xlarge 5.76: 200 % and 500 % above it. On
# Fargate a pod is 0.25 vCPU and 0.5 GB, 0.0123425 an hour: 3 x 10 x 0.0123425 = 0.370275, and
# nothing less is possible.
exits 0 "$fargauge" run study.yaml -o gain.db
prints "Compute against the least that the same work could cost, in USD"
table() { tr -s ' ' <"$out" | sed -n '/^Compute against/,/^$/p' | grep "^$1 "; }
is "three nodes for one" "full 2.88 0.96 200.0 % 0.96 200.0 %" "$(table full)"
is "three larger ones" "loose 5.76 0.96 500.0 % 0.96 500.0 %" "$(table loose)"
is "on Fargate" "fargate 0.37 0.37 0.0 % 0.37 0.0 %" "$(table fargate)"
is "to the nanodollar" "fargate 370275000 370275000;full 2880000000 960000000;loose 5760000000 960000000" \
    "$(query gain.db "SELECT group_concat(scenario || ' ' || compute_nano_usd || ' ' || least_nano_usd, ';')
        FROM (SELECT * FROM least_possible ORDER BY scenario)")"

exits 0 "$fargauge" report gain.db --format json
prints '"least_possible_usd": 0.96,'
prints '"above_least_possible": 2,'
exits 0 "$fargauge" report gain.db --format html -o page.html
is "the page has the table" 1 "$(grep -c 'id="table-bounds"' page.html)"

# ---- spread over zones ----

# A node in each of three zones: 3 x 0.96 = 2.88.
sed 's/kind$/kind,spread/; s/Deployment$/Deployment,zone:1/' pods.csv >apart.csv
sed 's/pods.csv/apart.csv/' study.yaml >apart.yaml
exits 0 "$fargauge" run apart.yaml -o apart.db
is "as many nodes as zones" "full 2.88 0.96 200.0 % 2.88 0.0 %" "$(table full)"
is "and no larger ones" "loose 5.76 0.96 500.0 % 2.88 100.0 %" "$(table loose)"
finish
