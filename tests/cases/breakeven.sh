#!/usr/bin/env bash
# Where Fargate stops being cheaper: by request, by workload, overall, and what a trim saves.
. "$(dirname "$0")/../case.sh"

# A row of the printed tables, its columns set apart by one space.
row() {
    is "row: $1" "$1" "$(tr -s ' ' <"$out" | grep -F -- "$1" | head -n 1)"
}

cat >study.yaml <<'YAML'
study: shop
region: us-east-1
start: 2026-01-01T00:00:00Z
duration: 10h
trace: {file: pods.csv}
cluster:
  fargate: {provisionDelay: 0s, imagePull: 0s}
  fargateProfiles:
    - name: fp
      podExecutionRoleARN: arn:aws:iam::111122223333:role/fargate
      selectors: [{namespace: batch}]
scenarios:
  - name: groups
    cluster:
      managedNodeGroups:
        - {name: ng, instanceType: m5.xlarge, desiredCapacity: 4}
  - name: all-fargate
    cluster:
      fargateProfiles:
        - {name: fp, selectors: [{namespace: "*"}]}
  - name: elsewhere
    region: eu-west-1
    cluster:
      managedNodeGroups:
        - {name: ng, instanceType: c5.large, desiredCapacity: 1}
YAML
cat >pods.csv <<'CSV'
arrival_s,duration_s,cpu,memory,gpu,namespace,workload,kind,features
0,,1,8Gi,,web,web,Deployment,
0,,1,8Gi,,web,web,Deployment,
0,,250m,512Mi,,web,api,Deployment,
0,,100m,128Mi,,web,agent,Deployment,privileged
0,,100m,128Mi,,web,logs,DaemonSet,
0,3600,1,2Gi,,batch,job,Job,
0,,1,1Gi,1,web,<b>train</b>,Deployment,
0,,8,16Gi,,batch,huge,Deployment,
CSV

# An m5.xlarge costs 0.192 and its 80 GiB of gp3 0.08 x 80 / 730 = 0.008767: 0.200767. It gives pods
# 3920m and 14162 MiB (rules K5). 1 vCPU and 8 GiB take 1000 / 3920 = 25.5 % of the vCPU and
# 8192 / 14162 = 57.84 % of the memory: 0.200767 x 0.5784 = 0.116134 by memory. On Fargate they are
# 2 vCPU and 9 GB: 2 x 0.04048 + 9 x 0.004445 = 0.120965. 0.116134 / 0.120965 = 96.0 %, of 24 hours
# 23.0. The 250m take 250 / 3920: 0.012804, on Fargate 0.25 and 1 GB: 0.014565, 87.9 % and 21.1.
# 1 vCPU and 2 GiB: 1000 / 3920, 0.051216, and 1 vCPU and 3 GB: 0.053815, 95.2 % and 22.8.
exits 0 "$fargauge" breakeven study.yaml
row "1 8Gi 20.0 2 / 9 0.120965 m5.xlarge memory 0.116134 96.0 % 23.0"
row "250m 512Mi 10.0 0.25 / 1 0.014565 m5.xlarge vCPU 0.012804 87.9 % 21.1"
row "1 2Gi 1.0 1 / 3 0.053815 m5.xlarge vCPU 0.051216 95.2 % 22.8"
prints "no node holds it"

# All of them for the hours they ran: 20 x 0.116134 + 10 x 0.012804 + 0.051216 = 2.501936 on nodes,
# 20 x 0.120965 + 10 x 0.014565 + 0.053815 = 2.618765 on Fargate: 95.5 %, and 22.9 hours of 24.
prints "packed below 95.5 %"
prints "less than 22.9 hours a day"

# The nodes give 4 x (9 x 3.92 + 14162 / 1024) = 4 x 49.1102 = 196.44 units. Requested are 2 x (9 + 8)
# + (2.25 + 0.5) + (0.9 + 0.125) and the DaemonSet's 4 x 1.025: 41.875, 21.3 %.
prints "The nodes of this scenario are packed at 21.3 %."

# A month is 73 times ten hours: web on Fargate 20 x 0.120965 x 73 = 176.61, at the margin on EC2
# 20 x 0.116134 x 73 = 169.56. The job is on Fargate: 0.053815 x 73 = 3.93 in both.
is "web's month on Fargate and on EC2" "176.61 169.56" \
    "$(awk '$1 == "web/web" {print $5, $6}' "$out")"
is "the job's month is what it costs here" "3.93 3.93" \
    "$(awk '$1 == "batch/job" {print $4, $5}' "$out")"
is "what no node holds has no price there" "-" "$(awk '$1 == "batch/huge" {print $6}' "$out")"
is "what Fargate does not run has no price there" "-" \
    "$(awk '$1 == "web/agent" {print $5}' "$out")"
is "what runs on every node has no price either" "0.00 - -" \
    "$(awk '$1 == "web/logs" {print $4, $5, $6}' "$out")"
prints "web/agent: 1 of 1 pods cannot run on Fargate: Pod not supported on Fargate: invalid"
prints "web/logs: 1 of 1 pods cannot run on Fargate: a DaemonSet runs on every node"
prints "web/<b>train</b>: 1 of 1 pods cannot run on Fargate"
is "lines of more than 100 columns" 0 "$(awk 'length($0) > 100' "$out" | wc -l)"

# 256 MiB less make 1 vCPU and 8 GB of it, 0.04048 + 8 x 0.004445 = 0.07604: 0.044925 less, and for
# two pods a month 0.044925 x 2 x 730 = 65.59. 250m and 512 MiB less 256 MiB are 0.25 and 0.5 GB:
# 0.01012 + 0.0022225 = 0.0123425.
row "1 8Gi 0.120965 memory by 256Mi to 7.75Gi 1 / 8 0.076040 0.044925 65.59"
row "250m 512Mi 0.014565 memory by 256Mi to 256Mi 0.25 / 0.5 0.012342 0.002222 1.62"
# 1 vCPU and 2 GiB on half a vCPU: 0.02024 + 3 x 0.004445 = 0.033575, 0.02024 less; it ran a tenth
# of the time: 0.02024 x 730 / 10 = 1.48.
row "1 2Gi 0.053815 vCPU by 500m to 500m 0.5 / 3 0.033575 0.020240 1.48"

# Without nodes of its own the scenario is weighed against those of the study, in its region.
exits 0 "$fargauge" breakeven study.yaml --scenario all-fargate --format json
prints '"instance_type": "m5.xlarge"'
prints '"break_even_packing": 0.960059654'
prints '"packing": null'
exits 0 "$fargauge" breakeven study.yaml --scenario elsewhere --format json
is "types of another region" 0 "$(grep -c m5.xlarge "$out")"
prints '"instance_type": "c5.large"'

# Prices are those agreed with AWS: half of Fargate's for nine tenths of the nodes'. 0.120965 / 2
# is 0.0604825; (0.9 x 0.192 + 0.008767) x 0.57845 = 0.105027, volumes have no discount: more.
sed 's/^cluster:/pricing: {discounts: {fargate: 50%, ec2: 10%}}\ncluster:/' study.yaml >agreed.yaml
exits 0 "$fargauge" breakeven agreed.yaml
row "1 8Gi 20.0 2 / 9 0.060482 m5.xlarge memory 0.105027 173.6 % always"
prints "Fargate is cheaper for all pods together, however full the nodes are."

# ---- files ----

exits 0 "$fargauge" breakeven study.yaml --format csv -o tables
is "files" "breakeven_request.csv breakeven_trim.csv breakeven_workload.csv" \
    "$(cd tables && echo *)"
is "a request" \
    "1000,8,0,amd64,2,20,2,9,0.120965,m5.xlarge,on-demand,memory,0.116133616,0.960059654,23.041431687" \
    "$(grep ^1000,8, tables/breakeven_request.csv)"
is "its trim" "1000,8,2,9,memory,1000,7.75,1,8,0.044925,65.5905" \
    "$(grep ^1000,8, tables/breakeven_trim.csv)"
is "a workload" "web,web,2,20" "$(grep ^web,web tables/breakeven_workload.csv | cut -d, -f1-4)"

exits 0 "$fargauge" breakeven study.yaml --format html -o page.html
is "the page says it" 1 "$(grep -c 'Fargate is cheaper while nodes are packed below 95.5 %' page.html)"
is "charts" 2 "$(grep -c '<canvas' page.html)"
is "addresses that are loaded" 0 "$(grep -Ec '(src|href)="?http' page.html)"
is "names are text" 0 "$(grep -c '<b>train' page.html)"

# ---- faults ----

exits 2 "$fargauge" breakeven study.yaml --scenario grups
says "the study has no scenario 'grups'; it has 'groups' and others"
exits 2 "$fargauge" breakeven study.yaml --format csv
says "--format csv writes several files; expected a folder for them: -o DIR"
exits 2 "$fargauge" breakeven study.yaml --format focus
says "--format is 'focus'; expected text, csv, json or html"
exits 1 "$fargauge" breakeven study.yaml -o no/such/folder
finish
