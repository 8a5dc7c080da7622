#!/usr/bin/env bash
# EKS Auto Mode: how long its nodes live, and their bill.
. "$(dirname "$0")/../case.sh"

cat >web.csv <<'EOF'
arrival_s,cpu,memory,namespace,workload,kind
0,3,12Gi,shop,web,ReplicaSet
EOF
study() { # how the template's spec begins
    cat <<EOF
study: auto
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 29d
trace: {file: web.csv}
cluster: {controlPlane: {version: "1.35"}}
scenarios:
EOF
    for life in "$@"; do
        cat <<EOF
  - name: "${life:-unnamed}"
    cluster:
      nodePools:
        - metadata: {name: own}
          spec:
            template:
              spec:
                ${life:+$life}
                nodeClassRef: {group: eks.amazonaws.com, kind: NodeClass, name: default}
                requirements:
                  - {key: node.kubernetes.io/instance-type, operator: In, values: [m6i.xlarge]}
                  - {key: karpenter.sh/capacity-type, operator: In, values: [on-demand]}
EOF
    done
}
study 'expireAfter: 480h' '' >kept.yaml
exits 0 "$fargauge" run kept.yaml -o kept.db --quiet
nano() { query kept.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = '$1' AND charge = '$2'"; }

# 29 d are 696 h. A node is billed from 16 s after its pod waits: 1 s of batching and 15 s to launch.
# One m6i.xlarge costs 0.192 an hour and 12 % of it, 0.02304, as Auto Mode's fee.
# expireAfter 480h, with 24 h for the drain 21 days: 2 nodes, 694 h whole and 2 of 3,584 s:
# 694 * 0.192 + 2 * 0.191146667 = 133.630293334; 694 * 0.02304 + 2 * 0.0229376 = 16.0356352
is "the longest life: nodes" 133630293334 "$(nano 'expireAfter: 480h' ec2-on-demand)"
is "the longest life: the fee" 16035635200 "$(nano 'expireAfter: 480h' eks-auto-mode)"
# Unnamed it is 336 h: 3 nodes, 693 h whole and 3 of 3,584 s:
# 693 * 0.192 + 3 * 0.191146667 = 133.629440001; 693 * 0.02304 + 3 * 0.0229376 = 16.0355328
is "unnamed: nodes" 133629440001 "$(nano unnamed ec2-on-demand)"
is "unnamed: the fee" 16035532800 "$(nano unnamed eks-auto-mode)"
is "unnamed: when nodes are new" "2026-03-02T00:00:00Z 2026-03-16T00:00:00Z 2026-03-30T00:00:00Z" \
    "$(query kept.db "SELECT group_concat(hour, ' ') FROM (SELECT hour FROM hourly_capacity
        WHERE scenario = 'unnamed' AND pool = 'nodepool:own' AND nodes_avg < 1 ORDER BY hour)")"
exits 0 "$fargauge" check kept.yaml
prints 'expireAfter of node pools that name none is 720h, 336h in EKS Auto Mode'

study 'expireAfter: Never' 'expireAfter: 720h' 'expireAfter: 481h' 'expireAfter: 504h' >long.yaml
exits 2 "$fargauge" check long.yaml
says "the node pool 'own' of EKS Auto Mode has expireAfter 'Never'"
says "the node pool 'own' of EKS Auto Mode keeps nodes for 744h with their drain"
says "the node pool 'own' of EKS Auto Mode keeps nodes for 505h with their drain"
says "the node pool 'own' of EKS Auto Mode keeps nodes for 528h with their drain; expected expireAfter and terminationGracePeriod (24h unless named) of at most 504h together"
finish
