#!/usr/bin/env bash
# fargauge generate: a load model becomes a trace.
. "$(dirname "$0")/../case.sh"

cat >model.yaml <<'END'
model: small
seed: 7
start: 2026-03-02T00:00:00Z
duration: 2d
loads:
  - name: web
    namespace: shop
    labels: {app: web, tier: front}
    cpu: 500m
    memory: 1Gi
    service: {low: 2, peak: 6, peakAt: "14:00"}
  - name: nightly
    cpu: 1
    memory: 2Gi
    ttl: 1m
    cron: {schedule: "0 2 * * *", parallelism: 2, duration: 10m}
  - name: job
    batch:
      poisson: {perHour: 20}
      duration: {lognormal: {median: 5m, sigma: 0.8}}
END

exits 0 "$fargauge" generate model.yaml
cp "$out" first.csv
says ' web'
says '4 nightly'
says 'kinds, seed 7'
is 'the header has the columns that are used' \
    'arrival_s,duration_s,end_s,pod,namespace,workload,kind,cpu,memory,labels,ttl_s' \
    "$(head -n 1 first.csv)"
is 'a replica that lives at the start' \
    '0,,,web-1,shop,web,Deployment,500m,1Gi,app=web;tier=front,0' "$(sed -n 2p first.csv)"
is 'the nightly runs' \
    '7200,600,,nightly-1,default,nightly,CronJob,1,2Gi,,60
7200,600,,nightly-2,default,nightly,CronJob,1,2Gi,,60
93600,600,,nightly-3,default,nightly,CronJob,1,2Gi,,60
93600,600,,nightly-4,default,nightly,CronJob,1,2Gi,,60' "$(grep nightly first.csv)"
is 'rows are sorted by arrival' "$(tail -n +2 first.csv | cut -d, -f1)" \
    "$(tail -n +2 first.csv | cut -d, -f1 | sort -n)"

exits 0 "$fargauge" generate model.yaml -o again.csv
is 'with -o nothing is printed' '' "$(cat "$out")"
is 'the same model and seed give the same bytes' "$(cksum <first.csv)" "$(cksum <again.csv)"
exits 0 "$fargauge" generate model.yaml --seed 8 -o other.csv --quiet
is 'quiet is quiet' '' "$(cat "$err")"
is 'another seed gives other pods' yes "$(cmp -s first.csv other.csv || echo yes)"
exits 0 "$fargauge" import first.csv -o imported.csv
is 'import reads it and writes it the same' "$(cksum <first.csv)" "$(cksum <imported.csv)"

# A load more leaves the pods of the others as they are, wherever it stands.
sed 's/^loads:/&\n  - {name: cache, service: {low: 1, peak: 3}}/' model.yaml >more.yaml
exits 0 "$fargauge" generate more.yaml -o more.csv
is 'the pods of the other loads are the same' "$(cut -d, -f1-10 first.csv | cksum)" \
    "$(grep -v cache more.csv | cut -d, -f1-10 | cksum)"

sed 's/0 2 \* \* \*/0 2 * * 7/' model.yaml >weekday.yaml
exits 2 "$fargauge" generate weekday.yaml -o first.csv
says "weekday.yaml:16:"
says "cron field 'day of week' is '7'; expected 0 to 6 or SUN to SAT"
is 'a fault leaves the earlier file' "$(cksum <again.csv)" "$(cksum <first.csv)"
sed 's/perHour: 20/perHour: -20/' model.yaml >rate.yaml
exits 2 "$fargauge" generate rate.yaml
says "rate.yaml:19:"
says "perHour is '-20'; expected a number, not negative"
is 'a fault prints no rows' '' "$(cat "$out")"
sed 's/lognormal/lognorml/' model.yaml >key.yaml
exits 2 "$fargauge" generate key.yaml
says "unknown key 'lognorml' in a distribution; did you mean 'lognormal'?"
exits 1 "$fargauge" generate missing.yaml
says 'missing.yaml'
exits 2 "$fargauge" generate
exits 2 "$fargauge" generate model.yaml --seed none
says "--seed is 'none'; expected a number from 1"
exits 1 "$fargauge" generate model.yaml -o nowhere/trace.csv
says 'cannot write nowhere/trace.csv: No such file or directory'
exits 1 "$fargauge" generate model.yaml -o /dev/full
says 'cannot be written'

exits 0 "$fargauge" generate "$root/data/studies/demo-load.yaml" -o demo.csv
pods=$(($(wc -l <demo.csv) - 1))
is 'the demo has 50 to 150 thousand pods' yes \
    "$([ "$pods" -ge 50000 ] && [ "$pods" -le 150000 ] && echo yes)"
finish
