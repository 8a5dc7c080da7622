#!/usr/bin/env bash
# All charges of a cluster: lines of the planner's own, persistent volumes, image pulls, root
# volumes with IOPS and throughput, public addresses, a provisioned control plane. Sums by hand.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

# April 2026 has 720 h. On Fargate two pods of web-a for 1.5 h, on the node db for 2 h.
cat >pods.csv <<'END'
arrival_s,end_s,cpu,memory,namespace,workload,kind,image_size
0,5400,250m,256Mi,web-a,shop,ReplicaSet,1Gi
0,5400,250m,256Mi,web-a,shop,ReplicaSet,1Gi
0,7200,500m,1Gi,data,db,StatefulSet,
END
cat >lines.yaml <<'END'
study: lines
region: us-east-1
start: 2026-04-01T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  fargateProfiles: [{name: web, selectors: [{namespace: "web-*"}]}]
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 1}]
  fargate: {provisionDelay: 0s, imagePull: 0s}
  nodes: {pullThroughput: 64Mi}
scenarios:
  - {name: none}
  - name: all
    cluster:
      persistentVolumes: [{workload: db, size: 100Gi}]
      images: [{workload: db, size: 640Mi}]
    pricing:
      lines:
        - {name: nat, per: hour, item: nat_gateway, count: 3}
        - {name: lcu, per: hour, item: alb_lcu}
        - {name: agent, per: node-hour, usd: 0.02}
        - {name: logs, per: pod-hour, namespace: "web-*", usd: 0.0005}
        - {name: scan, per: pod-start, usd: 0.001}
        - {name: ingest, per: GB, item: cloudwatch_logs_ingest_standard, gb: {perPodHour: 0.5}, pool: "fargate:*"}
        - {name: pull, per: GB, item: nat_gateway_data, gb: imagePull}
  - name: agreed
    pricing:
      discounts: {lines: 10%}
      lines:
        - {name: nat, per: hour, item: nat_gateway}
        - {name: own, per: hour, usd: 0.045}
  - name: own-price
    pricing:
      overrides: [{item: nat_gateway, usd: 0.03}]
      lines: [{name: nat, per: hour, item: nat_gateway}]
  - name: around
    cluster:
      controlPlane: {tier: 2XL}
      managedNodeGroups:
        - {name: ng, instanceType: m5.large, desiredCapacity: 1, volumeSize: 2000, volumeIOPS: 10000,
           volumeThroughput: 250, privateNetworking: false}
END
nano() { query "$1" "SELECT coalesce(sum(nano_usd), 0) FROM scenario_cost WHERE scenario = '$2' AND charge = '$3'"; }
for detail in hour day total; do
    exits 0 "$fargauge" run lines.yaml -o "$detail.db" --ledger "$detail" --quiet
    # 3 NAT gateways: 2 x 3 x 0.045 = 0.27. One LCU: 2 x 0.008. The agent on one node: 2 x 0.02.
    is "$detail: nat" 270000000 "$(nano "$detail.db" all other:nat)"
    is "$detail: lcu" 16000000 "$(nano "$detail.db" all other:lcu)"
    is "$detail: agent" 40000000 "$(nano "$detail.db" all other:agent)"
    # Two pods for 1.5 h: 3 x 0.0005. Three pods start: 3 x 0.001.
    is "$detail: logs" 1500000 "$(nano "$detail.db" all other:logs)"
    is "$detail: scan" 3000000 "$(nano "$detail.db" all other:scan)"
    # 3 pod-hours x 0.5 GB x 0.50 = 0.75.
    is "$detail: ingest" 750000000 "$(nano "$detail.db" all other:ingest)"
    # Fargate pulls 1 GB for each of two pods, the node 0.625 GB: 2.625 x 0.045 = 0.118125.
    is "$detail: pull" 118125000 "$(nano "$detail.db" all other:pull)"
done

# db waits 10 s for its image (640 MiB at 64 MiB/s): 7190 s of its volume. 0.08 x 100 / 720 =
# 0.011111111 an hour: the first hour's 3590 s are 0.011080247, the second's 0.011111111. The root
# volume of 80 GB is there without it too: 2 x 0.08 x 80 / 720 = 0.017777778, an hour 0.008888889.
is "the volume of db" 22191358 \
    "$(($(nano hour.db all ebs) - $(nano hour.db none ebs)))"
is "the root volume" 17777778 "$(nano hour.db none ebs)"
# What it says of whom: the agent is shared as its node is.
is "who bears the lines" "agent|nodegroup:ng||(idle)
agent|nodegroup:ng|data|db
ingest|fargate:web|web-a|shop
lcu|cluster||
logs|fargate:web|web-a|shop
nat|cluster||
pull|fargate:web|web-a|shop
pull|nodegroup:ng|data|db
scan|fargate:web|web-a|shop
scan|nodegroup:ng|data|db" \
    "$(query hour.db "SELECT DISTINCT substr(charge, 7), pool, namespace, workload FROM hourly_cost WHERE scenario = 'all' AND charge LIKE 'other:%' ORDER BY 1, 2, 3, 4")"
is "units" "agent|Hours
ingest|GB
lcu|Hours
logs|Hours
nat|Hours
pull|GB
scan|Starts" \
    "$(query hour.db "SELECT DISTINCT substr(charge, 7), unit FROM hourly_cost WHERE charge LIKE 'other:%' AND scenario = 'all' ORDER BY 1")"
is "hours add up" "$(query hour.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = 'all'")" \
    "$(query hour.db "SELECT sum(nano_usd) FROM hourly_cost WHERE scenario = 'all'")"

# Ten percent off the catalog's items, not off the planner's own prices: 2 x 0.0405 and 2 x 0.045.
is "private discount" "81000000 90000000" "$(nano hour.db agreed other:nat) $(nano hour.db agreed other:own)"
is "public price of it" 0.09 "$(query hour.db "SELECT list_usd FROM scenario_cost WHERE scenario = 'agreed' AND charge = 'other:nat'")"
is "a price of one's own for an item" 60000000 "$(nano hour.db own-price other:nat)"

# 2000 GB at 0.08, 7000 IOPS above the free 3000 at 0.005, 125 MiB/s above 125 at 0.04, each a 720th
# an hour: 0.222222222 + 0.048611111 + 0.006944444 = 0.277777777, twice. For 12 h AWS's example has
# 2.667 and 0.583: 12 x 0.222222222 = 2.666666664 and 12 x 0.048611111 = 0.583333332.
is "gp3 with IOPS and throughput" 555555554 "$(nano hour.db around ebs)"
# A public address is 0.005 an hour; the cluster's fee 0.10, a control plane of tier 2XL 3.40 more.
is "public address" 10000000 "$(nano hour.db around public-ipv4)"
is "no address where nothing is said" 0 "$(nano hour.db none public-ipv4)"
is "provisioned control plane" 7000000000 "$(nano hour.db around eks-control-plane)"

# Reports name the line.
exits 0 "$fargauge" report hour.db --format csv -o csv
is "lines in scenario_cost.csv" "all,0,other:nat,cluster,0.27,0.27,270000000" \
    "$(grep '^all,.*other:nat' csv/scenario_cost.csv | tr -d '\r')"
is "lines in hourly_cost.csv" 2 "$(grep -c '^all,.*,other:nat,cluster' csv/hourly_cost.csv)"
exits 0 "$fargauge" report hour.db --format json
prints '"other:ingest": 0.75'
exits 0 "$fargauge" report hour.db --format html -o page.html
is "lines on the page" 0 "$(grep -q 'other:nat' page.html; echo $?)"
exits 0 "$fargauge" report hour.db
finish
