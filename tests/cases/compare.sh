#!/usr/bin/env bash
# A replay beside what Amazon billed: CUR in both spellings, FOCUS, packed or not.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'END'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,172800,250m,512Mi,shop,web,ReplicaSet
END
cat >study.yaml <<'END'
study: shop
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2d
trace: {file: pods.csv}
cluster:
  controlPlane: {version: "1.35"}
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2, volumeSize: 20}]
scenarios:
  - name: now
END
exits 0 "$fargauge" run study.yaml -o r.db --quiet

# ---- a legacy CUR of two days, hour by hour ----
# Bill: 3 m5.large an hour of which one at 0.10 by a mistake of ours in the price:
#   2 * 0.096 + 0.10 = 0.292 an hour, 48 hours: 14.016 USD for 144 node-hours.
# Replay: 2 * 0.096 = 0.192 an hour: 9.216 USD for 96 node-hours.
# Quantity effect: (144 - 96) * 14.016 / 144 = 4.672; price effect: 14.016 - 9.216 - 4.672 = 0.128,
# which is (0.0973333... - 0.096) * 96.
# Cluster: 48 * 0.1 = 4.8 on both sides. Volumes of the replay: 2 * 20 GB * 48 / 744 months
# = 2.580645161 GB-months * 0.08 = 0.206451613 USD, booked as 0.004301075 each hour: 0.2064516, and
# no volume in the bill: quantity effect -0.2064516, with the instances' 4.672 it is 4.4655484.
# Not modelled: 48 * 0.045 = 2.16. Tax: 31 USD for March, 2 of 31 days: 2.00. Credit: -1.00 at once.
legacy_header='identity/LineItemId,lineItem/UsageAccountId,lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/CurrencyCode,lineItem/UnblendedCost,product/region,pricing/unit,resourceTags/aws:eks:cluster-name,resourceTags/user:Team'
hours() { # days of March 2026 from $1 to $2: "start end" an hour
    local day hour
    for ((day = $1; day <= $2; day++)); do
        for ((hour = 0; hour < 24; hour++)); do
            printf '2026-03-%02dT%02d:00:00Z 2026-03-%02dT%02d:00:00Z\n' "$day" "$hour" \
                $((hour == 23 ? day + 1 : day)) $(((hour + 1) % 24))
        done
    done
}
legacy() { # first and last day
    echo "$legacy_header"
    hours "$1" "$2" | while read -r start end; do
        echo "a,111122223333,Usage,$start,$end,AmazonEC2,BoxUsage:m5.large,2.0000000000,USD,0.1920000000,us-east-1,Hrs,shop,web"
        echo "b,111122223333,Usage,$start,$end,AmazonEC2,BoxUsage:m5.large,1,USD,1.0E-1,us-east-1,Hrs,shop,"
        echo "c,111122223333,Usage,$start,$end,AmazonEKS,USE1-AmazonEKS-Hours:perCluster,1,USD,0.1,us-east-1,Hours,shop,"
        echo "d,444455556666,Usage,$start,$end,AmazonEC2,NatGateway-Hours,1,USD,0.045,us-east-1,Hrs,,"
    done
    echo 'e,111122223333,Tax,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,AmazonEC2,,1,USD,31.00,,,,'
    echo 'f,111122223333,Credit,2026-03-02T00:00:00Z,2026-03-02T01:00:00Z,AmazonEC2,,1,USD,-1.00,,,,'
}
legacy 2 3 >cur.csv
row() { # of the CSV: part and name; the columns from bill_quantity on, without bill_list_usd
    grep "^$1,${2-}" compare.csv | head -n 1 | cut -d, -f8-11,13-
}
csv() {
    exits 0 "$fargauge" compare r.db --format csv -o compare.csv "$@"
}
sum() { # of a column of the CSV's rows that a pattern picks
    grep -E "$1" compare.csv | cut -d, -f"$2" | awk '{s += $1} END {printf "%.9f\n", s}'
}

csv --bill cur.csv
is "instances" "144,96,14.016,14.016,14.016,9.216,4.8,0.128,4.672,0" "$(row sku ,ec2-on-demand,m5.large)"
is "the cluster" "48,48,4.8,4.8,4.8,4.8,0,0,0,0" "$(row sku ,eks-control-plane)"
is "what no replay has" "48,,2.16,2.16,2.16,0,2.16,,," \
    "$(row not-modelled ,,,Hrs,AmazonEC2,NatGateway-Hours)"
is "a share of the tax" "0,,2,2,2,0,2,,," "$(row tax ,,,,AmazonEC2)"
is "credits" "0,,-1,-1,-1,0,-1,,," "$(row credit ,,,,AmazonEC2)"
difference=$(grep ^total compare.csv | cut -d, -f15)
is "parts add up to the difference" "$(printf '%.9f' "$difference")" \
    "$(sum '^(sku|not-modelled|tax|credit|discount),' 15)"
is "effects add up to the charges" "$(sum '^charge,' 15)" \
    "$(awk "BEGIN {printf \"%.9f\", $(sum '^sku,' 16) + $(sum '^sku,' 17) + $(sum '^sku,' 18)}")"
is "days add up to the charges" "$(sum '^charge,' 15)" "$(sum '^day,' 15)"
is "two days and the tax's" "3" "$(grep -c ^day, compare.csv)"
exits 0 "$fargauge" compare r.db --bill cur.csv
prints 'Scenario now of study shop beside the bill, 2026-03-02T00:00:00Z to 2026-03-04T00:00:00Z (48 hours)'
prints '1 line beyond the edges of the period counted by the share of time in it: 2.00 USD'
is "at most 100 columns" "0" "$(grep -cE '^.{101}' "$out")"
exits 0 "$fargauge" compare r.db --bill cur.csv --format json
prints '"quantity_usd": 4.4655484'

# ---- the same, packed, and in two files ----
cp compare.csv whole.csv
gzip -c cur.csv >cur.csv.gz
csv --bill cur.csv.gz
is "gzip changes nothing" "" "$(diff whole.csv compare.csv)"
legacy 2 2 >one.csv
legacy 3 3 | grep -vE ',(Tax|Credit),' | gzip >two.csv.gz
csv --bill one.csv --bill two.csv.gz
is "files add up" "" "$(diff whole.csv compare.csv)"
sed 's/$/\r/; 1s/^/\xEF\xBB\xBF/' cur.csv >crlf.csv
csv --bill crlf.csv
is "line ends of DOS and a mark of UTF-8 change nothing" "" "$(diff whole.csv compare.csv)"
head -c 300 cur.csv.gz >cut.csv.gz
exits 2 "$fargauge" compare r.db --bill cut.csv.gz
says 'cut.csv.gz: the gzip data is cut off; expected a whole .gz file'

# ---- filters ----
csv --bill cur.csv --tag aws:eks:cluster-name=shop
is "by tag: no gateway" "" "$(row not-modelled)"
is "by tag: instances" "144,96,14.016,14.016,14.016,9.216,4.8,0.128,4.672,0" "$(row sku ,ec2-on-demand,m5.large)"
csv --bill cur.csv --tag team=web --tag aws_eks_cluster_name=shop
is "by two tags, however spelt: 2 of 3 instances" "96,96,9.216,9.216,9.216,9.216,0,0,0,0" \
    "$(row sku ,ec2-on-demand,m5.large)"
csv --bill cur.csv --account 444455556666
is "by account" "48,,2.16,2.16,2.16,0,2.16,,," "$(row not-modelled)"
csv --bill cur.csv --region us-west-2
is "by region" "0" "$(row total | cut -d, -f5)"
csv --bill cur.csv --from 2026-03-03 --to 2026-03-03
is "one day" "72,48,7.008,7.008,7.008,4.608,2.4,0.064,2.336,0" "$(row sku ,ec2-on-demand,m5.large)"
exits 2 "$fargauge" compare r.db --bill cur.csv --tag teem=web
says "there is no column of the tag 'teem'"
exits 2 "$fargauge" compare r.db --bill cur.csv --tag team
says "--tag is 'team'; expected KEY=VALUE"

# ---- rules of the planner's own ----
csv --bill cur.csv --map 'NatGateway-*=other:nat'
is "mapped" "48,0,2.16,2.16,2.16,0,2.16,0,2.16,0" "$(row sku ,other:nat,,Hours)"
exits 2 "$fargauge" compare r.db --bill cur.csv --map NatGateway-Hours=nat
says "--map is 'NatGateway-Hours=nat'; expected USAGETYPE=CHARGE"

# ---- other months ----
sed 's/2026-03-/2026-05-/g; s/2026-04-01/2026-06-01/' cur.csv >may.csv
exits 2 "$fargauge" compare r.db --bill may.csv
says 'the bill covers 2026-05-02T00:00:00Z to 2026-05-04T00:00:00Z'
says 'expected a whole hour in common, or --align'
# A day of May: 24 of the replay's 48 hours: half of it.
grep -v 2026-05-03T..:00:00Z,2026 may.csv >day.csv
csv --bill day.csv --align
is "the mean hour" "72,48,7.008,7.008,7.008,4.608,2.4,0.064,2.336,0" "$(row sku ,ec2-on-demand,m5.large)"
is "no days" "0" "$(grep -c ^day, compare.csv)"

# ---- CUR 2.0: commitments, split rows, tags as JSON ----
# An hour: one m5.large covered by a Savings Plan (0.096 on demand, 0.07 amortised) and taken back,
# one covered by a Reserved Instance (0.06 amortised). The plan's fee is 0.10 of which 0.07 is
# used: 0.03 amortised. The reservation's fee for the month is 44.64, of which 3.72 + 0.744 unused
# in 744 hours: 0.06 and 0.006 an hour.
{
    echo 'line_item_usage_account_id,line_item_line_item_type,line_item_usage_start_date,line_item_usage_end_date,line_item_product_code,line_item_usage_type,line_item_usage_amount,line_item_currency_code,line_item_unblended_cost,pricing_unit,product_region_code,resource_tags,savings_plan_savings_plan_effective_cost,savings_plan_total_commitment_to_date,savings_plan_used_commitment,reservation_effective_cost,reservation_unused_amortized_upfront_fee_for_billing_period,reservation_unused_recurring_fee,reservation_reservation_a_r_n,split_line_item_parent_resource_id'
    hour='2026-03-02 00:00:00.000,2026-03-02 01:00:00.000'
    shop='"{""aws_eks_cluster_name"":""shop"",""user_team"":""web""}"'
    echo "111122223333,SavingsPlanCoveredUsage,$hour,AmazonEC2,BoxUsage:m5.large,1,USD,0.096,Hrs,us-east-1,$shop,0.07,,,,,,,"
    echo "111122223333,SavingsPlanNegation,$hour,AmazonEC2,BoxUsage:m5.large,1,USD,-0.096,Hrs,us-east-1,{},,,,,,,,"
    echo "111122223333,SavingsPlanRecurringFee,$hour,ComputeSavingsPlans,ComputeSP:1yrNoUpfront,1,USD,0.10,,,,,0.10,0.07,,,,,"
    echo "111122223333,DiscountedUsage,$hour,AmazonEC2,BoxUsage:m5.large,1,USD,0,Hrs,us-east-1,$shop,,,,0.06,,,,"
    echo "111122223333,RIFee,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,AmazonEC2,HeavyUsage:m5.large,744,USD,44.64,Hrs,us-east-1,,,,,,3.72,0.744,,"
    echo "111122223333,Usage,$hour,AmazonEKS,USE1-EKS-EC2-vCPU-Hours,1,USD,0.5,,us-east-1,$shop,,,,,,,,i-0123456789abcdef0"
    echo "111122223333,EdpDiscount,$hour,AmazonEC2,BoxUsage:m5.large,1,USD,-0.01,,us-east-1,,,,,,,,,"
} >cur2.csv
csv --bill cur2.csv
# Billed: 0.096 - 0.096 + 0 - 0.01 = -0.01; amortised: 0.07 + 0.06 - 0.01 = 0.12, for 2 hours.
is "covered instances" "2,2,-0.01,0.12,0.12,0.192,-0.072,-0.072,0,0" "$(row sku ,ec2-on-demand,m5.large)"
is "the plan's unused part" ",,0.1,0.03,0.03,0,0.03,0,0,0.03" "$(row charge ,savings-plan)"
is "the reservation's" ",,0.06,0.006,0.006,0,0.006,0,0,0.006" "$(row charge ,reserved-instance)"
csv --bill cur2.csv --cost billed
is "as billed" "2,2,-0.01,0.12,-0.01,0.192,-0.202,-0.202,0,0" "$(row sku ,ec2-on-demand,m5.large)"
exits 0 "$fargauge" compare r.db --bill cur2.csv
prints '1 line of split cost allocation left out'
# With a tag the negation is not there, and what it takes back is not either.
csv --bill cur2.csv --tag team=web --cost billed
is "covered, by tag" "2,2,0,0.13,0,0.192,-0.192,-0.192,0,0" "$(row sku ,ec2-on-demand,m5.large)"

# ---- FOCUS ----
{
    echo 'BilledCost,EffectiveCost,ListCost,BillingCurrency,ChargeCategory,ChargeClass,ChargePeriodStart,ChargePeriodEnd,CommitmentDiscountCategory,CommitmentDiscountId,CommitmentDiscountStatus,ConsumedQuantity,ConsumedUnit,PricingQuantity,PricingUnit,RegionId,ServiceName,SubAccountId,Tags,x_UsageType'
    hour='2026-03-02T00:00:00Z,2026-03-02T01:00:00Z'
    plan=arn:aws:savingsplans::111122223333:savingsplan/0a1b2c
    echo "0,0.07,0.096,USD,Usage,,$hour,Spend,$plan,Used,1,Hours,1,Hours,us-east-1,Amazon Elastic Compute Cloud,111122223333,\"{\"\"aws:eks:cluster-name\"\":\"\"shop\"\"}\",BoxUsage:m5.large"
    echo "0,0.03,0,USD,Usage,,$hour,Spend,$plan,Unused,,,1,Hours,us-east-1,AWS Savings Plans for AWS Compute usage,111122223333,,ComputeSP:1yrNoUpfront"
    echo "0.10,0,0.10,USD,Purchase,,$hour,Spend,$plan,,,,1,Hours,us-east-1,AWS Savings Plans for AWS Compute usage,111122223333,,ComputeSP:1yrNoUpfront"
    echo "0.0102,0.0102,0.0102,USD,Usage,,$hour,,,,0.25,vCPU-Hours,,,us-east-1,Amazon Elastic Container Service for Kubernetes,111122223333,,USE1-Fargate-vCPU-Hours:perCPU"
    echo "0.5,0.5,0.5,USD,Tax,,$hour,,,,,,,,,Tax,111122223333,null,"
} >focus.csv
csv --bill focus.csv
is "FOCUS: covered" "1,2,0,0.07,0.07,0.192,-0.122,-0.052,-0.07,0" "$(row sku ,ec2-on-demand,m5.large)"
is "FOCUS: the plan" ",,0.1,0.03,0.03,0,0.03,0,0,0.03" "$(row charge ,savings-plan)"
is "FOCUS: what was consumed, where nothing was priced" "0.25,0,0.0102,0.0102,0.0102,0,0.0102,0,0.0102,0" \
    "$(row sku ,fargate-vcpu,linux/amd64,vCPU-Hours)"
is "FOCUS: tax" "0,,0.5,0.5,0.5,0,0.5,,," "$(row tax)"
exits 2 "$fargauge" compare r.db --bill focus.csv --net
says 'FOCUS has no net costs; expected a CUR, or no --net'

# ---- at public prices ----
# The covered hour at 0.096, for 1 of the replay's 2 hours: price effect 0, quantity -0.096.
csv --bill focus.csv --cost list
is "at list prices" "0.096,0.096,0.192,-0.096,0,-0.096,0" \
    "$(grep ,ec2-on-demand,m5.large compare.csv | cut -d, -f12-)"
exits 2 "$fargauge" compare r.db --bill cur.csv --cost list
says "column 'pricing/publicOnDemandCost' is missing"

# ---- daily and monthly exports ----
# A day's 72 node-hours at 7.008, of which the replay has 48 at 4.608.
{
    echo "$legacy_header"
    echo 'a,111122223333,Usage,2026-03-02T00:00:00Z,2026-03-03T00:00:00Z,AmazonEC2,BoxUsage:m5.large,72,USD,7.008,us-east-1,Hrs,,'
} >daily.csv
csv --bill daily.csv
is "a daily export" "72,48,7.008,7.008,7.008,4.608,2.4,0.064,2.336,0" "$(row sku ,ec2-on-demand,m5.large)"
# A month's 2232 node-hours for 217.248 USD: 2 of 31 days are 144 for 14.016.
{
    echo "$legacy_header"
    echo 'a,111122223333,Usage,2026-03-01T00:00:00Z,2026-04-01T00:00:00Z,AmazonEC2,BoxUsage:m5.large,2232,USD,217.248,us-east-1,Hrs,,'
} >monthly.csv
csv --bill monthly.csv
is "a monthly export" "144,96,14.016,14.016,14.016,9.216,4.8,0.128,4.672,0" "$(row sku ,ec2-on-demand,m5.large)"

# ---- a bill made of the replay's own rows differs by nothing ----
cat >rich.csv <<'END'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,90000,250m,512Mi,shop,web,ReplicaSet
600,30000,500m,1Gi,jobs,batch,Job
40000,50000,2,7Gi,jobs,batch,Job
END
cat >rich.yaml <<'END'
study: rich
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 30h
trace: {file: rich.csv}
cluster:
  controlPlane: {version: "1.35"}
  fargateProfiles: [{name: jobs, selectors: [{namespace: jobs}]}]
  managedNodeGroups:
    - {name: ng, instanceType: m5.large, desiredCapacity: 2, volumeSize: 20, volumeIOPS: 4000, volumeThroughput: 250}
    - {name: spot, instanceType: c5.large, spot: true, desiredCapacity: 1}
pricing:
  savingsPlans: [{kind: compute, commitmentPerHour: 0.25, discounts: {ec2: 25%, fargate: 20%}}]
scenarios: [{name: now}]
END
exits 0 "$fargauge" run rich.yaml -o rich.db --quiet
{
    echo 'lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,pricing/unit,savingsPlan/SavingsPlanEffectiveCost,savingsPlan/TotalCommitmentToDate,savingsPlan/UsedCommitment'
    query rich.db "WITH line AS (SELECT h.hour AS hour, a.charge_name AS charge, c.unit AS unit, a.sku AS sku,
      sum(l.quantity) * 1.0 / c.base_per_unit AS quantity, sum(l.nano) AS nano, sum(coalesce(l.billed_nano, l.nano)) AS billed
      FROM ledger l JOIN account a ON a.run_id = l.run_id AND a.account = l.account JOIN charge c ON c.code = a.charge
      JOIN hours h ON h.hour >= l.first_hour AND h.hour < l.first_hour + l.hour_count GROUP BY h.hour, c.code, a.sku)
      SELECT CASE charge WHEN 'savings-plan' THEN 'SavingsPlanRecurringFee' ELSE 'SavingsPlanCoveredUsage' END || ',' ||
      strftime('%Y-%m-%dT%H:00:00Z', hour * 3600, 'unixepoch') || ',' ||
      strftime('%Y-%m-%dT%H:00:00Z', hour * 3600 + 3600, 'unixepoch') || ',,' ||
      CASE charge WHEN 'ec2-on-demand' THEN 'BoxUsage:' || sku WHEN 'ec2-spot' THEN 'SpotUsage:' || sku
      WHEN 'ebs' THEN CASE unit WHEN 'GB-Months' THEN 'EBS:VolumeUsage.' WHEN 'IOPS-Months' THEN 'EBS:VolumeP-IOPS.' ELSE 'EBS:VolumeP-Throughput.' END || sku
      WHEN 'eks-control-plane' THEN 'USE1-AmazonEKS-Hours:perCluster' WHEN 'fargate-vcpu' THEN 'Fargate-vCPU-Hours:perCPU'
      WHEN 'fargate-memory' THEN 'Fargate-GB-Hours' ELSE charge END || ',' ||
      printf('%.9f', CASE WHEN unit = 'MiBps-Months' THEN quantity / 1024 ELSE quantity END) || ',' ||
      printf('%d.%09d', billed / 1000000000, billed % 1000000000) || ',' ||
      CASE unit WHEN 'MiBps-Months' THEN 'GiBps-mo' WHEN 'Hours' THEN 'Hrs' ELSE unit END || ',' ||
      printf('%d.%09d', nano / 1000000000, nano % 1000000000) || ',' ||
      printf('%d.%09d', nano / 1000000000, nano % 1000000000) || ',0' FROM line"
} >own.csv
for cost in amortised billed; do
    exits 0 "$fargauge" compare rich.db --bill own.csv --cost $cost --format csv -o compare.csv
    is "$cost: all charges are there" "ebs ec2-on-demand ec2-spot eks-control-plane fargate-memory fargate-vcpu savings-plan" \
        "$(grep ^charge, compare.csv | cut -d, -f3 | paste -sd ' ')"
    is "$cost: no charge differs" "0" "$(grep -E '^(charge|day|total),' compare.csv | cut -d, -f15 | sort -u)"
    is "$cost: nothing is not modelled" "0" "$(grep -c ^not-modelled compare.csv)"
done
amount() { # a column of the total
    grep ^total compare.csv | cut -d, -f"$1" | awk '{printf "%.0f", $1 * 1e9}'
}
is "the bill is the replay's" "$(query rich.db 'SELECT sum(nano_usd) FROM scenario_cost')" "$(amount 11)"
is "the invoice has the plan's fee whole: 30 * 0.25" "7.5" "$(grep ^charge,,savings-plan compare.csv | cut -d, -f10)"
is "and what the plan covers at nothing" "1" "$(($(amount 10) == $(query rich.db 'SELECT sum(coalesce(billed_nano, nano) * hour_count) FROM ledger')))"

# ---- what is wrong is said with its place ----
wrong() { # sed script; what is said
    sed "$1" cur.csv >wrong.csv
    exits 2 "$fargauge" compare r.db --bill wrong.csv
    says "$2"
}
wrong '3s/1.0E-1/0.1O/' "wrong.csv:3:10: column 'lineItem/UnblendedCost' is '0.1O'; expected a decimal number"
wrong '2s/2026-03-02T00/2026-03-32T00/' "wrong.csv:2:4: column 'lineItem/UsageStartDate' is '2026-03-32T00:00:00Z'; expected an instant"
wrong '4s/USD/EUR/' "wrong.csv:4:9: column 'lineItem/CurrencyCode' is 'EUR'; expected USD"
wrong '1s/UsageType/UsageTyp/' "wrong.csv:1:7: column 'lineItem/UsageType' is missing; 'lineItem/UsageTyp' comes near it"
wrong '5s/,[^,]*$//' 'wrong.csv:5: the row has 13 cells; expected 14 as in the header'
wrong '6s/AmazonEC2/"AmazonEC2/' 'wrong.csv:6: the quoting is broken'
wrong '2s/Usage,2026/SavingsPlanCoveredUsage,2026/' "wrong.csv:2: column 'savingsPlan/SavingsPlanEffectiveCost' is missing; expected it for lines of type SavingsPlanCoveredUsage"
wrong '2,$d' 'the bill has no line of usage; expected a CUR or FOCUS export'
printf 'day,cost\n1,2\n' >wrong.csv
exits 2 "$fargauge" compare r.db --bill wrong.csv
says "wrong.csv:1:1: the header begins with 'day'; expected that of a CUR or FOCUS export"
: >wrong.csv
exits 2 "$fargauge" compare r.db --bill wrong.csv
says 'wrong.csv:1: the file is empty'
printf 'PAR1\25\4' >wrong.csv
exits 2 "$fargauge" compare r.db --bill wrong.csv
says 'the file is Parquet; expected CSV or CSV.gz'
sed 's/""shop""/""shop/' focus.csv >wrong.csv
exits 2 "$fargauge" compare r.db --bill wrong.csv --tag aws:eks:cluster-name=shop
says "wrong.csv:2:19: column 'Tags' is"
exits 1 "$fargauge" compare r.db --bill missing.csv
says 'missing.csv cannot be read'
exits 2 "$fargauge" compare r.db
says 'no bill is named; expected --bill FILE'
exits 2 "$fargauge" compare r.db --bill cur.csv --scenario mow
says "unknown scenario 'mow'; did you mean 'now'?"
exits 2 "$fargauge" compare r.db --bill cur.csv --bill cur.csv
says "--bill 'cur.csv' is given twice"
exits 2 "$fargauge" compare r.db --bill cur.csv --replication 7
says 'has no finished replication 7'

# ---- databases that keep less ----
exits 0 "$fargauge" run study.yaml -o total.db --ledger total --quiet
exits 0 "$fargauge" compare total.db --bill cur.csv --format csv -o compare.csv
is "the total" "144,96,14.016,14.016,14.016,9.216,4.8,0.128,4.672,0" "$(row sku ,ec2-on-demand,m5.large)"
exits 2 "$fargauge" compare total.db --bill one.csv
says 'expected one made with --ledger hour'
exits 0 "$fargauge" run study.yaml -o day.db --ledger day --quiet
exits 0 "$fargauge" compare day.db --bill one.csv --format csv -o compare.csv
is "a day" "72,48,7.008,7.008,7.008,4.608,2.4,0.064,2.336,0" "$(row sku ,ec2-on-demand,m5.large)"
finish
