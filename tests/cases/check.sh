#!/usr/bin/env bash
# What check finds, and what is said instead of being taken in silence.
. "$(dirname "$0")/../case.sh"

study() { # the lines that follow the head
    printf 'study: x\nregion: us-east-1\ntrace: {file: t.csv}\n%s\n' "$1" >s.yaml
}

# ---- every bad row of a trace at once, and a study that never ends ----
study 'scenarios: [{name: a}]'
cat >t.csv <<'CSV'
arrival_s,duration_s,cpu,memory
0,60,1,1GB
x,60,1,1Gi
0,-6,1K,1Gi
0,60,1,1Gi
CSV
exits 2 "$fargauge" check s.yaml
says "t.csv:2"
says "t.csv:3"
says "t.csv:4"
printf 'arrival_s,cpu\n0,1\n' >t.csv
exits 2 "$fargauge" check s.yaml
says "s.yaml: no pod of the trace ends in scenario 'a'; the study must name a duration"
exits 2 "$fargauge" run s.yaml -o none.db
says "s.yaml: no pod of the trace ends in scenario 'a'"

# ---- defaults of a node group are named ----
study 'duration: 1h
cluster: {managedNodeGroups: [{name: ng}]}
scenarios: [{name: a}, {name: b, cluster: {managedNodeGroups: [{name: ng, volumeSize: 20}]}}]'
exits 0 "$fargauge" check s.yaml
prints "instanceType of node groups that name none is m5.large"
prints "desiredCapacity of node groups that name none is 2"
prints "volumeSize of node groups that name none is 80 GiB in a"
prints "volumeType of node groups that name none is gp3"

# ---- a price that was not known on the day asked for, also of extended support ----
study 'start: 2025-11-01T00:00:00Z
duration: 30d
cluster: {controlPlane: {version: "1.31"}}
pricing: {asOf: 2019-12-10}
scenarios: [{name: a}]'
exits 0 "$fargauge" check s.yaml
prints "the price of control_plane_extended_surcharge in us-east-1 is not known for 2019-12-10"

# ---- a zone of another region ----
study 'duration: 1h
cluster: {managedNodeGroups: [{name: ng, availabilityZones: [us-west-1a]}],
          subnets: [{id: s, zone: mars, cidr: 10.0.0.0/24}]}
scenarios: [{name: a}]'
exits 2 "$fargauge" check s.yaml
says "zone 'us-west-1a' is not in region us-east-1; expected such as us-east-1a"
says "zone 'mars' is not in region us-east-1"

# ---- events that befall nothing: a zone without anything of the cluster, an event after the end ----
study 'duration: 1d
start: 2026-03-02T00:00:00Z
cluster:
  managedNodeGroups: [{name: ng, availabilityZones: [us-east-1a]}]
  events:
    - {at: 1h, zoneLoss: us-east-1a, for: 1h}
    - {at: 2h, zoneLoss: us-east-1f}
    - {at: 24h, upgradeNodeGroup: ng}
scenarios:
  - name: groups
  - name: subnets
    cluster: {subnets: [{id: s, zone: us-east-1f, cidr: 10.0.0.0/24}]}
  - name: pools
    duration: 2d
    cluster: {nodePools: [{metadata: {name: p}, spec: {template: {spec: {requirements: []}}}}]}'
exits 0 "$fargauge" check s.yaml
prints "the loss of zone us-east-1f at 2026-03-02T02:00:00Z takes nothing: no subnet, node group or node pool of the cluster can be there (in groups, pools)"
prints "the upgrade of node group ng at 2026-03-03T00:00:00Z comes when the study is over"
is 'an event that befalls something is not warned of' 2 "$(grep -c '^  warning' "$out")"

# ---- a name that stands in two namespaces ----
study 'duration: 1h
cluster: {fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
scenarios: [{name: a}]'
printf 'pod,namespace,arrival_s,cpu\nweb,shop,0,1\nweb,team,0,1\n' >t.csv
exits 2 "$fargauge" explain s.yaml --pod web
says "several pods are named 'web'; expected one of shop/web, team/web"
exits 0 "$fargauge" explain s.yaml --pod team/web
prints "a: team/web"

# ---- rows that were skipped, and pods that were left out, are counted apart ----
printf 'pod,arrival_s,cpu\nweb,0,1\nbad,x,1\nlate,3600,1\n' >t.csv
exits 0 "$fargauge" run s.yaml -o skipped.db --skip-bad-rows
prints "1 row of the trace could not be read and was skipped"
prints "1 pod arrives at the cut or later and is left out"
exits 0 "$fargauge" report skipped.db --format json
is "pods without those left out" 1 "$(query skipped.db "SELECT json_extract(readfile('$out'),
    '\$.scenarios[0].pods')")"

# ---- a cluster without profiles takes no pod ----
printf 'kind: ClusterConfig\nmetadata: {name: c}\n' >cluster.yaml
exits 0 "$fargauge" match --profiles cluster.yaml --namespace web
is "none" none "$(cat "$out")"
finish
