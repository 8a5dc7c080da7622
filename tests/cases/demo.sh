#!/usr/bin/env bash
# data/studies/demo.sh: the comparison that a newcomer sees first.
. "$(dirname "$0")/../case.sh"
demo=$root/data/studies/demo.sh
before=$(ls "$root/data/studies")

exits 0 "$demo" "$fargauge" demo-out
prints 'mixed is the cheapest of 3 scenarios in which everything ran'
prints 'The page:     demo-out/demo.html'
prints 'The tables:   demo-out/csv/'
prints 'The database: demo-out/demo.db'
is 'the page is there' yes "$([ -s demo-out/demo.html ] && echo yes)"
is 'the tables are there' 'allocation.csv hourly_capacity.csv hourly_cost.csv pod_outcome.csv scenario_cost.csv scenario_prices.csv' \
    "$(ls demo-out/csv | tr '\n' ' ' | sed 's/ $//')"
pods=$(($(wc -l <demo-out/demo.csv) - 1))
is 'each scenario has each pod in one outcome' "all-ec2|$pods
all-fargate|$pods
mixed|$pods" "$(query demo-out/demo.db \
    'SELECT scenario, sum(pods) FROM pod_outcome GROUP BY scenario ORDER BY scenario')"
is 'all pods ran in every scenario' 0 "$(query demo-out/demo.db \
    "SELECT count(*) FROM pod_outcome WHERE outcome NOT IN ('completed', 'running')")"
is 'nothing is written beside the studies' "$before" "$(ls "$root/data/studies")"

cost=$(query demo-out/demo.db 'SELECT * FROM scenario_cost ORDER BY 1, 2, 3, 4')
exits 0 "$demo" "$fargauge" demo-out
says '0 run, 3 done before'
is 'run again, the costs are the same' "$cost" \
    "$(query demo-out/demo.db 'SELECT * FROM scenario_cost ORDER BY 1, 2, 3, 4')"
exits 2 "$demo" "$fargauge"
says 'usage:'
finish
