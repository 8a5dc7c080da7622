#!/usr/bin/env bash
# Bad input ends with one clear message on standard error that names file, line, value and what was
# expected, with exit 2 (1 for the machine's faults), with nothing on standard output, and with
# the earlier database as it was.
. "$(dirname "$0")/../case.sh"

cat >good.yaml <<'EOF'
study: good
region: us-east-1
duration: 1h
trace: {file: good.csv}
cluster:
  fargateProfiles:
    - {name: fp, selectors: [{namespace: default}]}
scenarios:
  - name: a
EOF
cat >good.csv <<'EOF'
arrival_s,duration_s,pod,cpu,memory
0,60,p-1,250m,512Mi
EOF
exits 0 "$fargauge" run good.yaml --quiet
dump=$(sqlite3 results.db .dump)

# The command fails with this status and says this, in one line, and that is all.
refuses() { # status text command...
    local status=$1 text=$2
    shift 2
    exits "$status" "$fargauge" "$@"
    says "$text"
    is "one message and no output" "1 0" "$(grep -c . "$err") $(wc -c <"$out")"
}
# A study that is run into the earlier database.
refuses_run() { # status text study
    refuses "$@" run "$3"
}
# The same with a file changed by sed from the good one.
bad_study() { # sed-script text
    sed "$1" good.yaml >bad.yaml
    refuses 2 "$2" run bad.yaml
}
bad_trace() { # text, trace on standard input
    cat >bad.csv
    sed 's/good.csv/bad.csv/' good.yaml >bad.yaml
    refuses 2 "$1" run bad.yaml
}

# ---- traces ----
for i in {1..2000}; do echo "$i,60,p-$i,250m,512Mi"; done | cat good.csv - | gzip >whole.csv.gz
head -c 3000 whole.csv.gz >cut.csv.gz
bad_study 's/good.csv/cut.csv.gz/' 'cut.csv.gz: the gzip data ends after 3000 bytes of packed data: the file is cut off; expected a whole .gz file'
{ head -c -8 whole.csv.gz; printf 'checksum'; } >damaged.csv.gz
bad_study 's/good.csv/damaged.csv.gz/' 'damaged.csv.gz: the gzip data is damaged'
bad_trace "bad.csv:1: column 'arrival_s' is missing; expected it, or 'start'" <<'EOF'
duration_s,pod,cpu
60,p-1,250m
EOF
bad_trace "bad.csv:1:3: unknown column 'memori'; did you mean 'memory'?" <<'EOF'
arrival_s,duration_s,memori
0,60,1Gi
EOF
bad_trace "bad.csv:1:3: column 'duration_s' stands twice" <<'EOF'
arrival_s,duration_s,duration_s
0,60,60
EOF
bad_trace "bad.csv:3:2: column 'duration_s' is '-60'; expected whole seconds" <<'EOF'
arrival_s,duration_s,pod
0,60,p-1
5,-60,p-2
EOF
bad_trace "bad.csv:2: the row has no arrival; expected 'arrival_s' or 'start' to be set" <<'EOF'
arrival_s,duration_s
,60
EOF
bad_trace "bad.csv:3:4: column 'memory': quantity '1GB' has an unknown suffix 'GB'; expected a number with a suffix such as m, k, M, G, Ki, Mi, Gi" <<'EOF'
arrival_s,duration_s,pod,memory
0,60,p-1,1Gi
0,60,p-2,1GB
EOF
bad_trace "bad.csv:2: the row has 4 cells; expected 3 as in the header" <<'EOF'
arrival_s,duration_s,pod
0,60,p-1,more
EOF
bad_trace "bad.csv:3: the quoting is broken; expected CSV as in RFC 4180" <<'EOF'
arrival_s,duration_s,pod
0,60,p-1
0,60,"p-2
EOF
bad_trace "bad.csv:1: the file has no header; expected a row of columns" </dev/null
bad_trace "bad.csv:2:3: column 'kind'" <<'EOF'
arrival_s,duration_s,kind
0,60,Deploiment
EOF
refuses 1 'missing.csv cannot be read: No such file or directory' import missing.csv
refuses 2 "good.csv:1:" import --format openb good.csv

# ---- studies ----
bad_study 's/^region: .*/region: us-est-1/' "bad.yaml:2:9: unknown region 'us-est-1'; did you mean 'us-east-1'?"
bad_study 's/^duration/durration/' "bad.yaml:3:1: unknown key 'durration' in the study; did you mean 'duration'?"
bad_study 's/duration: 1h/duration: -1h/' "bad.yaml:3:11: duration: "
bad_study 's/\[{namespace: default}\]/[{namespace: a}, {namespace: b}, {namespace: c}, {namespace: d}, {namespace: e}, {namespace: f}]/' \
    "bad.yaml:7:7: Fargate profile 'fp' has 6 selectors; expected 1 to 5"
bad_study 's/{namespace: default}/{labels: {app: web}}/' "bad.yaml:7:7: selector 1 of Fargate profile 'fp' has no namespace"
bad_study 's/fargateProfiles:/files:/' "bad.yaml:6:3: 'files' in cluster is not supported by this version of fargauge"
bad_study 's/fargateProfiles:/nodePools:/' "bad.yaml:7:8: unknown key 'name' in a node pool; expected one of apiVersion, kind, metadata, spec, status"
bad_study '$a\    cluster: {fargateProfiles: {name: x}}' \
    'bad.yaml:10:32: fargateProfiles is a map, over a list of line 7; expected a list'
bad_study '$a\    cluster: [x]' 'bad.yaml:10:14: cluster is a list, over a map of line 6; expected a map'
bad_study '$a\    cluster: {managedNodeGroups: [{name: ng, instanceType: m5.lrge}]}' \
    "bad.yaml:10:60: unknown instance type 'm5.lrge'; did you mean 'm5.large'?"
bad_study 's/^region: .*/region: us-west-1/; $a\    cluster: {managedNodeGroups: [{name: ng, instanceType: p4d.24xlarge}]}' \
    "bad.yaml:10:60: no price of 'p4d.24xlarge' is known in region us-west-1"
bad_study '$a\    cluster: {fargate: {vcpuQuota: 1GB}}' "bad.yaml:10:36: vcpuQuota: quantity '1GB' has an unknown suffix 'GB'"
bad_study '$a\sweep: [{path: "cluster.managedNodeGroups[0].maxSize", values: [1]}]' \
    "bad.yaml:10:65: the path 'cluster.managedNodeGroups[0].maxSize' leads nowhere: at 'cluster.managedNodeGroups' is nothing; expected a list"
bad_study '$a\sweep: [{path: "cluster.fargateProfiles[1].name", values: [x]}]' \
    "the path 'cluster.fargateProfiles[1].name' leads nowhere: at 'cluster.fargateProfiles' is a list; expected an index from 0 to 0 in brackets"
bad_study '$a\sweep: [{path: trace.scal, values: [1]}]' "bad.yaml:10:37: unknown key 'scal' in trace; did you mean 'scale'?"
bad_study '$a\  - name: a' "bad.yaml:10:5: the scenario 'a' is there twice; expected each name once"
bad_study '3a\region: eu-west-1' "bad.yaml:4:1: the key 'region' stands twice in one map"
bad_study '$a\---\nstudy: more' 'bad.yaml:10: another YAML document begins here; expected one in a file'
bad_study '9s/.*/  - [/' 'bad.yaml:10:1: is not YAML: '
printf 'study: a\nregion: \xff\n' >bytes.yaml
refuses 2 'bytes.yaml:2:9: the byte 0xff is no text; expected YAML in UTF-8' run bytes.yaml
: >empty.yaml
refuses 2 'empty.yaml: holds nothing; expected YAML' run empty.yaml
refuses 1 'missing.yaml cannot be read: No such file or directory' run missing.yaml
refuses 1 'cannot be read: Is a directory' run .
{
    echo 'a0: &a0 [x, x, x, x, x, x, x, x, x, x]'
    for i in {1..9}; do
        p="*a$((i - 1))"
        echo "a$i: &a$i [$p, $p, $p, $p, $p, $p, $p, $p, $p, $p]"
    done
} >bomb.yaml
refuses 2 'bomb.yaml:7:9: more values than fargauge reads from one document' run bomb.yaml

# Nothing ends, and no duration says when to stop.
sed 's/^duration.*//; s/good.csv/endless.csv/' good.yaml >endless.yaml
printf 'arrival_s,pod,cpu,memory\n0,p-1,250m,512Mi\n' >endless.csv
refuses 2 duration run endless.yaml

# check says every fault, each once.
sed 's/^region: .*/region: us-est-1/; s/^duration/durration/; $a\  - name: b\n  - name: c' good.yaml >two.yaml
exits 2 "$fargauge" check two.yaml
says "two.yaml:2:9: unknown region 'us-est-1'"
says "two.yaml:3:1: unknown key 'durration'"
is "two faults, no output" "2 0" "$(grep -c . "$err") $(wc -c <"$out")"

# ---- databases ----
refuses 1 'database good.csv/x.db cannot be opened for writing: unable to open database file' run good.yaml -o good.csv/x.db
refuses 1 'database nowhere/x.db cannot be opened for writing' run good.yaml -o nowhere/x.db
mkdir folder
refuses 1 'database folder cannot be opened for writing' run good.yaml -o folder
refuses 2 "--output is ''; expected the name of a file" run good.yaml -o ''
sqlite3 foreign.db 'CREATE TABLE t(a); INSERT INTO t VALUES(1)'
cp foreign.db before.db
refuses 2 'foreign.db is not a database of fargauge; expected one, an empty file or a new name' run good.yaml -o foreign.db
refuses 2 'foreign.db is not a database of fargauge' run good.yaml -o foreign.db --fresh
refuses 2 'foreign.db is not a database of fargauge' report foreign.db
is "another program's database stays byte for byte" "" "$(cmp foreign.db before.db 2>&1)$(ls foreign.db-* 2>/dev/null)"
sqlite3 marked.db 'PRAGMA application_id = 7'
refuses 2 'marked.db is not a database of fargauge' run good.yaml -o marked.db
cp good.yaml text.db
refuses 2 'text.db is not a database of fargauge' run good.yaml -o text.db
is "a text file stays as it was" "" "$(cmp good.yaml text.db 2>&1)"
sed 's/^study: .*/study: another/' good.yaml >another.yaml
refuses 2 "results.db holds study 'good', not 'another'; use another file or --fresh" run another.yaml
cp results.db newer.db
sqlite3 newer.db 'PRAGMA user_version = 99'
refuses 2 'newer.db has schema version 99; this program writes version' run good.yaml -o newer.db
refuses 1 'database missing.db cannot be read' report missing.db
: >empty.db
refuses 2 'empty.db is empty: no study has been run into it' report empty.db
refuses 2 "--baseline 'z' is not a scenario of study 'good'; expected one of 'a'" report results.db --baseline z
refuses 2 "--format is 'xml'; expected text, csv, html, json or focus" report results.db --format xml

# ---- the command line ----
exits 2 "$fargauge"
is "help, and not on standard output" "0" "$(wc -c <"$out")"
says 'fargauge run'
refuses 2 "unknown command 'rnu'; expected one of those that 'fargauge --help' lists" rnu
refuses 2 "unknown command 'reports'; did you mean 'report'?" reports
refuses 2 "--controller is missing; expected kube-scheduler" decide x
refuses 2 "'fargauge run' takes STUDY; see 'fargauge run --help'" run
refuses 2 "'fargauge run' takes STUDY; see 'fargauge run --help'" run good.yaml good.yaml
refuses 2 "'fargauge import' takes INPUT..." import
refuses 2 "unknown option '--job'; did you mean '--jobs'?" run good.yaml --job 2
refuses 2 "unknown option '-x'; expected one of those that 'fargauge run --help' lists" run good.yaml -x
refuses 2 "--fail-over is 'x'; expected dollars a month" run good.yaml --fail-over x
for jobs in 0 -1 x 1.5 99999999999999999999; do
    refuses 2 "--jobs is '$jobs'; expected a number from 1 to 1024" run good.yaml --jobs "$jobs"
done
refuses 2 '--output needs a value: FILE' run good.yaml -o
refuses 2 '--quiet takes no value' run good.yaml --quiet=yes
refuses 2 "--ledger is 'week'; expected hour, day or total" run good.yaml --ledger week
refuses 2 "--format is 'html'; expected text or json" run good.yaml --format html
refuses 1 'nowhere/instance_types.csv cannot be read' run good.yaml --catalog nowhere
refuses 2 '--pod NAME is missing' explain good.yaml
refuses 2 "the trace has no pod 'p-2'; it has for example 'p-1'" explain good.yaml --pod p-2
refuses 2 "the study has no scenario 'b'; it has 'a'" explain good.yaml --pod p-1 --scenario b
refuses 2 "unknown instance type 'm5.lrge'; did you mean 'm5.large'?" node m5.lrge
refuses 2 "unknown region 'us-est-1'; did you mean 'us-east-1'?" node m5.large --region us-est-1
refuses 2 "no price of 'p4d.24xlarge' is known in region us-west-1" node p4d.24xlarge --region us-west-1
refuses 2 "quantity '1GB' has an unknown suffix 'GB'" size --memory 1GB
refuses 2 "--profiles FILE is missing" match --namespace x
refuses 2 "--labels has 'a'; expected key=value,key=value" match --profiles good.yaml --labels a
refuses 2 "--labels names a key twice; expected each once" match --profiles good.yaml --labels a=1,a=2
refuses 1 'missing.yaml cannot be read' match --profiles missing.yaml
refuses 2 "trace format 'xls' is not known; expected csv, openb or gaia" import good.csv --format xls
refuses 2 "'yesterday' is not an instant" import good.csv --start yesterday
refuses 1 'missing.yaml cannot be read' generate missing.yaml

is "the earlier database is as it was" "$dump" "$(sqlite3 results.db .dump)"
is "and no file is left beside it" "results.db" "$(echo results.db*)"
finish
