#!/usr/bin/env bash
# Reserved Instances, agreed prices and the account's other usage, from study to bill.
. "$(dirname "$0")/../case.sh"

cat >pods.csv <<'EOF'
arrival_s,duration_s,cpu,memory,namespace,workload,pod
0,7200,1500m,4Gi,shop,web,web-1
0,7200,1500m,4Gi,shop,web,web-2
EOF
cat >other.csv <<'EOF'
hour,item,quantity
2026-03-02T01:00:00Z,m5.large,1
EOF
cat >reserved.yaml <<'EOF'
study: reserved
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  managedNodeGroups:
    - {name: ng, instanceType: m5.large, desiredCapacity: 2, minSize: 2, maxSize: 2,
       availabilityZones: [us-east-1a, us-east-1b]}
scenarios:
  - name: none
  - name: regional
    pricing: {reservedInstances: [{instanceType: m5.xlarge, usdPerHour: 0.12}]}
  - name: zonal
    pricing:
      reservedInstances:
        - {instanceType: m5.large, usdPerHour: 0.06, count: 2, scope: zonal,
           availabilityZone: us-east-1a}
  - name: upfront
    pricing:
      reservedInstances:
        - {instanceType: m5.large, upfront: 60, recurringPerHour: 0.05, count: 2,
           start: 2026-03-02T01:00:00Z}
  - name: agreed
    pricing: {discounts: {ec2: 5%}, overrides: [{item: ebs_gp3, usd: 0.05}]}
  - name: shared
    pricing:
      otherUsage: other.csv
      reservedInstances: [{instanceType: m5.large, usdPerHour: 0.06, count: 3}]
EOF
for detail in hour day total; do
    exits 0 "$fargauge" run reserved.yaml -o "$detail.db" --ledger "$detail" --quiet
done
of() { query "${4-hour}.db" "SELECT coalesce(sum($3), 0) FROM scenario_cost WHERE scenario = '$1' AND charge = '$2'"; }
billed() { query hour.db "SELECT coalesce(sum(coalesce(l.billed_nano, l.nano) * l.hour_count), 0)
    FROM ledger l JOIN account a USING (run_id, account) JOIN run r ON r.id = l.run_id
    JOIN scenario s ON s.id = r.scenario_id WHERE s.name = '$1' AND a.charge_name = '$2'"; }

# Two m5.large at 0.096 for two hours: 2 * 2 * 0.096 = 0.384.
for detail in hour day total; do
    is "$detail: on demand" 384000000 "$(of none ec2-on-demand nano_usd $detail)"
    # A reserved m5.xlarge (8 units) covers both m5.large (4 each): 2 * 0.12 = 0.24, nothing unused.
    is "$detail: regional, of any size of the family" 240000000 "$(of regional ec2-on-demand nano_usd $detail)"
    is "$detail: all of it is used" 0 "$(of regional reserved-instance nano_usd $detail)"
    is "$detail: public price" 0.384 "$(of regional ec2-on-demand list_usd $detail)"
    # Two are reserved in zone a, where one runs: 2 * (0.06 + 0.096) = 0.312, unused 2 * 0.06 = 0.12.
    is "$detail: zonal" 312000000 "$(of zonal ec2-on-demand nano_usd $detail)"
    is "$detail: the other one is unused" 120000000 "$(of zonal reserved-instance nano_usd $detail)"
done
is "what is all used has no row" 0 "$(query hour.db "SELECT count(*) FROM hourly_cost
    WHERE scenario = 'regional' AND charge = 'reserved-instance'")"
# An hour of it comes to 60 / 8760 + 0.05 = 0.056849315: in hour 1 both for 0.113698630, in hour 0
# 2 * 0.096 = 0.192. AWS bills 0.192 for hour 0 and in hour 1 the fees: 2 * 60 once and 2 * 0.05.
is "upfront, spread over the term" 305698630 "$(of upfront ec2-on-demand nano_usd)"
is "upfront, on the bill: usage" 192000000 "$(billed upfront ec2-on-demand)"
is "upfront, on the bill: fees" 120100000000 "$(billed upfront reserved-instance)"
# 5 % off: 0.384 * 0.95 = 0.3648. gp3 at 0.05 for 0.08: both nodes' 80 GB for 2 of 744 hours,
# 2 * 80 * 2 / 744 * 0.05 = 0.021505376.
is "agreed: EC2" 364800000 "$(of agreed ec2-on-demand nano_usd)"
is "agreed: EC2 at the public price" 0.384 "$(of agreed ec2-on-demand list_usd)"
is "agreed: volumes" 21505376 "$(of agreed ebs nano_usd)"
# Three are reserved: two run here, so one is unused in hour 0 and taken by the account's other
# usage in hour 1: 0.06 unused; here 2 * 2 * 0.06 = 0.24.
is "other usage: here" 240000000 "$(of shared ec2-on-demand nano_usd)"
is "other usage: unused" 60000000 "$(of shared reserved-instance nano_usd)"
is "other usage: what it took" "492336|0 492337|60000000" "$(query hour.db "SELECT group_concat(row, ' ') FROM
    (SELECT first_hour || '|' || other_nano AS row FROM commitment_hour
     JOIN run r ON r.id = run_id JOIN scenario s ON s.id = r.scenario_id WHERE s.name = 'shared'
     ORDER BY first_hour)")"

# The report: 4 hours of 0.06, 2 of them used; 6 hours, 4 of them used here and one elsewhere.
for detail in hour day total; do
    exits 0 "$fargauge" report "$detail.db"
    prints 'zonal        0.24  0.12   0.00    0.12  50.0 %'
    prints 'shared       0.36  0.24   0.06    0.06  16.7 %'
done
exits 0 "$fargauge" report hour.db --format json
prints '"other_usage_usd": 0.06,'

# A change of the other usage is a change of the study.
exits 0 "$fargauge" run reserved.yaml -o hour.db --quiet
is "nothing to do" 60000000 "$(of shared reserved-instance nano_usd)"
sed -i 's/,1$/,0/' other.csv
exits 0 "$fargauge" run reserved.yaml -o hour.db --quiet
is "other usage has gone: 2 * 0.06 unused" 120000000 "$(of shared reserved-instance nano_usd)"
finish
