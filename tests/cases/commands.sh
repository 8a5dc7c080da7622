#!/usr/bin/env bash
# Each command does what its help says: facts as text and as JSON, traces in, results out.
. "$(dirname "$0")/../case.sh"

json() { sqlite3 :memory: "SELECT json_extract(readfile('$out'), '$1')"; }
is_json() { is "JSON: $last" 1 "$(sqlite3 :memory: "SELECT json_valid(readfile('$out'))")"; }

# ---- size ----
# 0.5 vCPU x 0.04048 + 3 GB x 0.004445 = 0.02024 + 0.013335 = 0.033575 an hour, x 730 = 24.50975
exits 0 "$fargauge" size --cpu 250m --memory 2Gi --format json
is "size: JSON to the letter" \
    '{"vcpu": 0.5, "memory_gib": 3, "billed_memory_gib": 3, "ephemeral_gib": 20, "usd_per_hour": 0.033575, "usd_per_month": 24.50975}' \
    "$(cat "$out")"
# 2 x 0.04048 + 9 x 0.004445 + 10 GB above the free 20 x 0.000111 = 0.122075
exits 0 "$fargauge" size --cpu 1 --memory 8Gi --ephemeral-storage 30Gi --format json
is "size: storage above 20 GiB is billed" \
    '{"vcpu": 2, "memory_gib": 9, "billed_memory_gib": 9, "ephemeral_gib": 30, "usd_per_hour": 0.122075, "usd_per_month": 89.11475}' \
    "$(cat "$out")"
exits 0 "$fargauge" size --cpu 250m --memory 2Gi
prints '0.5 vCPU, 3 GB, 20 GiB of storage'
prints '0.033575 USD an hour, 24.51 USD a month of 730 hours in us-east-1'
while read -r cpu memory vcpu gib; do
    "$fargauge" size --cpu "$cpu" --memory "$memory" --format json >"$out" 2>"$err"
    is "size: $cpu and $memory" "$vcpu $gib" "$(json '$.vcpu') $(json '$.memory_gib')"
done <<'EOF'
0 0 0.25 0.5
100m 256Mi 0.25 0.5
250m 257Mi 0.25 1
250m 1Gi 0.25 2
250m 1792Mi 0.25 2
251m 128Mi 0.5 1
1 512Mi 1 2
1 8G 1 8
1500m 3Gi 2 4
4 29.75Gi 4 30
4 30Gi 8 32
6 20Gi 8 24
8 16Gi 8 20
16 119.75Gi 16 120
EOF
# In Tokyo: 1 x 0.05056 + 3 x 0.00553 = 0.06715
exits 0 "$fargauge" size --cpu 1 --memory 2Gi --region ap-northeast-1 --format json
is "size: another region has another price" 0.06715 "$(json '$.usd_per_hour')"
exits 2 "$fargauge" size --cpu 16 --memory 120Gi --format json
says 'no Fargate size holds 16 vCPU and 120Gi plus 256Mi; the largest is 16 vCPU with 120 GB'
is "size: no size, no output" 0 "$(wc -c <"$out")"
exits 2 "$fargauge" size --cpu 16001m
exits 2 "$fargauge" size --ephemeral-storage 176Gi
says 'no Fargate pod has more than 175 GiB of ephemeral storage'

# ---- node: Karpenter's own table (rules K5) ----
exits 0 "$fargauge" node m5.large --format json
is "node: JSON to the letter" \
    '{"instance_type": "m5.large", "vcpu": 2, "memory_mib": 8192, "allocatable_cpu_milli": 1930, "allocatable_memory_mib": 6903, "max_pods": 29, "usd_per_hour": 0.096}' \
    "$(cat "$out")"
while read -r type cpu memory pods; do
    "$fargauge" node "$type" --format json >"$out" 2>"$err"
    is "node: $type" "$cpu $memory $pods" \
        "$(json '$.allocatable_cpu_milli') $(json '$.allocatable_memory_mib') $(json '$.max_pods')"
done <<'EOF'
t3.nano 1930 74 4
t3.medium 1930 3246 17
m6g.large 1930 6844 29
c6g.medium 940 1392 8
m7i.2xlarge 7910 29317 58
c5.9xlarge 35840 65269 234
m5.24xlarge 95690 355262 737
EOF
# 3 interfaces x 9 addresses x 16 + 2 = 434, not capped
exits 0 "$fargauge" node m5.large --prefix-delegation --format json
is "node: prefixes" 434 "$(json '$.max_pods')"
exits 0 "$fargauge" node m5.large
prints 'allocatable: 1930m CPU, 6903Mi memory, 29 pods'
prints '0.0960 USD an hour'

# ---- match ----
cat >profiles.yaml <<'EOF'
apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata: {name: c, region: us-east-1}
fargateProfiles:
  - {name: prod-workload, selectors: [{namespace: "prod*"}]}
  - {name: beta-workload, selectors: [{namespace: prod, labels: {stage: beta}}]}
EOF
exits 0 "$fargauge" match --profiles profiles.yaml --namespace prod --labels app=web,stage=beta
is "match: the name that sorts first" beta-workload "$(cat "$out")"
exits 0 "$fargauge" match --profiles profiles.yaml --namespace prod-2 --labels stage=beta
is "match: wildcards" prod-workload "$(cat "$out")"
exits 0 "$fargauge" match --profiles profiles.yaml --namespace dev
is "match: none" none "$(cat "$out")"
exits 0 "$fargauge" match --profiles profiles.yaml --namespace dev --format json
is "match: none in JSON" '{"profile": null}' "$(cat "$out")"
exits 0 "$fargauge" match --profiles profiles.yaml --namespace=prod --format=json
is "match: a name in JSON" '{"profile": "prod-workload"}' "$(cat "$out")"

# ---- import ----
cat >ours.csv <<'EOF'
cpu,arrival_s,pod,duration_s,memory,labels
250m,10,b,60,1Gi,app=web;tier=a
1,0,"a, first",30,512Mi,
EOF
exits 0 "$fargauge" import ours.csv -o copy.csv
says '2 pods of 2 kinds'
is "import: to a file, nothing on standard output" 0 "$(wc -c <"$out")"
exits 0 "$fargauge" import copy.csv
is "import: what was written reads back the same" "$(cat copy.csv)" "$(cat "$out")"
exits 0 "$fargauge" import --output=again.csv ours.csv
is "import: --output is -o" "$(cat copy.csv)" "$(cat again.csv)"
gzip -k ours.csv
exits 0 "$fargauge" import ours.csv.gz
is "import: gzip is read as it is" "$(cat copy.csv)" "$(cat "$out")"
printf 'arrival_s,duration_s,pod\n5,1,c\n' >more.csv
exits 0 "$fargauge" import ours.csv more.csv
says '3 pods of 3 kinds'
column() { sqlite3 :memory: ".import --csv $1 t" "SELECT group_concat($2, ' ') FROM t"; }
cp "$out" merged.csv
is "import: several files are merged by time" "0 5 10" "$(column merged.csv arrival_s)"

# A scheduled pod works from scheduling to deletion; one never scheduled is deleted at its deletion.
cat >openb.csv <<'EOF'
name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
ran,4000,8192,1,500,,LS,Succeeded,10,500,20
never,2000,4096,0,0,,BE,Pending,30,90,
EOF
exits 0 "$fargauge" import openb.csv -o openb.out
is "import: openb is known by its columns" "10 30" "$(column openb.out arrival_s)"
is "import: 500 - 20 s of work" "480 " "$(column openb.out duration_s)"
is "import: deleted at 90 s" " 90" "$(column openb.out end_s)"
is "import: a share of a GPU counts as a GPU" "1 0" "$(column openb.out gpu)"
is "import: requests" "4 2|8Gi 4Gi" "$(column openb.out cpu)|$(column openb.out memory)"
# Hours as decimals; no memory unless told.
printf 'arrival_time,length,cpus\n0.5,0.75,4\n1.0,19.083333333333332,1\n' >gaia.csv
exits 0 "$fargauge" import --format gaia --memory-per-cpu 3Gi gaia.csv -o gaia.out
is "import: gaia's hours are seconds" "1800 3600|2700 68700" "$(column gaia.out arrival_s)|$(column gaia.out duration_s)"
is "import: 3Gi a CPU" "12Gi 3Gi" "$(column gaia.out memory)"
printf 'start,duration_s,pod\n2026-03-02T00:01:00Z,1,a\n' >instants.csv
exits 0 "$fargauge" import --start 2026-03-02T00:00:00Z instants.csv -o instants.out
is "import: instants count from --start" 60 "$(column instants.out arrival_s)"
printf 'arrival_s,duration_s\n0,60\n5,-60\n7,x\n' >bad.csv
exits 0 "$fargauge" import --skip-bad-rows bad.csv
says 'bad.csv:3:2: '
says 'bad.csv:4:2: '
says '1 pods of 1 kinds, 2 bad rows skipped'

# ---- check, explain, run, report ----
cat >pods.csv <<'EOF'
namespace,workload,kind,pod,labels,arrival_s,duration_s,end_s,cpu,memory
kube-system,coredns,Deployment,coredns-1,k8s-app=kube-dns,0,,,100m,70Mi
web,nginx,Deployment,nginx-1,app=nginx,600,,,,
web,nginx,Deployment,nginx-2,app=nginx;environment=fargate,600,,,,
default,api,Deployment,api-1,app=api,0,,5400,1,8Gi
default,report,Job,report-1,app=report,1800,30,,500m,1Gi
default,too-large,Deployment,too-large-1,app=large,0,,,16,120Gi
EOF
cat >study.yaml <<'EOF'
study: commands
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 2h
trace: {file: pods.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s}
  nodes: {requestToRunning: 0s, runningToReady: 0s}
  fargateProfiles:
    - {name: all, selectors: [{namespace: kube-system}, {namespace: default}]}
    - {name: some, selectors: [{namespace: web, labels: {environment: fargate}}]}
scenarios:
  - name: fargate-only
  - name: mixed
    cluster:
      managedNodeGroups:
        - {name: ng-1, instanceType: m5.large, minSize: 1, maxSize: 3, volumeSize: 80}
EOF
exits 0 "$fargauge" check study.yaml
prints 'study commands: 2 scenarios'
prints 'trace pods.csv: 6 pods of 6 kinds'
prints 'What moves the bill without being named:'
prints 'cluster.controlPlane.upgradePolicy is EXTENDED'
exits 0 "$fargauge" check study.yaml --format json
is_json
is "check: scenarios in JSON" '["fargate-only","mixed"]' "$(json '$.scenarios')"
is "check: no faults in JSON" '[]' "$(json '$.faults')"
sed 's/m5.large/m5.lrge/' study.yaml >wrong.yaml
exits 2 "$fargauge" check wrong.yaml --format json
is_json
is "check: faults in JSON" "wrong.yaml:17:38: unknown instance type 'm5.lrge'; did you mean 'm5.large'?" "$(json '$.faults[0]')"
sed 's/pods.csv/nothing.csv/' study.yaml >wrong.yaml
exits 1 "$fargauge" check wrong.yaml
says 'nothing.csv cannot be read'

exits 0 "$fargauge" run study.yaml -o results.db --pods
says '2 run; 12 pods in'
prints 'fargate-only'
exits 0 "$fargauge" run study.yaml -o results.db --pods --jobs 1
says '0 run, 2 done before'
exits 0 "$fargauge" run study.yaml --output quiet.db -q
is "run: quiet" 0 "$(cat "$out" "$err" | wc -c)"
exits 0 "$fargauge" run study.yaml -o json.db --format json
is_json
# mixed: 0.192 + 0.2 for the node and the cluster in two hours, and more: over 100 USD a month
exits 3 "$fargauge" run study.yaml -o results.db --pods --quiet --fail-over 100
says 'more than 100.00 USD a month'
exits 0 "$fargauge" run study.yaml -o results.db --pods --quiet --fail-over 1000
placed() { query results.db "SELECT placed_on || ' ' || outcome FROM pod_detail WHERE scenario = '$1' AND pod = '$2'"; }
reason() { query results.db "SELECT reason FROM pod_detail WHERE scenario = '$1' AND pod = '$2'"; }
is "run: every pod in one outcome" "6 6" "$(query results.db "SELECT group_concat(n, ' ') FROM (SELECT sum(pods) AS n FROM pod_outcome GROUP BY scenario)")"
is "run: CoreDNS on Fargate" "fargate:all running" "$(placed fargate-only coredns-1)"
is "run: the label decides" "fargate:some running" "$(placed fargate-only nginx-2)"
is "run: no label, no node" "pending pending" "$(placed fargate-only nginx-1)"
is "run: Fargate's nodes take no other pods" 1 \
    "$(query results.db "SELECT count(*) FROM pod_detail WHERE scenario = 'fargate-only' AND pod = 'nginx-1' AND reason LIKE '%untolerated taint {eks.amazonaws.com/compute-type: fargate}%'")"
is "run: no label, a node" "nodegroup:ng-1 running" "$(placed mixed nginx-1)"
is "run: too large for Fargate, and never on EC2" "pending pending" "$(placed mixed too-large-1)"
is "run: and why" 1 "$(reason mixed too-large-1 | grep -c 'not supported on Fargate')"
# 1 vCPU and 8Gi + 256Mi are billed as 2 vCPU and 9 GB, for 5400 s = 1.5 h:
# 2 x 0.04048 x 1.5 = 0.12144, 9 x 0.004445 x 1.5 = 0.0600075, together 0.1814475
bill() { query results.db "SELECT sum($1) FROM hourly_cost WHERE scenario = 'fargate-only' AND workload = '$2' AND charge = '$3'"; }
is "run: api's vCPU-hours" "3.0" "$(bill quantity api fargate-vcpu)"
is "run: api's GB-hours" "13.5" "$(bill quantity api fargate-memory)"
is "run: api's vCPU, in nanodollars" 121440000 "$(bill nano_usd api fargate-vcpu)"
is "run: api's memory, in nanodollars" 60007500 "$(bill nano_usd api fargate-memory)"
is "run: api's bill" 0.1814475 "$(query results.db "SELECT usd FROM pod_detail WHERE scenario = 'fargate-only' AND pod = 'api-1'")"
# report works 30 s and is billed the least, 60 s, as 0.5 vCPU and 2 GB:
# 0.5 x 0.04048 / 60 = 0.000337333, 2 x 0.004445 / 60 = 0.000148167
is "run: report's vCPU, in nanodollars" 337333 "$(bill nano_usd report fargate-vcpu)"
is "run: report's memory, in nanodollars" 148167 "$(bill nano_usd report fargate-memory)"
is "run: report ends when it ends" "1800 1800 1830" "$(query results.db "SELECT arrival_s || ' ' || start_s || ' ' || end_s FROM pod_detail WHERE scenario = 'fargate-only' AND pod = 'report-1'")"
# The node: 2 h x 0.096 = 0.192. The cluster: 2 h x 0.10 = 0.20.
is "run: the node" 192000000 "$(query results.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = 'mixed' AND charge = 'ec2-on-demand'")"
is "run: the cluster" 200000000 "$(query results.db "SELECT sum(nano_usd) FROM scenario_cost WHERE scenario = 'mixed' AND charge = 'eks-control-plane'")"

exits 0 "$fargauge" report results.db
cp "$out" printed
exits 0 "$fargauge" report results.db -o report.txt
is "report: the same into a file" "$(cat printed)" "$(cat report.txt)"
exits 0 "$fargauge" report results.db --format json
is_json
exits 0 "$fargauge" report quiet.db --format csv -o csv
is "report: one CSV file a view" "allocation.csv hourly_capacity.csv hourly_cost.csv pod_outcome.csv scenario_cost.csv scenario_prices.csv" "$(cd csv && echo *.csv)"
exits 0 "$fargauge" report results.db --baseline mixed
prints baseline

exits 0 "$fargauge" explain study.yaml --pod api-1 --scenario fargate-only
prints 'fargate-only: default/api-1 of api'
prints 'is billed as 2 vCPU and 9 GB'
prints 'completed on fargate:all, 0.181448 USD'
exits 0 "$fargauge" explain study.yaml --pod default/api-1 --format json
is_json
is "explain: all scenarios" "fargate-only mixed" "$(json '$[0].scenario') $(json '$[1].scenario')"
is "explain: keys" "scenario pod namespace workload placed_on outcome reason arrival_s start_s end_s usd events cpu_milli memory_bytes fargate" \
    "$(sqlite3 :memory: "SELECT group_concat(key, ' ') FROM json_each(readfile('$out'), '\$[0]')")"
is "explain: what it cost" 0.1814475 "$(json '$[0].usd')"
# 2 x 0.04048 + 9 x 0.004445 = 0.120965
is "explain: what Fargate sells for its request" '{"profile":"all","vcpu":2,"memory_gib":9,"ephemeral_gib":20,"usd_per_hour":0.120965}' \
    "$(json '$[0].fargate')"
exits 0 "$fargauge" explain study.yaml --pod nginx-1 --scenario fargate-only
prints 'untolerated taint {eks.amazonaws.com/compute-type: fargate}'
prints '7200 s  pending: 0/2 nodes are available'

# Two pods of one name.
printf 'arrival_s,duration_s,pod,namespace,workload,cpu,memory\n%s\n%s\n' \
    '0,60,web,shop,one,250m,512Mi' '10,600,web,team,two,2,4Gi' >twice.csv
sed 's/pods.csv/twice.csv/' study.yaml >twice.yaml
exits 0 "$fargauge" explain twice.yaml --pod team/web --scenario fargate-only
prints 'fargate-only: team/web of two'
exits 0 "$fargauge" explain twice.yaml --pod team/web --scenario fargate-only --format json
is "explain: the pod of that namespace" "team two 10" \
    "$(json '$[0].namespace') $(json '$[0].workload') $(json '$[0].arrival_s')"

# Names from outside are data: no other bytes in JSON, no control characters on a terminal.
printf 'arrival_s,duration_s,pod,workload\n0,60,"p\xff""1",w\x1b[2J\n' >names.csv
sed 's/pods.csv/names.csv/' study.yaml >names.yaml
explain_the_odd_pod() { "$fargauge" explain names.yaml --pod $'p\xff"1' --scenario mixed "$@"; }
exits 0 explain_the_odd_pod --format json
is_json
is "explain: what is no UTF-8 is replaced" $'p\xef\xbf\xbd"1' "$(json '$[0].pod')"
is "explain: JSON is UTF-8" 0 "$(iconv -f UTF-8 -t UTF-8 "$out" >/dev/null 2>&1; echo $?)"
exits 0 explain_the_odd_pod
prints 'of w?[2J'
ask_for_an_odd_pod() { "$fargauge" explain names.yaml --pod $'q\x1b[2J\nx'; }
exits 2 ask_for_an_odd_pod
is "an error is one line without control characters" "1 0" \
    "$(grep -c . "$err") $(tr -d '\n' <"$err" | LC_ALL=C tr -cd '\000-\037' | wc -c)"

# ---- help and version ----
exits 0 "$fargauge" --version
is "version" 1 "$(grep -cE '^fargauge [0-9]+\.[0-9]+\.[0-9]+$' "$out")"
exits 0 "$fargauge" --help
for command in run report explain check size match node import generate; do
    exits 0 "$fargauge" --help
    prints "fargauge $command "
    exits 0 "$fargauge" "$command" --help
    prints "fargauge $command "
    prints '--catalog DIR'
    is "$command --help: nothing on standard error" 0 "$(wc -c <"$err")"
done

# Each command's section of the man page names the options that its --help does, and no others.
in_help() { "$fargauge" "$1" --help | sed -nE 's/^  (-[a-z], |    )(--[a-z-]+).*/\2/p' | sort; }
in_man() {
    sed -n "/^\.SS $1/,/^\.S[SH] /p" "$root/data/man/fargauge.1" | tr -d '\\' | grep '^\.B' |
        grep -oE -- '--[a-z-]+' | cat - <(echo --catalog) | sort
}
for command in run report explain check size match node import generate; do
    is "man page: the options of $command" "$(in_help "$command")" "$(in_man "$command")"
done

exits 0 "$fargauge" run --help
for option in '-o, --output FILE' '-j, --jobs N' --fresh --pods --quiet '--ledger hour|day|total'; do
    prints "$option"
done
exits 0 "$fargauge" report --help
for option in '--format text|csv|html|json' '--output PATH' '--baseline SCENARIO'; do
    prints "$option"
done
finish
