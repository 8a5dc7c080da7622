#!/usr/bin/env bash
# A study's bill as a FOCUS export: what the command takes and refuses, and that the rows come to
# the database's own sums.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'EOF'
arrival_s,duration_s,cpu,memory,namespace,workload,kind
0,5400,500m,1Gi,shop,web,ReplicaSet
0,5400,250m,256Mi,shop,"a ""b"", c",Job
0,7200,250m,256Mi,jobs,=x,Job
EOF
cat >study.yaml <<'EOF'
study: bills
region: us-east-1
start: 2026-03-31T22:00:00Z
duration: 3h
trace: {file: pods.csv}
cluster:
  managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2}]
  fargateProfiles: [{name: fp, selectors: [{namespace: jobs}]}]
scenarios:
  - name: both
    pricing:
      discounts: {ec2: 5%}
      savingsPlans:
        - {name: sp1, kind: compute, commitmentPerHour: 0.05, discounts: {ec2: 25%, fargate: 20%}}
        - {name: sp2, kind: ec2Instance, instanceFamily: m5, commitmentPerHour: 0.03, discounts: {ec2: 50%}}
      reservedInstances: [{name: ri, instanceType: m5.large, count: 1, usdPerHour: 0.05}]
  - name: plain
EOF
exits 0 "$fargauge" run study.yaml -o study.db --quiet
focus() { exits 0 "$fargauge" report study.db --format focus "$@"; }
# A query of an export (table focus) and the study (s); a cost is a whole number of nanodollars.
load() { sqlite3 :memory: ".import --csv $1 focus" "ATTACH 'file:study.db?mode=ro' AS s" "$2"; }
sum() { load "$1" "SELECT coalesce(sum(CAST(round($2 * 1e9) AS INTEGER)), 0) FROM focus WHERE $3"; }
bill() { query study.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = '$1'"; }

focus --scenario both -o both.csv
focus --scenario plain -o plain.csv
is "the bill of both" "$(bill both)" "$(sum both.csv EffectiveCost 1)"
is "the bill without commitments" "$(bill plain)" "$(sum plain.csv EffectiveCost 1)"
is "billed as it comes to" "$(bill plain)" "$(sum plain.csv BilledCost 1)"
# Each hour of 3: 0.05 and 0.03 of the plans, 0.05 of the reservation: 0.39.
is "fees" "390000000" "$(sum both.csv BilledCost "ChargeCategory = 'Purchase'")"
is "used and unused" "390000000" "$(sum both.csv EffectiveCost "CommitmentDiscountId <> ''")"
is "the public prices are the same" "$(sum plain.csv ListCost 1)" \
    "$(sum both.csv ListCost "ChargeCategory = 'Usage'")"
is "charges that are not the database's" "" "$(load both.csv "
    SELECT charge FROM (SELECT charge, sum(nano_usd) AS nano FROM s.scenario_cost
     WHERE scenario = 'both' GROUP BY charge) LEFT JOIN (SELECT x_Charge,
     sum(CAST(round(EffectiveCost * 1e9) AS INTEGER)) AS own FROM focus GROUP BY x_Charge)
     ON x_Charge = charge WHERE nano <> coalesce(own, 0)")"
is "the month turns with the hour" $'2026-03-01T00:00:00Z\n2026-04-01T00:00:00Z' \
    "$(load both.csv "SELECT DISTINCT BillingPeriodStart FROM focus ORDER BY 1")"
is "names stay as they are" $'=x\na "b", c' "$(load both.csv "SELECT DISTINCT x_Workload FROM focus
    WHERE x_Workload LIKE '=%' OR x_Workload LIKE '%b\"%' ORDER BY 1")"
is "57 columns of FOCUS 1.2 and 6 more" 63 "$(head -n 1 plain.csv | tr ',' '\n' | wc -l)"

# To standard output the bytes are the same; where nobody asks the first scenario is taken.
focus
is "the first scenario" "" "$(cmp both.csv "$out")"
says "scenario 'both', the first of 2"

focus --scenario both --focus-version 1.3 --null null --billing-account 444455556666 -o new.csv
is "8 columns more in 1.3" 71 "$(head -n 1 new.csv | tr ',' '\n' | wc -l)"
is "the same bill in 1.3" "$(bill both)" "$(sum new.csv EffectiveCost 1)"
is "null is a word" "null" "$(load new.csv "SELECT DISTINCT InvoiceId FROM focus")"
is "the account" "444455556666" "$(load new.csv "SELECT DISTINCT BillingAccountId FROM focus")"
is "the account stands in ids" "arn:aws:savingsplans::444455556666:savingsplan/sp1" \
    "$(load new.csv "SELECT DISTINCT CommitmentDiscountId FROM focus
    WHERE CommitmentDiscountName = 'sp1'")"
is "all parts of a node's price are 1" "1.0" "$(load new.csv "SELECT DISTINCT round(whole, 9) FROM
    (SELECT sum(json_extract(AllocatedMethodDetails, '\$.Elements[0].AllocatedRatio')) AS whole
     FROM focus WHERE AllocatedMethodId <> 'null'
     GROUP BY ChargePeriodStart, SkuId, CommitmentDiscountId)")"

# A replay laid beside its own export: all that is modelled, and no charge differs.
compared() { # scenario, how many charges it has
    exits 0 "$fargauge" compare study.db --scenario "$1" --bill "$1.csv" --format json
    is "$1: charges, and those that differ" "$2|0" "$(query study.db "SELECT count(*),
        count(CASE WHEN abs(json_extract(value, '\$.difference_usd')) > 1e-9 THEN 1 END)
        FROM json_each(readfile('$out'), '\$.charges')")"
}
compared plain 5
compared both 7

# ---- refusals ----
refuses() { # what it says, options...
    local what=$1
    shift
    exits 2 "$fargauge" report "$@"
    says "$what"
}
refuses "unknown scenario 'bot'; did you mean 'both'?" study.db --format focus --scenario bot
refuses "has no finished replication 1" study.db --format focus --replication 1
refuses "--replication is 'x'; expected a whole number" study.db --format focus --replication x
refuses "--focus-version is '1.1'; expected 1.2 or 1.3" study.db --format focus --focus-version 1.1
refuses "--null is 'none'; expected empty or null" study.db --format focus --null none
refuses "--billing-account is '12'; expected twelve" study.db --format focus --billing-account 12
refuses "--baseline does not go with --format focus" study.db --format focus --baseline both
refuses "--scenario goes with --format focus alone" study.db --scenario both
exits 0 "$fargauge" run study.yaml -o total.db --ledger total --quiet
refuses "keeps them by the total alone; expected one that was made with --ledger hour" \
    total.db --format focus -o total.csv
is "nothing is left of a refused export" "" "$(find . -name 'total.csv*')"
finish
