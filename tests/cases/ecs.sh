#!/usr/bin/env bash
# ECS beside EKS: the same pods on EC2 and on Fargate, amounts summed by hand.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'EOF'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,7200,1,2Gi,jobs,train,Job
0,7200,500m,1Gi,shop,web,ReplicaSet
0,3600,250m,2Gi,shop,cache,ReplicaSet
EOF
cat >four.yaml <<'EOF'
study: four
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: pods.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s}
scenarios:
  - name: eks-ec2
    cluster:
      managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2}]
  - name: eks-fargate
    cluster: {fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
  - name: ecs-ec2
    cluster:
      orchestrator: ecs
      managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2}]
  - name: ecs-fargate
    cluster: {orchestrator: ecs, fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
  - name: ecs-arm
    cluster:
      orchestrator: ecs
      fargateProfiles: [{name: all, selectors: [{namespace: "*"}], cpuArchitecture: ARM64}]
  - name: ecs-spot
    pricing: {spot: {fargateDiscount: 70%}}
    cluster:
      orchestrator: ecs
      fargateProfiles:
        - {name: all, selectors: [{namespace: "*"}], capacityProvider: FARGATE_SPOT}
EOF
nano() { query "$1" "SELECT coalesce(sum(nano_usd), 0) FROM scenario_cost WHERE scenario = '$2' AND charge = '$3'"; }

# On ECS tasks of 1, 0.5 and 0.25 vCPU with 2, 1 and 2 GB, two for two hours and one for one: 3.25
# vCPU-hours, 8 GB-hours. On EKS 256 MiB come on top: 1, 0.5 and 0.5 vCPU with 3, 2 and 3 GB: 3.5
# vCPU-hours, 13 GB-hours. vCPU 0.04048 and GB 0.004445 on x86, 0.03238 and 0.00356 on ARM64.
# Two m5.large for three hours: 6 * 0.096; the cluster 3 * 0.10 on EKS, nothing on ECS.
exits 0 "$fargauge" run four.yaml -o four.db --quiet
is "eks-fargate: 3.5 * 0.04048" 141680000 "$(nano four.db eks-fargate fargate-vcpu)"
is "eks-fargate: 13 * 0.004445" 57785000 "$(nano four.db eks-fargate fargate-memory)"
is "ecs-fargate: 3.25 * 0.04048" 131560000 "$(nano four.db ecs-fargate fargate-vcpu)"
is "ecs-fargate: 8 * 0.004445" 35560000 "$(nano four.db ecs-fargate fargate-memory)"
is "ecs-arm: 3.25 * 0.03238" 105235000 "$(nano four.db ecs-arm fargate-vcpu)"
is "ecs-arm: 8 * 0.00356" 28480000 "$(nano four.db ecs-arm fargate-memory)"
is "ecs-spot: 3.25 * 0.04048 * 0.3" 39468000 "$(nano four.db ecs-spot fargate-vcpu)"
is "ecs-spot: 8 * 0.004445 * 0.3" 10668000 "$(nano four.db ecs-spot fargate-memory)"
for scenario in eks-ec2 ecs-ec2; do
    is "$scenario: 6 * 0.096" 576000000 "$(nano four.db $scenario ec2-on-demand)"
done
is "fees of clusters" "eks-ec2|300000000,eks-fargate|300000000" \
    "$(query four.db "SELECT scenario, nano_usd FROM scenario_cost WHERE charge LIKE 'eks%' ORDER BY 1" | paste -sd,)"
is "everything ran" 18 "$(query four.db "SELECT sum(pods) FROM pod_outcome WHERE outcome = 'completed'")"
is "skus" "linux/amd64,linux/amd64/spot,linux/arm64" \
    "$(query four.db "SELECT DISTINCT sku FROM account WHERE sku LIKE 'linux/%' ORDER BY 1" | paste -sd,)"

exits 0 "$fargauge" check four.yaml
prints "ECS refuses task sizes that are not in Fargate's table"
prints "cluster.ecs.reservedMemory is 32Mi"
prints "pricing.spot.fargateInterruptionsPerMonth is 0"
exits 0 "$fargauge" explain four.yaml --pod pod-3 --scenario ecs-fargate
prints "asks for 250m vCPU and 2Gi; fargate:all gives 0.25 vCPU and 2 GB at 0.019010 USD an hour"

# Fargate's price at its launch was 0.0506 and 0.0127, for tasks; EKS came two years later.
sed 's/^region/pricing: {asOf: 2018-06-01}\nregion/; /name: ecs-arm/,$d' four.yaml >launch.yaml
exits 0 "$fargauge" run launch.yaml -o launch.db --quiet
is "at the launch: 3.25 * 0.0506" 164450000 "$(nano launch.db ecs-fargate fargate-vcpu)"
is "at the launch: 8 * 0.0127" 101600000 "$(nano launch.db ecs-fargate fargate-memory)"
is "pods have the oldest price of theirs" 141680000 "$(nano launch.db eks-fargate fargate-vcpu)"

# A Compute plan of a year without upfront payment costs 0.0255 and 0.0028 for ARM64: 3.25 * 0.0255
# and 8 * 0.0028. It does not cover Spot.
sed 's/^region/pricing: {savingsPlans: [{kind: compute, commitmentPerHour: 1, term: 1y, payment: noUpfront, discounts: {ec2: 20%}}]}\nregion/' \
    four.yaml >plan.yaml
exits 0 "$fargauge" run plan.yaml -o plan.db --quiet
is "a plan covers ARM64: 3.25 * 0.0255" 82875000 "$(nano plan.db ecs-arm fargate-vcpu)"
is "a plan covers ARM64: 8 * 0.0028" 22400000 "$(nano plan.db ecs-arm fargate-memory)"
is "no plan covers Spot" 39468000 "$(nano plan.db ecs-spot fargate-vcpu)"
is "all of it is unused: 3 * 1" 3000000000 "$(nano plan.db ecs-spot savings-plan)"

# Scaling: from no instance to as many as three tasks need in mode awsvpc, two on each m5.large.
cat >scaling.yaml <<'EOF'
study: scaling
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: pods.csv}
cluster:
  orchestrator: ecs
  clusterAutoscaler: {enabled: true}
  managedNodeGroups:
    - {name: ng, instanceType: m5.large, minSize: 0, desiredCapacity: 0, maxSize: 5}
scenarios:
  - {name: awsvpc}
  - {name: bridge, cluster: {ecs: {networkMode: bridge}}}
  - {name: packed, cluster: {ecs: {networkMode: host, placementStrategy: [{type: binpack, field: memory}]}}}
EOF
exits 0 "$fargauge" run scaling.yaml -o scaling.db --quiet
is "instances" "awsvpc|2,bridge|1,packed|1" \
    "$(query scaling.db "SELECT scenario, max(nodes_max) FROM hourly_capacity WHERE pool = 'nodegroup:ng' GROUP BY 1 ORDER BY 1" | paste -sd,)"
exits 0 "$fargauge" check scaling.yaml
prints "managed scaling of ECS capacity providers is stood in for by Cluster Autoscaler's loop"
prints "ECS's task placement is stood in for by kube-scheduler"

# ---- what does not go ----
sed 's/fargateDiscount: 70%//' four.yaml >unknown.yaml
exits 2 "$fargauge" run unknown.yaml -o unknown.db --quiet
says "scenario 'ecs-spot': what Fargate Spot saves in us-east-1 is not known"
says "expected pricing.spot.fargateDiscount, such as 70%"
sed 's/us-east-1/af-south-1/; /name: e.s-ec2/,/desiredCapacity/d' four.yaml >region.yaml
exits 2 "$fargauge" check region.yaml
says "scenario 'ecs-arm': no price of 'fargate-vcpu'"
says "af-south-1"
sed 's/orchestrator: ecs/orchestrator: eks/' four.yaml >eks.yaml
exits 2 "$fargauge" check eks.yaml
says "the Fargate profile 'all' asks for ARM64, which EKS pods cannot have on Fargate"
says "the Fargate profile 'all' asks for capacity provider FARGATE_SPOT"

# ---- size ----
exits 0 "$fargauge" size --orchestrator ecs --cpu 250m --memory 2Gi --format json
is "a task's size" '{"vcpu": 0.25, "memory_gib": 2, "billed_memory_gib": 2, "ephemeral_gib": 20, "usd_per_hour": 0.01901, "usd_per_month": 13.8773}' "$(cat "$out")"
exits 0 "$fargauge" size --orchestrator ecs --arch arm64 --cpu 1 --memory 2Gi --ephemeral-storage 30Gi
prints "1 vCPU, 2 GB, 30 GiB of storage (30 GiB provisioned)"
prints "0.040610 USD an hour" # 0.03238 + 2 * 0.00356 + 10 * 0.000111
exits 0 "$fargauge" size --orchestrator ecs --os windows --cpu 1 --memory 2Gi
prints "0.102776 USD an hour" # 0.046552, the licence 0.046, 2 * 0.00511175: 0.1027755
exits 0 "$fargauge" size --orchestrator ecs --cpu 20 --memory 100Gi
prints "32 vCPU, 120 GB"
exits 2 "$fargauge" size --orchestrator ecs --cpu 33
says "no Fargate size holds 33 vCPU and 0; the largest is 32 vCPU with 244 GB"
exits 2 "$fargauge" size --orchestrator ecs --os windows --cpu 5
says "no Fargate size holds 5 vCPU and 0; the largest is 4 vCPU with 30 GB"
exits 2 "$fargauge" size --orchestrator ecs --ephemeral-storage 201Gi
says "no Fargate task has more than 200 GiB of ephemeral storage"
exits 2 "$fargauge" size --arch arm64
says "EKS pods on Fargate have no arm64; expected --orchestrator ecs with it"
exits 2 "$fargauge" size --orchestrator ecs --os windows --arch arm64
says "--arch is arm64 with --os windows; expected amd64"
exits 2 "$fargauge" size --orchestrator swarm
says "--orchestrator is 'swarm'; expected eks or ecs"
finish
