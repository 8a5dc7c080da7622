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
