#!/usr/bin/env bash
# A bill larger than the memory it may take: 600 MB through a pipe, within 200 MB of addresses.
. "$(dirname "$0")/../case.sh"
export LC_ALL=C.UTF-8

cat >pods.csv <<'END'
arrival_s,duration_s,cpu,memory,namespace,workload
0,86400,250m,512Mi,shop,web
END
cat >study.yaml <<'END'
study: shop
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 1d
trace: {file: pods.csv}
cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 1}]}
scenarios: [{name: now}]
END
exits 0 "$fargauge" run study.yaml -o r.db --quiet

# 1,200,000 lines of 24 hours, each of 0.001 node-hours at 0.096 an hour: 1,200 node-hours for
# 115.20 USD; of 24 the replay has 2.304 USD. Each line is some 500 bytes long.
mkfifo bill.csv
awk 'BEGIN {
    print "lineItem/LineItemType,lineItem/UsageStartDate,lineItem/UsageEndDate,lineItem/ProductCode,lineItem/UsageType,lineItem/UsageAmount,lineItem/UnblendedCost,lineItem/ResourceId"
    for (i = 0; i < 380; i++) pad = pad "x"
    for (i = 0; i < 1200000; i++) {
        hour = i % 24
        printf "Usage,2026-03-02T%02d:00:00Z,2026-03-0%dT%02d:00:00Z,AmazonEC2,BoxUsage:m5.large,0.001,0.000096,i-%s%017d\n",
            hour, hour == 23 ? 3 : 2, (hour + 1) % 24, pad, i
    }
}' >bill.csv &
in_little() { (
    ulimit -v 200000
    exec "$fargauge" compare r.db --bill bill.csv --format csv -o out.csv
); }
exits 0 in_little
wait
is "all lines" "1200,24,115.2,115.2,115.2,2.304,112.896" \
    "$(grep ,ec2-on-demand,m5.large out.csv | cut -d, -f8-11,13-15)"
finish
