#!/usr/bin/env bash
# The best Savings Plan: from a study to its bill, to the plan, and to the bill with that plan.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'ROWS'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,86400,500m,1Gi,shop,web,ReplicaSet
3600,36000,4,8Gi,api,api,ReplicaSet
7200,3600,2,4Gi,jobs,batch,Job
ROWS
{
    echo "hour,item,quantity"
    for hour in {00..11}; do echo "2026-03-02T$hour:00:00Z,m5.large,1"; done
} >other.csv

# write_study NAME [PRICING]: scenarios without and with one more plan, $plan.
write_study() {
    cat >"$1.yaml" <<YAML
study: $1
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 24h
trace: {file: pods.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2}]
  fargateProfiles: [{name: f, selectors: [{namespace: api}, {namespace: jobs}]}]
pricing: {${2:-}}
scenarios:
  - name: before
    pricing: {savingsPlans: [${3:-}]}
  - name: after
    pricing: {savingsPlans: [${3:+$3, }$plan]}
YAML
}
total() { query "$1.db" "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = '$2'"; }
json() { sed -n "s/.*\"$1\": \"\{0,1\}\([^\",]*\)\"\{0,1\},*$/\1/p" "$out" | sed -n "${2:-1}p"; }
# Dollars of a JSON number as nanodollars.
nano() { awk -v usd="$1" 'BEGIN { printf "%.0f", usd * 1e9 }'; }

# ---- two m5.large all day, 0.096 an hour each ----
# Compute at 25 % off EC2 and nothing off Fargate: both nodes are covered by 0.192 * 0.75 = 0.144 an
# hour, which saves 0.048 an hour, 1.152 a day, 35.04 a month of 730 hours.
plan="{kind: compute, commitmentPerHour: 0.144, discounts: {ec2: 25%, fargate: 0%}}"
write_study steady
exits 0 "$fargauge" run steady.yaml -o steady.db --quiet
exits 0 "$fargauge" commitments steady.db --scenario before --kind compute --term 1y --payment noUpfront \
    --rate ec2=25% --rate fargate=0% --format json
is "commitment" 0.144 "$(json commitment_usd_per_hour)"
is "saving of the day" 1.152 "$(json saving_usd)"
is "saving a month" 35.04 "$(json saving_usd_per_month)"
is "all of it is used" 1 "$(json utilisation)"
is "a month of it: 0.144 * 730" 105.12 "$(json recurring_usd_per_month)"
is "a year of it: 0.144 * 8760" 1261.44 "$(json term_usd)"
is "the bill falls by it" 1152000000 "$(($(total steady before) - $(total steady after)))"

# ---- a plan that is there already ----
# 0.05 an hour at 25 % off covers 0.05 / 0.75 of it; 0.144 - 0.05 = 0.094 is left to buy, and saves
# 0.094 / 0.75 - 0.094 = 0.031333333 an hour, 0.752 a day.
there="{name: there, kind: compute, commitmentPerHour: 0.05, discounts: {ec2: 25%, fargate: 0%}}"
plan="{kind: compute, commitmentPerHour: 0.094, discounts: {ec2: 25%, fargate: 0%}}"
write_study more "" "$there"
exits 0 "$fargauge" run more.yaml -o more.db --quiet
exits 0 "$fargauge" commitments more.db --scenario before --kind compute --term 1y --payment noUpfront --format json
is "the study's own rates" "the study's own" "$(json rate_source)"
is "what is left to buy" 0.094 "$(json commitment_usd_per_hour)"
is "the bill falls by what was said" "$(nano "$(json saving_usd)")" "$(($(total more before) - $(total more after)))"
exits 0 "$fargauge" commitments more.db --scenario before
prints "Commitments that are there already: there (compute, 0.050 USD an hour)."

# ---- the account's other usage ----
# One m5.large in the first 12 hours is covered first, by 0.072. So in these hours the scenario gains
# nothing from the first 0.072, then a third of what is committed, up to 0.216; in the other 12 a
# third up to 0.144. Above 0.144 an hour of each comes to 1 - 1/3 > 0 more.
# Saved: 12 * 0.144 / 3 + 12 * (0.144 - 0.072) / 3 = 0.576 + 0.288 = 0.864; the other usage saves
# 12 * 0.096 * 25 % = 0.288.
plan="{kind: compute, commitmentPerHour: 0.144, discounts: {ec2: 25%, fargate: 0%}}"
write_study other "otherUsage: other.csv"
exits 0 "$fargauge" run other.yaml -o other.db --quiet
exits 0 "$fargauge" commitments other.db --scenario before --kind compute --term 1y --payment noUpfront --format json
is "commitment beside other usage" 0.144 "$(json commitment_usd_per_hour)"
is "saved by the scenario" 0.864 "$(json saving_usd)"
is "saved by the other usage" 0.288 "$(json other_usage_saving_usd)"
is "the scenario's bill falls by it" 864000000 "$(($(total other before) - $(total other after)))"
exits 0 "$fargauge" commitments other.db --scenario before --kind compute --rate ec2=25% --rate fargate=0%
prints "The account's other usage is covered first"

# ---- a family's plan frees the Compute plan for Fargate ----
there="{name: there, kind: compute, commitmentPerHour: 0.1, discounts: {ec2: 25%, fargate: 20%}}"
plan="{kind: compute, commitmentPerHour: 0.01, discounts: {ec2: 25%, fargate: 20%}}"
write_study family "otherUsage: other.csv" "$there"
exits 0 "$fargauge" run family.yaml -o family.db --quiet
exits 0 "$fargauge" commitments family.db --scenario before --kind ec2Instance --term 3y --payment allUpfront --format json
is "of the family that ran" m5 "$(json family)"
prints "the catalog's of "
commitment=$(json commitment_usd_per_hour)
said=$(nano "$(json saving_usd)")
is "it saves something" 1 "$((said > 0))"
is "upfront: all of 3 years" "$(awk -v c="$commitment" 'BEGIN { printf "%.2f", c * 26280 }')" "$(printf '%.2f' "$(json upfront_usd)")"
plan="{kind: ec2Instance, instanceFamily: m5, term: 3y, payment: allUpfront, commitmentPerHour: $commitment}"
write_study family "otherUsage: other.csv" "$there"
exits 0 "$fargauge" run family.yaml -o family.db --quiet
is "the bill falls by what was said for the family" "$said" "$(($(total family before) - $(total family after)))"

# ---- forms ----
exits 0 "$fargauge" commitments family.db --scenario before
is "within 100 columns" 0 "$(awk 'length > 100' "$out" | wc -l)"
prints "Left out, since rates are not known (name them: --rate ITEM=20%)"
is "says first what to buy" 1 "$(head -n 1 "$out" | grep -c '^Buy a Savings Plan')"
exits 0 "$fargauge" commitments family.db --scenario before --term 3y --payment allUpfront --kind ec2Instance --format csv -o curve.csv
is "columns of the curve" \
    "kind,family,term_years,payment,commitment_usd_per_hour,usd,usd_per_month,saving_usd_per_month,is_best" \
    "$(head -n 1 curve.csv)"
is "the best point is the one advised" "$commitment" "$(awk -F, '$9 == 1 { print $5 }' curve.csv)"
is "no point is lower" "$(awk -F, '$9 == 1 { print $6 }' curve.csv)" "$(tail -n +2 curve.csv | cut -d, -f6 | sort -g | head -n 1)"
is "the curve begins at the bill as it is" "$(total family before)" "$(nano "$(sed -n 2p curve.csv | cut -d, -f6)")"
exits 0 "$fargauge" commitments family.db --scenario before --format html -o page.html
is "one page without a network" 0 "$(grep -cE '<(link|script|img)[^>]*(href|src)=' page.html)"
is "the page has the curves" 1 "$(grep -c '"curves":\[{"plan":"' page.html)"

# ---- slips ----
exits 2 "$fargauge" commitments family.db
says "the study has 2 scenarios; expected --scenario NAME, such as 'before'"
exits 2 "$fargauge" commitments family.db --scenario befor
says "unknown scenario 'befor'; did you mean 'before'?"
exits 2 "$fargauge" commitments family.db --scenario before --rate m5=20
says "--rate is 'm5=20'; expected ITEM=PERCENT off the public price, such as m5=27%"
exits 2 "$fargauge" commitments family.db --scenario before --rate zz9=20%
says "--rate names 'zz9'; expected fargate, ec2, an instance family or an instance type of the catalog"
exits 2 "$fargauge" commitments family.db --scenario before --family c5
says "--family is 'c5'; expected one that the scenario ran on demand, such as m5"
exits 2 "$fargauge" commitments family.db --scenario before --term 2y
says "--term is '2y'; expected one of 1y, 3y"
exits 0 "$fargauge" run steady.yaml -o total.db --ledger total --quiet
exits 2 "$fargauge" commitments total.db --scenario before
says "the database has no usage by the hour; expected one that was run with --ledger hour"
exits 1 "$fargauge" commitments nowhere.db --scenario before
finish
