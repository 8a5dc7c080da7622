#!/usr/bin/env bash
# What the controllers would do now with a snapshot, as JSON to the letter.
. "$(dirname "$0")/../case.sh"

scheduler() { exits 0 "$fargauge" decide --controller kube-scheduler "$@"; }
autoscaler() { exits 0 "$fargauge" decide --controller cluster-autoscaler "$@"; }
printed() { is "$1" "$2" "$(cat "$out")"; }
field() { sqlite3 :memory: "SELECT json_extract('$(sed -n "${2:-1}p" "$out" | sed "s/'/''/g")', '$1')"; }

# ---- kube-scheduler: totals by hand ----
# Pod a asks for 100m and 200Mi of 1930m and 6903Mi. Every node gets 3 x 100 from TaintToleration.
# n1 holds 500m and 1Gi: LeastAllocated ((1930-600)*100/1930 = 68, (6903-1224)*100/6903 = 82) -> 75;
# Balanced: fractions .3109 and .1773, half their difference .0668 -> 93; 300 + 75 + 93 = 468.
# n2 is empty: (94 + 97) / 2 = 95; fractions .0518 and .0290, half the difference .0114 -> 98;
# 300 + 95 + 98 = 493.
cat >small.yaml <<'EOF'
kind: List
items:
- {kind: Node, metadata: {name: n1}, status: {allocatable: {cpu: 1930m, memory: 6903Mi, pods: 29}}}
- {kind: Node, metadata: {name: n2}, status: {allocatable: {cpu: 1930m, memory: 6903Mi, pods: 29}}}
- kind: Node
  metadata: {name: n3}
  spec: {taints: [{key: gpu, value: "true", effect: NoSchedule}]}
  status: {allocatable: {cpu: 8, memory: 6903Mi, pods: 29}}
- kind: Pod
  metadata: {name: old}
  spec: {nodeName: n1, containers: [{resources: {requests: {cpu: 500m, memory: 1Gi}}}]}
- kind: Pod
  metadata: {name: a}
  spec: {containers: [{resources: {requests: {cpu: 100m, memory: 200Mi}}}]}
EOF
scheduler small.yaml
printed "scheduler: the totals are those of the plugins" \
    '{"pod": "default/a", "node": "n2", "feasible": {"n1": 468, "n2": 493}, "reasons": {"n3": "node(s) had untolerated taint {gpu: true}"}}'

# Each pod sees those before it bound; the highest priority is first, then the oldest.
cat >queue.yaml <<'EOF'
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: 1, memory: 4Gi, pods: 10}}
---
kind: PodList
items:
- {metadata: {name: late, creationTimestamp: 2026-03-01T00:00:02Z}, spec: &spec {containers: [{resources: {requests: {cpu: 400m}}}]}}
- {metadata: {name: early, creationTimestamp: 2026-03-01T00:00:01Z}, spec: *spec}
- {metadata: {name: first, creationTimestamp: 2026-03-01T00:00:09Z}, spec: {<<: *spec, priority: 1}}
- {metadata: {name: gated}, spec: {<<: *spec, schedulingGates: [{name: g}]}}
- {metadata: {name: other}, spec: {<<: *spec, schedulerName: mine}}
- {metadata: {name: done}, spec: {<<: *spec, nodeName: n1}, status: {phase: Succeeded}}
EOF
scheduler queue.yaml
is "scheduler: queue order, and nobody else's pods" "default/first n1|default/early n1|default/late " \
    "$(for line in 1 2 3; do echo "$(field '$.pod' $line) $(field '$.node' $line)"; done | paste -sd'|')"
is "scheduler: three pods" 3 "$(wc -l <"$out")"
is "scheduler: a node that is full" '{"n1":"Insufficient cpu"}' "$(field '$.reasons' 3)"
is "scheduler: the event's words" "0/1 nodes are available: 1 Insufficient cpu." \
    "$(field '$.message' 3 | sed 's/ preemption:.*//')"

# Labels that a selector reads tell pods apart, others do not.
cat >apart.yaml <<'EOF'
kind: NodeList
items:
- {metadata: {name: n1, labels: {kubernetes.io/hostname: n1}}, status: &status {allocatable: {cpu: 4, memory: 8Gi, pods: 10}}}
- {metadata: {name: n2, labels: {kubernetes.io/hostname: n2}}, status: *status}
---
kind: PodList
items:
- {metadata: {name: w-1, labels: {app: web, rack: "1"}}, spec: &spec {affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}]}}, containers: [{name: c}]}}
- {metadata: {name: w-2, labels: {app: web, rack: "2"}}, spec: *spec}
- {metadata: {name: w-3, labels: {app: web, rack: "3"}}, spec: *spec}
- {metadata: {name: other, labels: {app: batch}}, spec: {containers: [{name: c}]}}
EOF
scheduler apart.yaml
is "scheduler: two nodes, two pods apart" "n1 n2  1" \
    "$(field '$.node' 1) $(field '$.node' 2) $(field '$.node' 3) $(field '$.node' 4 | grep -c '^n[12]$')"
is "scheduler: in its words" '{"n1":"node(s) didn'"'"'t match pod anti-affinity rules","n2":"node(s) didn'"'"'t match pod anti-affinity rules"}' \
    "$(field '$.reasons' 3)"

# Victims of a lower priority: 1000m of 1900m are taken by low, high asks for 1500m.
cat >preempt.yaml <<'EOF'
kind: Node
metadata: {name: n1}
status: {allocatable: {cpu: 1900m, memory: 8Gi, pods: 10}}
---
kind: PodList
items:
- {metadata: {name: low}, spec: {nodeName: n1, priority: -1, containers: [{resources: {requests: {cpu: 1}}}]}}
- {metadata: {name: high}, spec: {priority: 10, containers: [{resources: {requests: {cpu: 1500m}}}]}}
EOF
scheduler preempt.yaml
is "scheduler: whom it would evict" 'n1 ["default/low"]' "$(field '$.nominated') $(field '$.victims')"

# ---- the same from JSON, packed, from standard input, and in parts ----
cat >small.json <<'EOF'
{"apiVersion": "v1", "kind": "List", "items": [
 {"kind": "Node", "metadata": {"name": "n1", "managedFields": [{"manager": "x"}]},
  "status": {"allocatable": {"cpu": "1930m", "memory": "6903Mi", "pods": 29}, "nodeInfo": {}}},
 {"kind": "Node", "metadata": {"name": "n2"},
  "status": {"allocatable": {"cpu": "1930m", "memory": "6903Mi", "pods": "29"}}},
 {"kind": "Node", "metadata": {"name": "n3"},
  "spec": {"taints": [{"key": "gpu", "value": "true", "effect": "NoSchedule"}]},
  "status": {"allocatable": {"cpu": "8", "memory": "6903Mi", "pods": "29"}}},
 {"kind": "Pod", "metadata": {"name": "old"}, "spec": {"nodeName": "n1", "containers": [
  {"env": [{"name": "A", "value": "b"}], "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}}}]}},
 {"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [
  {"resources": {"requests": {"cpu": "100m", "memory": "200Mi"}}}]}}
]}
EOF
scheduler small.yaml
expected=$(cat "$out")
scheduler small.json
printed "JSON is YAML" "$expected"
{ echo "# the same as YAML"; cat small.json; } >flow.yaml
scheduler flow.yaml
printed "JSON read as YAML" "$expected"
gzip -k small.json
scheduler small.json.gz
printed "gzip is read as it is" "$expected"
is "standard input" "$expected" "$("$fargauge" decide --controller=kube-scheduler --format json - <small.json)"
sed -n '1,8p' small.yaml >nodes.yaml
{ echo 'kind: List'; echo 'items:'; sed -n '9,$p' small.yaml; } >pods.yaml
scheduler nodes.yaml pods.yaml
printed "several files are one snapshot" "$expected"

# ---- nothing there ----
: >empty.yaml
scheduler empty.yaml
printed "scheduler: an empty snapshot" ""
autoscaler empty.yaml
printed "autoscaler: an empty snapshot" \
    '{"scale_up": [], "unschedulable": [], "scale_down": [], "blocked": {}}'
scheduler pods.yaml
printed "scheduler: no nodes" \
    '{"pod": "default/a", "node": null, "feasible": {}, "reasons": {}, "message": "no nodes available to schedule pods"}'

# ---- cluster-autoscaler ----
# Five pods of 900m; an m5.large of the group lets 1930m be requested: two a node, so three nodes.
cat >group.yaml <<'EOF'
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c, region: us-east-1}
managedNodeGroups:
- {name: ng, instanceType: m5.large, minSize: 0, maxSize: 10, desiredCapacity: 0, availabilityZones: [us-east-1a]}
EOF
{
    echo 'kind: PodList'
    echo 'items:'
    for i in 1 2 3 4 5; do
        echo "- {metadata: {name: p$i}, spec: {containers: [{resources: {requests: {cpu: 900m}}}]}}"
    done
    echo '- {metadata: {name: huge}, spec: {containers: [{resources: {requests: {cpu: 90}}}]}}'
} >pending.yaml
autoscaler group.yaml pending.yaml
printed "autoscaler: two pods a node" \
    '{"scale_up": [{"group": "ng", "nodes": 3}], "unschedulable": ["default/huge"], "scale_down": [], "blocked": {}}'

# ---- karpenter ----
# m6i.large has 2 vCPU, 1930m to request; m6i.xlarge 3920m; m6i.2xlarge 7910m. Pods go by CPU, the
# biggest first: 2000m and 1000m together need an m6i.xlarge, at 0.192 an hour in us-east-1.
cat >pool.yaml <<'EOF'
kind: NodePool
metadata: {name: general}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.k8s.aws, kind: EC2NodeClass, name: default}
      requirements:
      - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
      - {key: node.kubernetes.io/instance-type, operator: In, values: [m6i.large, m6i.xlarge, m6i.2xlarge]}
---
kind: EC2NodeClass
metadata: {name: default}
spec: {amiFamily: AL2023}
EOF
cat >wanting.yaml <<'EOF'
kind: PodList
items:
- {metadata: {name: a}, spec: {containers: [{resources: {requests: {cpu: 1, memory: 1Gi}}}]}}
- {metadata: {name: b}, spec: {containers: [{resources: {requests: {cpu: 2, memory: 1Gi}}}]}}
EOF
karpenter() { exits 0 "$fargauge" decide --controller karpenter "$@"; }
karpenter pool.yaml wanting.yaml
printed "karpenter: one node for both" \
    '{"node_claims": [{"node_pool": "general", "pods": ["default/b", "default/a"], "instance_types": ["m6i.xlarge", "m6i.2xlarge"], "launch": "m6i.xlarge", "usd_per_hour": 0.192, "zone": "us-east-1a", "capacity_type": "on-demand"}], "unschedulable": {}, "consolidation": null, "placements": {}}'
karpenter empty.yaml
printed "karpenter: an empty snapshot" '{"node_claims": [], "unschedulable": {}, "consolidation": null, "placements": {}}'
sed 's/cpu: 2,/cpu: 90,/' wanting.yaml >toobig.yaml
karpenter pool.yaml toobig.yaml
is "karpenter: what no type holds" 1 "$(field '$.unschedulable."default/b"' | grep -c '^no instance type has enough resources')"
# Two m6i.xlarge at 0.192 with 500m of pods each: 1000m fit one m6i.large at 0.096, and 2 x 0.192
# less 0.096 are 0.288. The budget lets all go at once.
node() {
    cat <<EOF
- kind: Node
  metadata:
    name: $1
    creationTimestamp: 2026-03-01T00:00:00Z
    labels: {karpenter.sh/nodepool: general, karpenter.sh/initialized: "true", karpenter.sh/registered: "true", karpenter.sh/capacity-type: on-demand, node.kubernetes.io/instance-type: m6i.xlarge, topology.kubernetes.io/zone: us-east-1a, kubernetes.io/arch: amd64, kubernetes.io/os: linux}
  status: {capacity: {cpu: 4, memory: 16Gi, pods: 58}, allocatable: {cpu: 3920m, memory: 14162Mi, pods: 58}}
- kind: Pod
  metadata: {name: on-$1, labels: {app: a}, ownerReferences: [{kind: ReplicaSet, name: r, controller: true}]}
  spec: {nodeName: $1, containers: [{resources: {requests: {cpu: 500m, memory: 512Mi}}}]}
EOF
}
{ echo 'kind: List'; echo 'items:'; node n1; node n2; } >underused.yaml
sed 's/^spec:$/spec:\n  disruption: {budgets: [{nodes: 100%}]}/' pool.yaml >freely.yaml
karpenter freely.yaml underused.yaml
is "karpenter: several nodes for a cheaper one" 'multi ["n1","n2"] m6i.large 0.288' \
    "$(field '$.consolidation.method') $(field '$.consolidation.remove') $(field '$.consolidation.replace_with') $(field '$.consolidation.saves_usd_per_hour')"
# "0" from 9 to 17 on weekdays: 2026-03-02 is a Monday.
sed 's/^spec:$/spec:\n  disruption: {budgets: [{nodes: "0", schedule: "0 9 * * mon-fri", duration: 8h}]}/' pool.yaml >office.yaml
karpenter --now 2026-03-02T12:00:00Z office.yaml underused.yaml
is "karpenter: a budget at its hours" "" "$(field '$.consolidation')"
karpenter --now 2026-03-02T18:00:00Z office.yaml underused.yaml
is "karpenter: and out of them" multi "$(field '$.consolidation.method')"
exits 2 "$fargauge" decide --controller karpenter --now soon pool.yaml

# ---- refusals ----
exits 2 "$fargauge" decide small.yaml
says '--controller is missing; expected kube-scheduler, cluster-autoscaler or karpenter'
exits 2 "$fargauge" decide --controller karpentr small.yaml
says "--controller is 'karpentr'; did you mean 'karpenter'?"
exits 2 "$fargauge" decide --controller kube-scheduler --format text small.yaml
says "--format is 'text'; expected json"
exits 2 "$fargauge" decide --controller kube-scheduler --region us-esat-1 small.yaml
says "--region is 'us-esat-1'"
exits 2 "$fargauge" decide --controller kube-scheduler
exits 1 "$fargauge" decide --controller kube-scheduler nothing.yaml
says 'nothing.yaml cannot be read'
sed 's/cpu: 500m/cpu: 500x/' small.yaml >wrong.yaml
exits 2 "$fargauge" decide --controller kube-scheduler wrong.yaml
says "wrong.yaml:11:66: cpu: quantity '500x'"
is "a refused snapshot prints nothing" 0 "$(wc -c <"$out")"
sed 's/"500m"/"500x"/' small.json >wrong.json
exits 2 "$fargauge" decide --controller kube-scheduler wrong.json
says "wrong.json:10:"
head -c 400 small.json >cut.json
exits 2 "$fargauge" decide --controller kube-scheduler cut.json
says 'cut.json:'
says 'is not JSON'
exits 2 "$fargauge" decide --controller kube-scheduler small.yaml nodes.yaml
says "the node 'n1' is there twice"

finish
