#!/usr/bin/env bash
# What takes capacity away, where zones lie and how old what the catalog knows is: in the views, in
# the report and among the assumptions.
. "$(dirname "$0")/../case.sh"

cat >pods.csv <<'EOF'
pod,namespace,workload,kind,arrival_s,duration_s,cpu,memory,replicas,priority
web,shop,web,Deployment,0,,1,1Gi,2,100
late,shop,late,Deployment,3600,,1500m,1Gi,1,100
EOF
cat >zones.yaml <<'EOF'
study: zones
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: pods.csv}
cluster:
  nodes: {requestToRunning: 15s, runningToReady: 45s}
  managedNodeGroups:
    - {name: ng, instanceType: m5.large, minSize: 2, maxSize: 3, availabilityZones: [us-east-1a, us-east-1b]}
  clusterAutoscaler: {enabled: true}
scenarios:
  - name: grows
  - name: fixed
    cluster: {clusterAutoscaler: {enabled: false}}
  - name: fargate
    cluster:
      managedNodeGroups: null
      fargateProfiles: [{name: all, selectors: [{namespace: shop}]}]
EOF
exits 0 "$fargauge" run zones.yaml -o zones.db --quiet --ledger total

# An m5.large offers 1930m. Two of them hold 1 vCPU each. At 3600 a pod of 1500m comes; the
# autoscaler sees it in its pass of that second, the node is ready 60 s later. `fixed` never has room:
# from 01:00 to the cut at 03:00 the pod waits 3600 s, then 7200 s.
is 'the wait for a third node' '2026-03-02T01:00:00Z|60' \
    "$(query zones.db "SELECT hour, oldest_wait_s FROM hourly_wait WHERE scenario = 'grows'")"
is 'the wait for a node that never comes' '2026-03-02T01:00:00Z|3600
2026-03-02T02:00:00Z|7200' \
    "$(query zones.db "SELECT hour, oldest_wait_s FROM hourly_wait WHERE scenario = 'fixed' ORDER BY hour")"
is 'Fargate has no nodes to wait for, and no zones' '0|0|0' "$(query zones.db "SELECT
    (SELECT count(*) FROM hourly_wait WHERE scenario = 'fargate'),
    (SELECT count(*) FROM hourly_zone WHERE scenario = 'fargate'),
    (SELECT count(*) FROM fullest_zone WHERE scenario = 'fargate')")"

# Each zone has a node of 1.93 vCPU, of which 1 is requested.
is 'each zone has its node' '2026-03-02T02:00:00Z|us-east-1a|1.0|1|1.93|1.0
2026-03-02T02:00:00Z|us-east-1b|1.0|1|1.93|1.0' "$(query zones.db "SELECT hour, zone, nodes_avg,
    nodes_max, cpu_allocatable_avg, cpu_requested_avg FROM hourly_zone
    WHERE scenario = 'fixed' AND hour LIKE '%T02%' ORDER BY zone")"
# Zones are the pools seen the other way: equal sums in every hour.
is 'zones and pools have the same nodes' '' "$(query zones.db "SELECT * FROM
    (SELECT scenario, hour, sum(nodes_avg) n, sum(cpu_allocatable_avg) a, sum(cpu_requested_avg) r
     FROM hourly_zone GROUP BY 1, 2) z
    JOIN (SELECT scenario, hour, sum(nodes_avg) n, sum(cpu_allocatable_avg) a,
     sum(cpu_requested_avg) r FROM hourly_allocatable GROUP BY 1, 2) p USING (scenario, hour)
    WHERE abs(z.n - p.n) + abs(z.a - p.a) + abs(z.r - p.r) > 1e-6")"
# fixed: without either zone 1.93 - 2 = -0.07; us-east-1a is the first by name. It holds 1 of 2.
is 'what the loss of a zone leaves' 'us-east-1a|2026-03-02T00:00:00Z|0.5|0.5|-0.07' \
    "$(query zones.db "SELECT zone, hour, cpu_share, memory_share, round(cpu_headroom_avg, 9)
    FROM fullest_zone WHERE scenario = 'fixed'")"
is 'a workload over two zones has half of its hours in each' 'us-east-1a|3.0|0.5
us-east-1b|3.0|0.5' "$(query zones.db "SELECT zone, pod_hours, share FROM workload_zone
    WHERE scenario = 'fixed' AND workload = 'web' ORDER BY zone")"
exits 0 "$fargauge" report zones.db
prints 'Disruptions and limits'
prints 'If the fullest zone is lost, on the nodes there are'
is 'no line is longer than 100 columns' '' "$(awk 'length > 100' "$out")"

# ---- what the catalog knows, and commitments ----

cat >assume.yaml <<'EOF'
study: assume
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 1h
trace: {file: pods.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceTypes: [m5.large], desiredCapacity: 2}]
scenarios:
  - name: plain
  - name: spot
    cluster: {managedNodeGroups: [{name: ng, instanceTypes: [m5.large], spot: true, desiredCapacity: 2}]}
  - name: own
    cluster: {managedNodeGroups: [{name: ng, instanceTypes: [m5.large], spot: true, desiredCapacity: 2}]}
    pricing: {spot: {discount: 60%, interruptionsPerMonth: 0.1}}
  - name: auto
    cluster: {managedNodeGroups: null, autoModeConfig: {enabled: true}}
  - name: plans
    pricing:
      savingsPlans:
        - {kind: compute, commitmentPerHour: 0.01, discounts: {ec2: 25%}}
        - {kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 0.03, discounts: {ec2: 50%},
           start: 2026-03-02T12:00:00Z, end: 2026-03-03T00:00:00Z}
EOF
exits 0 "$fargauge" check assume.yaml
# The catalog's row of m5.large in us-east-1 tells its days, a month alone being its first day.
days=$(sed -n 's/^m5\.large,us-east-1,[0-9]*,\([0-9-]*\),[0-9]*,\([0-9-]*\),.*/\1 \2/p' "$root/data/catalog/spot.csv")
whole() { case $1 in ????-??) echo "$1-01" ;; *) echo "$1" ;; esac; }
prints "what Spot saves in us-east-1 is as of $(whole "${days% *}"); AWS changes it by the hour (in spot)"
prints "how often Spot is interrupted in us-east-1 is the top of AWS's bands of $(whole "${days#* }") (in spot)"
prints 'is taken as 12 % of the on-demand price, 7.8 % with GPUs (in auto)'
prints 'commitments in force: compute of 0.0100 USD an hour, ec2Instance m5 of 0.0300 USD an hour from 2026-03-02T12:00:00Z until 2026-03-03T00:00:00Z (in plans)'
is 'plans are charged for whole hours, said once' 1 "$(grep -c 'commitments are charged for whole clock hours' "$out")"
exits 0 "$fargauge" check zones.yaml
is 'nothing is said of Spot, Auto Mode and plans where there are none' 0 \
    "$(grep -cE 'Spot|Auto Mode|Savings' "$out")"
finish
