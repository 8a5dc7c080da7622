#!/usr/bin/env bash
# What other programs rely on: views and files to the letter, defaults, amounts summed by hand.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

# Runs study $1 (YAML on standard input, trace.csv beside it) into $1.db, with a row a pod.
run_study() { # name options...
    local name=$1
    shift
    cat >"$name.yaml"
    exits 0 "$fargauge" run "$name.yaml" -o "$name.db" --pods "$@"
}
# The row of one pod: where, outcome, start, end.
pod() { query "$1" "SELECT placed_on || ' ' || outcome || ' ' || coalesce(start_s, '-') || ' ' || coalesce(end_s, '-') FROM pod_detail WHERE pod = '$2'"; }
reason() { query "$1" "SELECT reason FROM pod_detail WHERE pod = '$2'"; }
nano() { query "$1" "SELECT group_concat(nano_usd, ' ') FROM (SELECT nano_usd FROM hourly_cost WHERE charge = '$2' AND workload = '$3' ORDER BY hour)"; }
total() { query "$1" "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario LIKE '$2' AND charge = '$3'"; }

# ---- the life of a pod on Fargate, all defaults: 45 s provisioning, 15 s pull, start 2026-01-01 ----
cat >life.csv <<'EOF'
pod,arrival_s,duration_s,end_s,cpu,memory,ttl_s,kind,workload
plain,0,100,,250m,256Mi,,,plain
kept,0,100,,250m,256Mi,60,Job,kept
late,3530,100,,250m,256Mi,,,late
pulling,3550,100,,250m,256Mi,,,pulling
asked,3560,100,,250m,256Mi,,,asked
early,0,,30,250m,256Mi,,,early
endless,0,,,250m,256Mi,,,endless
at-the-end,0,,3600,250m,256Mi,,,at-the-end
at-the-cut,3600,100,,250m,256Mi,,,at-the-cut
after,3700,100,,250m,256Mi,,,after
EOF
run_study life <<'EOF'
study: life
region: us-east-1
duration: 1h
trace: {file: life.csv}
cluster:
  fargateProfiles: [{name: fp, selectors: [{namespace: default}]}]
scenarios: [{name: a}]
EOF
is "second 0 is 2026-01-01" "2026-01-01T00:00:00Z" "$(query life.db "SELECT min(hour) FROM hourly_cost")"
is "60 s to run, 100 s of work" "fargate:fp completed 60 160" "$(pod life.db plain)"
is "a finished Job is kept for its ttl" "fargate:fp completed 60 220" "$(pod life.db kept)"
is "what runs at the cut is running" "fargate:fp running 3590 -" "$(pod life.db late)"
is "neither duration nor end: runs to the cut" "fargate:fp running 60 -" "$(pod life.db endless)"
is "what ends at the cut has ended" "fargate:fp completed 60 3600" "$(pod life.db at-the-end)"
is "still pulling at the cut is pending" "pending pending - -" "$(pod life.db pulling)"
is "still provisioned at the cut is pending" "pending pending - -" "$(pod life.db asked)"
is "deleted before it ran" "pending deleted-pending - 30" "$(pod life.db early)"
is "pods from the cut on are in no outcome" 8 "$(query life.db "SELECT sum(pods) FROM pod_outcome")"
prints '2 pods arrive at the cut or later and are left out'
# 0.25 vCPU x 0.04048 = 0.01012 an hour, 0.5 GB x 0.004445 = 0.0022225 an hour.
# plain: 15 s pull + 100 s = 115 s: 10120000 x 115 / 3600 = 323277.8, 2222500 x 115 / 3600 = 70996.5
is "plain: vCPU" 323278 "$(nano life.db fargate-vcpu plain)"
is "plain: memory" 70997 "$(nano life.db fargate-memory plain)"
# kept: 15 + 100 + 60 = 175 s: 10120000 x 175 / 3600 = 491944.4
is "kept: billed until deleted" 491944 "$(nano life.db fargate-vcpu kept)"
# late: the pull begins at 3575 s; 25 s to the cut, 35 s past it to the least, 60 s, in the next hour:
# 10120000 x 25 / 3600 = 70277.8, 10120000 x 35 / 3600 = 98388.9
is "late: the least of 60 s reaches past the cut" "70278 98389" "$(nano life.db fargate-vcpu late)"
is "asked: provisioning is not billed" "" "$(nano life.db fargate-vcpu asked)"
is "application_id and user_version are set" "1 1" \
    "$(query life.db "SELECT (SELECT application_id <> 0 FROM pragma_application_id), (SELECT user_version <> 0 FROM pragma_user_version)" | tr '|' ' ')"
is "one file when done" life.db "$(echo life.db*)"

# ---- views and CSV files, to the letter ----
exits 0 "$fargauge" report life.db --format csv -o csv
while read -r view columns; do
    is "$view: columns" "$columns" "$(query life.db "SELECT group_concat(name, ',') FROM pragma_table_info('$view')")"
    [ "$view" = pod_detail ] && continue
    is "$view.csv: the same columns" "$columns" "$(head -n 1 "csv/$view.csv")"
    is "$view.csv: the same number of rows" "$(query life.db "SELECT count(*) FROM $view")" "$(($(wc -l <"csv/$view.csv") - 1))"
    is "$view.csv: sorted" "$(tail -n +2 "csv/$view.csv")" "$(tail -n +2 "csv/$view.csv" | sort -t, -k1,1 -k2,2n -k3,7)"
done <<'EOF'
scenario_cost scenario,replication,charge,pool,usd,list_usd,nano_usd
hourly_cost scenario,replication,hour,charge,pool,namespace,workload,quantity,unit,usd,list_usd,nano_usd
hourly_capacity scenario,replication,hour,pool,nodes_avg,nodes_max,cpu_capacity_avg,cpu_requested_avg,memory_gib_capacity_avg,memory_gib_requested_avg,pods_running_avg,pods_pending_max,addresses_max
pod_outcome scenario,replication,namespace,workload,placed_on,outcome,reason,pods,wait_p50_s,wait_p95_s,wait_max_s
pod_detail scenario,replication,pod,namespace,workload,placed_on,outcome,reason,arrival_s,start_s,end_s,usd
EOF

# ---- who pays for a node: 9 units a vCPU, 1 a GiB, over the allocatable ----
cat >split.csv <<'EOF'
pod,namespace,workload,arrival_s,end_s,cpu,memory
a,n1,w1,0,1800,500m,1Gi
b,n2,w2,1000,5400,300m,2Gi
c,n2,,5000,,250m,0
EOF
run_study split <<'EOF'
study: split
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: split.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 1, volumeSize: 100}]
  daemonSets:
    - {name: aws-node, namespace: kube-system, cpu: 50m, memory: 0}
    - {name: agent, namespace: kube-system, cpu: 100m, memory: 10Mi}
scenarios: [{name: a}]
EOF
# An m5.large has 1.93 vCPU and 6903 MiB to give: U = 9 x 1.93 + 6903 / 1024 = 24.1112109375 units.
# 0.096 an hour. w1: 9 x 0.5 + 1 = 5.5 units, half an hour: 96000000 x 5.5 / U / 2 = 10949263.4
is "w1's half hour" 10949263 "$(nano split.db ec2-on-demand w1)"
# w2: 9 x 0.3 + 2 = 4.7 units, 2600 s and 1800 s: 13515151.3 and 9356643.2
is "w2's two hours" "13515151 9356643" "$(nano split.db ec2-on-demand w2)"
# (none): 9 x 0.25 = 2.25 units, 2200 s: 5474631.7
is "no workload" 5474631 "$(nano split.db ec2-on-demand '(none)')"
# DaemonSets: 9 x 0.15 + 10 / 1024 = 1.359765625 units: 5413975.0
is "DaemonSets are (system)" "5413975 5413975" "$(nano split.db ec2-on-demand '(system)')"
# 96000000 - 10949263 - 13515151 - 5413975 = 66121611; 96000000 - 9356643 - 5474631 - 5413975 = 75754751
is "the rest is (idle)" "66121611 75754751" "$(nano split.db ec2-on-demand '(idle)')"
# 100 GB x 0.08 over the 744 hours of March = 10752688.2 an hour, shared alike: w1 10752688 x 5.5 / U / 2 = 1226394.9
is "the root volume" "10752688 10752688" "$(query split.db "SELECT group_concat(n, ' ') FROM (SELECT sum(nano_usd) AS n FROM hourly_cost WHERE charge = 'ebs' GROUP BY hour)")"
is "(idle) and (system) have no namespace" "" "$(query split.db "SELECT group_concat(namespace, '') FROM hourly_cost WHERE workload LIKE '(%)' AND workload <> '(none)' OR charge = 'eks-control-plane'")"
is "units" "GB-Months Hours" "$(query split.db "SELECT group_concat(unit, ' ') FROM (SELECT DISTINCT unit FROM hourly_cost ORDER BY unit)")"

# A GPU weighs 90: a g5.12xlarge has 4, 47.81 vCPU and 173400 MiB: U = 360 + 430.29 + 169.3359375 = 959.6259375.
# 5.672 an hour. One GPU, 4 vCPU, 16 GiB: 142 units: 5672000000 x 142 / U = 839310369.7; two GPUs: 180 units: 1063914552.7
printf 'pod,workload,arrival_s,duration_s,gpu,cpu,memory\na,one,0,3600,1,4,16Gi\nb,two,0,3600,2,,\n' >gpu.csv
run_study gpu <<'EOF'
study: gpu
region: us-east-1
duration: 1h
trace: {file: gpu.csv}
cluster: {managedNodeGroups: [{name: ng, instanceType: g5.12xlarge, minSize: 1}]}
scenarios: [{name: a}]
EOF
is "a GPU weighs 90" "839310369 1063914552" "$(nano gpu.db ec2-on-demand one) $(nano gpu.db ec2-on-demand two)"

# ---- the cluster's fee ----
printf 'pod,arrival_s\n' >none.csv
# 1.31 over November 2025: 30 x 24 x 0.10 = 72; from the 26th 5 x 24 x 0.50 = 60; together 132.
run_study fee <<'EOF'
study: fee
region: us-east-1
start: 2025-11-01T00:00:00Z
duration: 30d
trace: {file: none.csv}
scenarios:
  - {name: extended, cluster: {controlPlane: {version: "1.31"}}}
  - {name: standard, cluster: {controlPlane: {version: "1.31", upgradePolicy: STANDARD}}}
  - {name: past, pricing: {asOf: 2019-12-10}}
  - {name: before, pricing: {asOf: 2010-01-01}}
EOF
is "extended support: 72" 72000000000 "$(total fee.db extended eks-control-plane)"
is "extended support: and 60" 60000000000 "$(total fee.db extended eks-extended-support)"
is "from the day it begins" 2025-11-26T00:00:00Z "$(query fee.db "SELECT min(hour) FROM hourly_cost WHERE charge = 'eks-extended-support'")"
is "upgraded in time: 72" "72000000000 " "$(total fee.db standard eks-control-plane) $(total fee.db standard eks-extended-support)"
# 720 h x 0.20 = 144, the price until 2020-01-20
is "in 2019 the cluster cost 0.20 an hour" 144000000000 "$(total fee.db past eks-control-plane)"
is "before the first price, the first price" 144000000000 "$(total fee.db before eks-control-plane)"
prints 'is not known for 2010-01-01'

# ---- how many nodes a group has: desiredCapacity, else minSize, else 2 ----
run_study desired <<'EOF'
study: desired
region: us-east-1
duration: 1h
trace: {file: none.csv}
cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large}]}
scenarios:
  - {name: two}
  - {name: three, cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 3, maxSize: 9}]}}
  - {name: five, cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 1, desiredCapacity: 5, maxSize: 9}]}}
EOF
for expected in two:2 three:3 five:5; do
    is "nodes of ${expected%:*}" "$((${expected#*:} * 96000000))" "$(total desired.db "${expected%:*}" ec2-on-demand)"
done

# ---- Cluster Autoscaler from zero ----
# The template of an empty group has all 2 vCPU, so both pods seem to fit one node: asked for at 10 s, running
# 15 s later, ready 45 s after that; there is room for one. The second node is asked for at 70 s.
# Idle from 670 s; more than 600 s later, at 1280 s, 5 s of taint, gone at 1285 s: 25..1285 and 85..1345 = 2520 s.
# 2520 x 96000000 / 3600 = 67200000
printf 'pod,arrival_s,duration_s,cpu,memory\na,5,600,1,1Gi\nb,5,600,1,1Gi\n' >zero.csv
run_study zero <<'EOF'
study: zero
region: us-east-1
duration: 2h
trace: {file: zero.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 0, maxSize: 5}]
  clusterAutoscaler: {enabled: true}
scenarios: [{name: a}]
EOF
is "the first pod" "nodegroup:ng completed 70 670" "$(pod zero.db a)"
is "the second pod" "nodegroup:ng completed 130 730" "$(pod zero.db b)"
is "both nodes" 67200000 "$(total zero.db a ec2-on-demand)"

# ---- Fargate's gates ----
printf 'pod,namespace,arrival_s,duration_s,end_s,cpu,memory,replicas\nburst,rate,0,100,,,,250\n' >gates.csv
cat >>gates.csv <<'EOF'
p,net,10000,100,,,,11
q,net,10001,,10050,,,1
r,net,10001,100,,,,1
EOF
run_study gates <<'EOF'
study: gates
region: us-east-1
duration: 4h
trace: {file: gates.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s}
  subnets: [{id: wide, zone: us-east-1a, cidr: 10.0.0.0/20}, {id: small, zone: us-east-1b, cidr: 10.0.16.0/28}]
  fargateProfiles:
    - {name: rate, subnets: [wide], selectors: [{namespace: rate}]}
    - {name: net, subnets: [small], selectors: [{namespace: net}]}
scenarios: [{name: a}]
EOF
# 20 at once, then 20 a second: 20 x 12 = 240 in the seconds 0 to 11, 10 in second 12.
is "20 launches a second" "20 10 12" "$(query gates.db "SELECT (SELECT count(*) FROM pod_detail WHERE namespace = 'rate' AND start_s = 0) || ' ' || (SELECT count(*) FROM pod_detail WHERE namespace = 'rate' AND start_s = 12) || ' ' || (SELECT max(start_s) FROM pod_detail WHERE namespace = 'rate')")"
# A /28 has 16 - 5 = 11 addresses.
is "a /28 holds 11 pods" 11 "$(query gates.db "SELECT max(addresses_max) FROM hourly_capacity WHERE pool = 'fargate:net'")"
is "without an address until its end" "pending deleted-pending - 10050" "$(pod gates.db q)"
is "and why" "waits for Fargate: no free address in the profile's subnets" "$(reason gates.db q)"
is "with the first address that is free" "fargate:net completed 10100 10200" "$(pod gates.db r)"
cat >quota.csv <<'EOF'
pod,arrival_s,duration_s,cpu,memory
a,0,100,4,8Gi
b,0,100,4,8Gi
c,1,100,1,1Gi
d,2,100,2,1Gi
EOF
run_study quota <<'EOF'
study: quota
region: us-east-1
duration: 1h
trace: {file: quota.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s, vcpuQuota: 6}
  fargateProfiles: [{name: fp, selectors: [{namespace: default}]}]
scenarios: [{name: a}]
EOF
# Of 6 vCPU a takes 4, c passes b with 1; b has room when a ends; d when c does.
is "who lacks quota lets others pass" "0 100 1 101" "$(query quota.db "SELECT group_concat(start_s, ' ') FROM (SELECT start_s FROM pod_detail ORDER BY pod)")"

# ---- columns of a trace ----
cat >columns.csv <<'EOF'
pod,namespace,kind,start,end,cpu,memory,replicas,features,tolerations,node_selector,arch,labels,annotations
three,web,,2026-03-02T00:10:00Z,2026-03-02T01:20:00+01:00,100m,128Mi,3,,,,,,
privileged,fg,,2026-03-02T00:00:00Z,,,,,privileged,,,,,
all,fg,,2026-03-02T00:00:00Z,,,,,hostNetwork;privileged;hostPort,,,,,
path,fg,,2026-03-02T00:00:00Z,,,,,hostPath,,,,,
arm-fg,fg,,2026-03-02T00:00:00Z,,,,,,,,arm64,,
to-ec2,fg,,2026-03-02T00:00:00Z,,,,,,,,,,eks.amazonaws.com/compute-type=ec2
arm,web,,2026-03-02T00:00:00Z,,,,,,dedicated=x:NoSchedule,foo=bar,arm64,,
no-toleration,web,,2026-03-02T00:00:00Z,,,,,,,,arm64,,
wrong,web,,2026-03-02T00:00:00Z,,,,,,dedicated=x:NoSchedule,foo=baz,,,
named,fg,,2026-03-02T00:00:00Z,2026-03-02T00:30:00Z,,,,,,,,eks.amazonaws.com/fargate-profile=z,
unnamed,fg,,2026-03-02T00:00:00Z,2026-03-02T00:30:00Z,,,,,,,,,
EOF
run_study columns <<'EOF'
study: columns
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: columns.csv}
cluster:
  fargateProfiles: [{name: z, selectors: [{namespace: fg}]}, {name: f, selectors: [{namespace: fg}]}]
  managedNodeGroups:
    - {name: arm, instanceType: m6g.large, minSize: 1, labels: {foo: bar}, taints: [{key: dedicated, value: x, effect: NoSchedule}]}
    - {name: amd, instanceType: m5.large, minSize: 1}
scenarios: [{name: a}]
EOF
is "replicas are pods of their own" "three three-2 three-3" "$(query columns.db "SELECT group_concat(pod, ' ') FROM (SELECT pod FROM pod_detail WHERE pod LIKE 'three%' ORDER BY pod)")"
# 00:10 UTC is 600 s; 01:20 at +01:00 is 00:20 UTC, 1200 s
is "instants with their zone" "nodegroup:amd completed 600 1200" "$(pod columns.db three-2)"
is "privileged" "Pod not supported on Fargate: invalid SecurityContext fields: Privileged" "$(reason columns.db privileged)"
is "several, in Amazon's order" "Pod not supported on Fargate: fields not supported: HostNetwork, invalid SecurityContext fields: Privileged, port contains HostIP or HostPort" "$(reason columns.db all)"
is "hostPath" "Pod not supported on Fargate: volumes not supported: hostPath is of an unsupported volume Type" "$(reason columns.db path)"
is "arm64 never runs on Fargate" "pending pending - -" "$(pod columns.db arm-fg)"
is "compute-type ec2" "nodegroup:amd running 0 -" "$(pod columns.db to-ec2)"
is "arm64, tolerated, selected" "nodegroup:arm running 0 -" "$(pod columns.db arm)"
is "not tolerated" "0/2 nodes are available: 1 node(s) didn't match Pod's node affinity/selector, 1 node(s) had untolerated taint {dedicated: x}." "$(reason columns.db no-toleration)"
is "not selected" "0/2 nodes are available: 2 node(s) didn't match Pod's node affinity/selector." "$(reason columns.db wrong)"
is "the profile that a label names" "fargate:z completed 60 1800" "$(pod columns.db named)"
is "else the name that sorts first" "fargate:f completed 60 1800" "$(pod columns.db unnamed)"

# ---- merges, sweeps, the same luck in every scenario ----
seq 0 99 | sed 's/.*/p-&,&,600,500m,1Gi/; 1i pod,arrival_s,duration_s,cpu,memory' >many.csv
cat >luck.yaml <<'EOF'
study: luck
region: us-east-1
duration: 2h
trace: {file: many.csv, scale: 1.5}
cluster:
  fargateProfiles: [{name: fp, selectors: [{namespace: default}]}]
  managedNodeGroups: [{name: ng, instanceType: m5.4xlarge, minSize: 6}]
scenarios:
  - {name: fargate, cluster: {managedNodeGroups: null}}
  - {name: "n/o 'q'", cluster: {fargateProfiles: null}}
monteCarlo: {replications: 3, seed: 42}
EOF
exits 0 "$fargauge" run luck.yaml -o luck.db --pods --jobs 1
names() { query luck.db "SELECT group_concat(pod, ' ') FROM (SELECT pod FROM pod_detail WHERE scenario = '$1' AND replication = $2 ORDER BY pod)"; }
is "scenarios meet the same luck" "$(names fargate 0)" "$(names "n/o ''q''" 0)"
is "replications do not" differs "$([ "$(names fargate 0)" != "$(names fargate 1)" ] && echo differs)"
is "null removes" "fargate:fp nodegroup:ng" "$(query luck.db "SELECT group_concat(placed_on, ' ') FROM (SELECT DISTINCT scenario, placed_on FROM pod_outcome ORDER BY scenario)")"
sqlite3 luck.db .dump >one.dump
exits 0 "$fargauge" run luck.yaml -o two.db --pods --jobs 2
sqlite3 two.db .dump >two.dump
is "two threads, the same database" "" "$(cmp one.dump two.dump 2>&1)"
exits 0 "$fargauge" run luck.yaml -o luck.db --pods
says '0 run, 6 done before'
is "run again, nothing is changed" "" "$(sqlite3 luck.db .dump | cmp - one.dump 2>&1)"
for ledger in day total; do
    exits 0 "$fargauge" run luck.yaml -o $ledger.db --ledger $ledger --quiet
    is "the ledger by $ledger has the same totals" "$(query luck.db 'SELECT * FROM scenario_cost ORDER BY 1, 2, 3, 4')" "$(query $ledger.db 'SELECT * FROM scenario_cost ORDER BY 1, 2, 3, 4')"
    is "its rows add up" "$(query luck.db 'SELECT sum(nano_usd) FROM scenario_cost')" "$(query $ledger.db 'SELECT sum(nano_usd) FROM hourly_cost')"
done
sed -i 's/minSize: 6/minSize: 7/' luck.yaml
exits 0 "$fargauge" run luck.yaml -o luck.db --pods
says '3 run, 3 done before'
sed -i '/n\/o/d' luck.yaml
exits 0 "$fargauge" run luck.yaml -o luck.db --pods
says '0 run, 3 done before'
is "a scenario that is gone is gone" fargate "$(query luck.db 'SELECT group_concat(DISTINCT scenario) FROM scenario_cost')"
sed 's/^study: .*/study: other/' luck.yaml >other.yaml
exits 0 "$fargauge" run other.yaml -o luck.db --fresh --quiet
sed 's/scale: 1.5/scale: 1/; /^monteCarlo/d' luck.yaml >sweep.yaml
cat >>sweep.yaml <<'EOF'
sweep:
  - {path: trace.scale, values: [1, 2]}
  - {path: cluster.fargate.vcpuQuota, values: [null, 6]}
EOF
exits 0 "$fargauge" run sweep.yaml -o sweep.db --quiet
is "a sweep names its scenarios" "fargate/trace.scale=1/cluster.fargate.vcpuQuota=null,fargate/trace.scale=1/cluster.fargate.vcpuQuota=6,fargate/trace.scale=2/cluster.fargate.vcpuQuota=null,fargate/trace.scale=2/cluster.fargate.vcpuQuota=6" \
    "$(query sweep.db 'SELECT group_concat(DISTINCT scenario) FROM scenario_cost')"

# ---- names are data ----
printf 'pod,arrival_s,duration_s,namespace,workload\n=1+1,0,60,@x,"=HYPERLINK(""y"")"\n' >formula.csv
run_study formula <<'EOF'
study: formula
region: us-east-1
duration: 1h
trace: {file: formula.csv}
cluster: {fargateProfiles: [{name: fp, selectors: [{namespace: "*"}]}]}
scenarios: [{name: "+a"}]
EOF
exits 0 "$fargauge" report formula.db --format csv -o formula
is "no cell is a formula" "'+a,0,'@x,\"'=HYPERLINK(\"\"y\"\")\",fargate:fp,completed,,1,60,60,60" "$(tail -n 1 formula/pod_outcome.csv)"

# ---- selectors ----
matches() { # selectors, namespace, labels, expected
    printf 'fargateProfiles: [{name: p, selectors: [%s]}]\n' "$1" >match.yaml
    is "match: $1 with $2 $3" "$4" "$("$fargauge" match --profiles match.yaml --namespace "$2" --labels "$3" 2>&1)"
}
matches '{namespace: "value?"}' valuea a=b p
matches '{namespace: "value?"}' value a=b none
matches '{namespace: "value?"}' value-a a=b none
matches '{namespace: "*dev"}' my-dev a=b p
matches '{namespace: "frontend*?"}' frontend a=b none
matches '{namespace: "frontend*?"}' frontend-1 a=b p
matches '{namespace: Prod}' prod a=b none
matches '{namespace: "[a]"}' a a=b none
matches '{namespace: n, labels: {a: b, c: d}}' n a=b none
matches '{namespace: n, labels: {a: b, c: d}}' n c=d,a=b,x=y p
matches '{namespace: n, labels: {"k*": "v?"}}' n key=v11,kay=v none
matches '{namespace: n, labels: {"k*": "v?"}}' n key=v11,kay=v2 p
matches '{namespace: a}, {namespace: b}' b a=b p

# ---- the manual has each option, completion offers it ----
# shellcheck source=data/man/fargauge.bash
. "$root/data/man/fargauge.bash"
for command in run report explain check size match node import; do
    options=$("$fargauge" $command --help | grep -oE '^ +(-[a-z], )?--[a-z-]+' | grep -oE -e '--[a-z-]+')
    manual=$(sed -e 's/\\-/-/g' "$root/data/man/fargauge.1" | sed -n "/^\.SS \"*$command\b/,/^\.S[SH]/p; /^Every command/,/^\.S/p")
    for option in $options; do
        grep -qF -e "$option" <<<"$manual"
        verdict $? "the manual of $command has $option"
    done
    COMP_WORDS=("$fargauge" "$command" --) COMP_CWORD=2 COMPREPLY=()
    _fargauge
    is "completion of $command" "$(sort <<<"$options
--help")" "$(printf '%s\n' "${COMPREPLY[@]}" | sort)"
done
COMP_WORDS=("$fargauge" run --ledger "") COMP_CWORD=3
_fargauge
is "completion of a choice" "hour day total" "${COMPREPLY[*]}"
finish
