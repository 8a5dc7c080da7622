#!/usr/bin/env bash
# What other programs rely on where nodes scale: when nodes come and go, to the second and to the
# nanodollar, under Cluster Autoscaler and Karpenter; planned events, quotas, Spot; and the same rows
# however a study is run.
. "$(dirname "$0")/../case.sh"

nano() { query life.db "SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = '$1' AND charge = 'ec2-on-demand'"; }
pod() { query "$1" "SELECT placed_on || ' ' || outcome || ' ' || coalesce(start_s, '-') || ' ' || coalesce(end_s, '-') FROM pod_detail WHERE scenario = '$2' AND pod = '$3'"; }
field() { sqlite3 :memory: "SELECT json_extract('$(sed "s/'/''/g" "$out")', '$1')"; }

# ---- the life of a node, to the second ----
printf 'pod,namespace,workload,kind,arrival_s,duration_s,cpu,memory\njob,batch,job,Job,100,1000,1,1Gi\n' >life.csv
cat >life.yaml <<'YAML'
study: life
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: life.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, minSize: 0, desiredCapacity: 0, maxSize: 5}]
  clusterAutoscaler: {enabled: true}
scenarios:
  - name: groups
  - name: quick
    cluster: {clusterAutoscaler: {scaleDownUnneededTime: 1m, scaleDownDelayAfterAdd: 1m, scanInterval: 30s}}
  - name: pools
    cluster: &pools
      managedNodeGroups: null
      nodePools:
        - metadata: {name: general}
          spec:
            disruption: {consolidateAfter: 30s}
            template:
              spec:
                requirements:
                  - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large]}
                  - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
  - name: window
    cluster: {<<: *pools, karpenter: {batchIdleDuration: 5s}}
YAML
exits 0 "$fargauge" run life.yaml -o life.db --pods --quiet
# An m5.large costs 0.096 an hour, 26,666.67 nanodollars a second; it runs 15 s after it is asked
# for and is ready 45 s later.
# groups: asked for at 100, runs from 115, ready at 160. Empty at 1160; unneeded for more than 600 s
# in the pass of 1770; 5 s after its taint it goes, at 1775: 1660 s, 44266666.7.
is "Cluster Autoscaler: the pod" "nodegroup:ng completed 160 1160" "$(pod life.db groups job)"
is "Cluster Autoscaler: 1660 s" 44266667 "$(nano groups)"
# quick: asked for in the pass of 120, runs from 135. Empty at 1180, unneeded since 1200, for more
# than 60 s at 1290, gone at 1295: 1160 s, 30933333.3.
is "Cluster Autoscaler: its flags" "nodegroup:ng completed 180 1180" "$(pod life.db quick job)"
is "Cluster Autoscaler: 1160 s" 30933333 "$(nano quick)"
# pools: the window closes 1 s after the pod, at 101: runs from 116, ready at 161. Empty at 1161,
# may go from 1191, seen in the pass of 1200, looked at again 15 s later: 1099 s, 29306666.7.
is "Karpenter: the pod" "nodepool:general completed 161 1161" "$(pod life.db pools job)"
is "Karpenter: 1099 s" 29306667 "$(nano pools)"
# window: closes at 105: runs from 120; the node goes at 1215 too: 1095 s, 29200000.
is "Karpenter: a longer window" "nodepool:general completed 165 1165" "$(pod life.db window job)"
is "Karpenter: 1095 s" 29200000 "$(nano window)"
exits 0 "$fargauge" explain life.yaml --pod job --scenario groups
prints 'Cluster Autoscaler asks for 1 more of node group ng'
exits 0 "$fargauge" explain life.yaml --pod job --scenario pools
prints 'Karpenter counts on a new node'

# ---- planned events and quotas ----
printf 'pod,namespace,workload,kind,arrival_s,cpu,memory,replicas\nweb,shop,web,Deployment,0,1500m,1Gi,4\n' >four.csv
cat >events.yaml <<'YAML'
study: events
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: four.csv}
cluster:
  nodePools: &pools
    - metadata: {name: general}
      spec:
        template:
          spec:
            requirements:
              - {key: node.kubernetes.io/instance-type, operator: In, values: [m5.large]}
              - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
scenarios:
  - {name: drift, cluster: {events: [{at: 1h, driftNodePool: general}]}}
  - name: upgrade
    cluster:
      nodePools: null
      managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 4, maxSize: 4, availabilityZones: [us-east-1a]}]
      events: [{at: 1h, upgradeNodeGroup: ng}]
  - {name: quota, cluster: {quotas: {onDemandVcpus: {standard: 5}}}}
YAML
exits 0 "$fargauge" run events.yaml -o events.db --pods --quiet
# A budget of 10 % of 4 nodes is one at a time; each has its replacement first, so each pod moves
# once. The old node goes as the new one is ready, 60 s after it was asked for; the next pass is at
# most 10 s later: 3600 + 60, + 70, + 70, + 70.
is "drift replaces every node of the pool, one after another" "4|4" \
    "$(query events.db "SELECT evictions, disrupted_nodes FROM disruption WHERE scenario = 'drift'")"
moved=$(for pod in web web-2 web-3 web-4; do
    "$fargauge" explain events.yaml --pod $pod --scenario drift | awk '/evicted/ { print $2 }'
done | sort -n | paste -sd' ')
is "drift: when" "3660 3730 3800 3870" "$moved"
# Twice the one zone: two more nodes come first, and evicted pods go to new nodes alone.
is "an upgrade moves each pod once" 4 \
    "$(query events.db "SELECT evictions FROM disruption WHERE scenario = 'upgrade'")"
is "an upgrade's surge" 6 "$(query events.db "SELECT max(nodes_max) FROM hourly_capacity WHERE scenario = 'upgrade' AND pool = 'nodegroup:ng'")"
# 5 vCPU are two nodes of 2: two pods run, two wait for the 3 hours.
is "a vCPU quota bounds Karpenter's nodes" "2 2 10800" "$(query events.db "SELECT
    (SELECT max(nodes_max) FROM hourly_capacity WHERE scenario = 'quota' AND pool = 'nodepool:general')
    || ' ' || pods || ' ' || wait_max_s FROM pod_outcome WHERE scenario = 'quota' AND placed_on = 'pending'")"

# ---- however it is run ----
cat >many.csv <<'CSV'
pod,namespace,workload,kind,arrival_s,duration_s,cpu,memory,replicas,priority,spread,features
web,shop,web,Deployment,0,,500m,1Gi,6,0,zone:1,
port,shop,port,Deployment,200,,100m,100Mi,3,,,hostPort
job,batch,job,Job,1000,4000,1500m,1Gi,10,-1,,
vip,shop,vip,StatefulSet,3000,,1,1Gi,3,1000,zone:1;hostname:1,
CSV
scenario() { # name, spot?
    cat <<YAML
  - name: $1
    cluster:
      nodePools:
        - metadata: {name: general}
          spec:
            template:
              spec:
                requirements:
                  - {key: karpenter.k8s.aws/instance-category, operator: In, values: [c, m, r]}
                  - {key: karpenter.sh/capacity-type, operator: In, values: [$2]}
    pricing: {spot: {interruptionsPerMonth: 200}}
YAML
}
groups() {
    cat <<'YAML'
  - name: groups
    cluster:
      managedNodeGroups: [{name: ng, instanceTypes: [m5.xlarge, m5a.xlarge], spot: true, minSize: 0, maxSize: 9}]
      clusterAutoscaler: {enabled: true, expander: random, scaleDownUnneededTime: 2m}
    pricing: {spot: {discount: 70%, interruptionsPerMonth: 200}}
YAML
}
many() { # the order of the scenarios
    cat <<'YAML'
study: many
region: us-east-1
start: 2026-03-02T00:30:00Z
duration: 12h
trace: {file: many.csv, repeat: {times: 2, every: 6h}}
monteCarlo: {replications: 2, seed: 7}
cluster:
  daemonSets: [{name: aws-node, namespace: kube-system, cpu: 50m, memory: 64Mi}]
scenarios:
YAML
    for part in "$@"; do $part; done
}
spot() { scenario spot spot; }
fixed() { scenario fixed on-demand; }
many groups spot fixed >many.yaml
many fixed spot groups >reversed.yaml
exits 0 "$fargauge" run many.yaml -o one.db --pods --quiet --jobs 1
exits 0 "$fargauge" run many.yaml -o two.db --pods --quiet --jobs 2
exits 0 "$fargauge" run reversed.yaml -o three.db --pods --quiet --jobs 2
views="scenario_cost hourly_cost hourly_capacity pod_outcome pod_detail hourly_zone fullest_zone hourly_wait workload_zone disruption least_possible"
for view in $views; do
    first=$(query one.db "SELECT * FROM $view" | sort | cksum)
    is "$view: there are rows" 1 "$(query one.db "SELECT count(*) > 0 FROM $view")"
    is "$view: the same on two threads" "$first" "$(query two.db "SELECT * FROM $view" | sort | cksum)"
    is "$view: the same in another order" "$first" "$(query three.db "SELECT * FROM $view" | sort | cksum)"
done
is "zones by name" "us-east-1a us-east-1b us-east-1c" \
    "$(query one.db "SELECT group_concat(zone, ' ') FROM (SELECT DISTINCT zone FROM hourly_zone ORDER BY zone)")"
is "Spot nodes were taken back" 1 "$(query one.db "SELECT min(spot_interruptions) > 0 FROM disruption WHERE scenario <> 'fixed'")"
is "but no other" 0 "$(query one.db "SELECT sum(spot_interruptions) FROM disruption WHERE scenario = 'fixed'")"
# 2 x (6 + 3 + 10 + 3) pods.
is "each pod in one outcome" "44 44" "$(query one.db "SELECT min(n) || ' ' || max(n) FROM
    (SELECT sum(pods) AS n FROM pod_outcome GROUP BY scenario, replication)")"
is "hours add up to the totals" 0 "$(query one.db "SELECT count(*) FROM scenario_cost t WHERE nano_usd <>
    (SELECT sum(nano_usd) FROM hourly_cost h WHERE h.scenario = t.scenario AND h.replication = t.replication
     AND h.charge = t.charge AND h.pool = t.pool)")"
is "no node gives more than it has" 0 "$(query one.db "SELECT count(*) FROM hourly_allocatable
    WHERE cpu_requested_avg > cpu_allocatable_avg + 1e-9
    OR memory_gib_requested_avg > memory_gib_allocatable_avg + 1e-9")"

# ---- decide: the rules' own examples ----
# Zones hold 3, 1 and 1 pods, the skew is 1: 3 + 1 - 1 is too much, 1 + 1 - 1 is not.
zone() { echo "- {kind: Node, metadata: {name: n$1, labels: {topology.kubernetes.io/zone: $1}}, status: {allocatable: {cpu: 4, memory: 16Gi, pods: 110}}}"; }
held() { echo "- {kind: Pod, metadata: {name: $1, labels: {app: x}}, spec: {nodeName: n${1%?}, containers: [{name: c}]}}"; }
{
    echo "kind: List"
    echo "items:"
    zone a && zone b && zone c
    for one in a1 a2 a3 b1 c1; do held $one; done
    echo "- {kind: Pod, metadata: {name: p, labels: {app: x}}, spec: {containers: [{name: c}], topologySpreadConstraints: [{maxSkew: 1, topologyKey: topology.kubernetes.io/zone, whenUnsatisfiable: DoNotSchedule, labelSelector: {matchLabels: {app: x}}}]}}"
} >spread.yaml
exits 0 "$fargauge" decide --controller kube-scheduler spread.yaml
is "decide: spread" '{"na":"node(s) didn'"'"'t match pod topology spread constraints"} ["nb","nc"]' \
    "$(field '$.reasons') $(field '$.ties')"
# Three pods of 1500m and 2Gi: three m5.large waste .25 + .75 = 1.00, one m5.2xlarge .4375 + .8125 = 1.25.
wanting() { # Kubernetes version, expander
    cat <<YAML
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: x, region: us-east-1, version: "$1"}
managedNodeGroups:
- {name: a, instanceType: m5.large, minSize: 0, desiredCapacity: 0, maxSize: 10}
- {name: b, instanceType: m5.2xlarge, minSize: 0, desiredCapacity: 0, maxSize: 10}
---
kind: PodList
items:
- {metadata: {name: p1}, spec: &spec {containers: [{name: c, resources: {requests: {cpu: 1500m, memory: 2Gi}}}]}}
- {metadata: {name: p2}, spec: *spec}
- {metadata: {name: p3}, spec: *spec}
---
cluster: {clusterAutoscaler: {$2}}
YAML
}
grows() { # what, version, expander, group, nodes, ties
    wanting "$2" "$3" >wanting.yaml
    exits 0 "$fargauge" decide --controller cluster-autoscaler wanting.yaml
    is "decide: $1" "$4 $5 $6" "$(field '$.scale_up[0].group') $(field '$.scale_up[0].nodes') $(field '$.ties')"
}
grows "least-waste" 1.34 "" a 3 ""
grows "random through 1.32" 1.32 "" a 3 '["a","b"]'
grows "least-nodes" 1.34 "expander: least-nodes" b 1 ""
grows "priority" 1.34 'expander: priority, priorities: {10: [a], 20: ["^b$"]}' b 1 ""
grows "most-pods leaves a draw" 1.34 "expander: most-pods" a 3 '["a","b"]'
# Budgets are rounded up: 20 % of 19 empty nodes are 4, 5 % of 10 are 1.
idle() { # nodes, budget
    cat <<YAML
kind: NodePool
apiVersion: karpenter.sh/v1
metadata: {name: general}
spec:
  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 0s, budgets: [{nodes: "$2"}]}
  template: {spec: {nodeClassRef: {name: default}, requirements: [{key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}]}}
---
kind: NodeList
items:
YAML
    for ((i = 1; i <= $1; i++)); do
        echo "- {metadata: {name: n$i, labels: {karpenter.sh/nodepool: general, karpenter.sh/initialized: \"true\", karpenter.sh/registered: \"true\", karpenter.sh/capacity-type: on-demand, node.kubernetes.io/instance-type: m6i.xlarge, kubernetes.io/arch: amd64, topology.kubernetes.io/zone: us-east-1a}}, status: {allocatable: {cpu: 3920m, memory: 14162Mi, pods: 58}, capacity: {cpu: 4, memory: 15155Mi, pods: 58}, conditions: [{type: Ready, status: \"True\"}]}}"
    done
}
for budget in "19 20% 4" "10 5% 1" "10 3 3"; do
    read -r nodes share goes <<<"$budget"
    idle "$nodes" "$share" >idle.yaml
    exits 0 "$fargauge" decide --controller karpenter idle.yaml
    is "decide: a budget of $share of $nodes nodes" "empty $goes" \
        "$(field '$.consolidation.method') $(sqlite3 :memory: "SELECT json_array_length('$(cat "$out")', '$.consolidation.remove')")"
done
idle 10 0 >idle.yaml
exits 0 "$fargauge" decide --controller karpenter idle.yaml
is "decide: a budget of 0" "" "$(field '$.consolidation')"
finish
