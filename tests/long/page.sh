#!/usr/bin/env bash
# The HTML report in a real browser: no console error, totals as in the database, names as text.
source "$(dirname "$0")/../case.sh"

evil='<script>alert(1)</script>'
cat >study.yaml <<STUDY
study: page
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3d
trace: {file: pods.csv}
scenarios:
  - name: all-fargate
    cluster: {fargateProfiles: [{name: all, selectors: [{namespace: "*"}]}]}
  - name: "all-ec2 $evil"
    cluster: {managedNodeGroups: [{name: ng-1, instanceType: m5.large, desiredCapacity: 2}]}
  - name: nothing
STUDY
cat >pods.csv <<PODS
pod,namespace,workload,arrival_s,duration_s,cpu,memory
web-1,shop,web,0,200000,500m,1Gi
web-2,shop,web,3600,200000,500m,1Gi
job-1,$evil,"a ""b"" & '$evil'",7200,5400,250m,512Mi
PODS

browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome)
browse() { # url: the page after its script ran, into dom; what the browser says, into log
    timeout 120 "$browser" --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
        --disable-background-networking --disable-component-update --disable-sync \
        --disable-dev-shm-usage --allow-file-access-from-files --enable-logging=stderr \
        --user-data-dir="$work/browser" --virtual-time-budget=5000 --dump-dom "$1" >dom 2>log
}

exits 0 "$fargauge" run study.yaml -o study.db --quiet
exits 0 "$fargauge" report study.db --format html -o page.html
[ -n "$browser" ]
verdict $? "a browser is installed"
exits 0 browse "file://$work/page.html"
is "the console is silent" "" "$(grep CONSOLE log)"
is "the script came to its end" 1 "$(grep -c '<body[^>]*data-ready="yes"' dom)"
is "the title is the study" 1 "$(grep -c '<title>page - fargauge</title>' dom)"
is "charts are drawn" 1 "$(grep -c '<canvas id="cost"[^>]* width="[1-9]' dom)"
# The scenario shown first has no nodes: their charts are away.
is "without nodes there is no chart of them" 2 \
    "$(grep -cE '<figure id="f-(cpu|memory)" hidden=' dom)"

# Each scenario's total, exactly, once in the table of costs and once in that of capacity.
query study.db "SELECT sum(nano_usd) FROM scenario_cost GROUP BY scenario" | sort >expected
grep -oE 'data-total-usd="[0-9.]+"' dom | cut -d'"' -f2 | sort -u |
    awk -F. '{printf "%d%s\n", $1, substr($2 "000000000", 1, 9)}' | sed 's/^0*//' | sort >found
is "the page's totals are the database's" "$(cat expected)" "$(cat found)"

# The first scenario's namespaces, as the script wrote them, in cents.
cheapest=$(query study.db "SELECT scenario FROM pod_outcome GROUP BY scenario
    HAVING max(outcome IN ('pending', 'deleted-pending')) = 0 ORDER BY
    (SELECT sum(nano_usd) FROM scenario_cost c WHERE c.scenario = pod_outcome.scenario) LIMIT 1")
shop=$(query study.db "SELECT printf('%.2f', sum(nano_usd) / 1e9) FROM hourly_cost
    WHERE namespace = 'shop' AND scenario = '${cheapest//\'/\'\'}'")
grep -oE '>shop</th>(<td[^>]*>[0-9.]+</td>)+' dom | head -n 1 | grep -qF ">$shop</td>"
verdict $? "the script's table has $shop USD for namespace shop of $cheapest"

is "no name became an element" 0 "$(grep -c '<script>alert' dom)"
grep -qF '&lt;script&gt;alert(1)&lt;/script&gt;</th>' dom
verdict $? "the namespace's name is text in the script's table"
grep -qF 'all-ec2 &lt;script&gt;alert(1)&lt;/script&gt;</option>' dom
verdict $? "the scenario's name is text in the list"
is "nothing is loaded" 0 "$(sed '/<script>/,/<\/script>/d' page.html | grep -cE '(src|href)=')"

# A fleet in two zones: 1 vCPU on each node, of 1.93, when a pod comes that needs 1.5 and waits for a
# third node. Its charts, and what is said of it.
cat >zones.yaml <<STUDY
study: zones
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: zones.csv}
cluster: {clusterAutoscaler: {enabled: true}}
scenarios:
  - name: two-zones
    cluster:
      managedNodeGroups:
        - {name: ng, instanceType: m5.large, minSize: 2, maxSize: 3, availabilityZones: [us-east-1a, us-east-1b]}
STUDY
cat >zones.csv <<PODS
pod,namespace,workload,kind,arrival_s,cpu,memory,replicas
web,shop,web,Deployment,0,1,1Gi,2
late,shop,late,Deployment,3600,1500m,1Gi,1
PODS
exits 0 "$fargauge" run zones.yaml -o zones.db --quiet
exits 0 "$fargauge" report zones.db --format html -o zones.html
exits 0 browse "file://$work/zones.html"
is "its console is silent" "" "$(grep CONSOLE log)"
for chart in nodes pods cpu memory waiting wait; do
    is "the chart '$chart' is drawn" 1 \
        "$(grep -c "<canvas id=\"$chart\"[^>]* width=\"[1-9]" dom)"
    is "the chart '$chart' is shown" 0 "$(grep -c "<figure id=\"f-$chart\" hidden" dom)"
done
is "the page has its disruptions" 1 "$(grep -c 'id="table-disruptions"' dom)"
is "the page has its zones" 1 "$(grep -c 'id="table-zones"' dom)"
wait_s=$(query zones.db "SELECT max(oldest_wait_s) FROM hourly_wait")
grep -qF "\"longest_wait_s\": $wait_s," <("$fargauge" report zones.db --format json)
verdict $? "the longest wait, $wait_s s, is the view's"

# Who bears the cost: another dimension is chosen, as a reader does, and its names add up.
cat >teams.yaml <<STUDY
study: teams
region: us-east-1
start: 2026-03-02T00:00:00Z
duration: 3h
trace: {file: teams.csv}
pricing: {allocation: {shared: even, by: ["label:team", workload]}}
scenarios:
  - name: nodes
    cluster: {managedNodeGroups: [{name: ng, instanceType: m5.large, desiredCapacity: 2}]}
STUDY
cat >teams.csv <<PODS
pod,namespace,workload,kind,arrival_s,cpu,memory,labels
web,shop,web,Deployment,0,1,1Gi,team=$evil
late,shop,late,Deployment,0,500m,1Gi,
PODS
exits 0 "$fargauge" run teams.yaml -o teams.db --quiet
exits 0 "$fargauge" report teams.db --format html -o teams.html
exits 0 browse "file://$work/teams.html"
is "its console is silent" "" "$(grep CONSOLE log)"
grep -qF '<option value="label team">label team</option><option value="workload">workload</option>' dom
verdict $? "the dimensions can be chosen"
grep -qF 'In USD, shared cost spread evenly.' dom
verdict $? "the page says how shared cost is spread"
is "a team's name is text" 1 "$(grep -oF '&lt;script&gt;alert(1)&lt;/script&gt;</th>' dom | wc -l)"
sed 's#</body>#<script>const by = document.getElementById("dimension"); by.value = "workload"; by.dispatchEvent(new Event("change"));</script></body>#' \
    teams.html >chosen.html
exits 0 browse "file://$work/chosen.html"
is "its console is silent" "" "$(grep CONSOLE log)"
"$fargauge" report teams.db --format csv -o teams-csv
for workload in shop/web shop/late; do
    usd=$(awk -F, -v w="$workload" '$3 == "workload" && $4 == w {printf "%.2f", $7}' teams-csv/allocation.csv)
    grep -qE ">$workload</th>(<td[^>]*>[0-9.]+</td>)+" dom &&
        grep -oE ">$workload</th>(<td[^>]*>[0-9.]+</td>)+" dom | grep -qF ">$usd</td>"
    verdict $? "chosen by workload, $workload bears $usd USD"
done

# On a phone the pages are no wider than the screen.
for page in page zones teams; do
    sed "s/PAGE/$page.html/" >phone.html <<'PHONE'
<iframe id="page" src="PAGE" style="width:375px;height:800px;border:0"></iframe><p id="width"></p>
<script>
document.getElementById("page").onload = (event) => {
  const root = event.target.contentDocument.documentElement;
  document.getElementById("width").textContent = `${root.scrollWidth} of ${root.clientWidth}`;
};
</script>
PHONE
    exits 0 browse "file://$work/phone.html"
    width=$(sed -n 's/.*<p id="width">\([^<]*\)<.*/\1/p' dom)
    is "the $page does not scroll sideways at 375 px ($width)" "${width#* of }" "${width% of *}"
    [ "${width#* of }" -gt 300 ] 2>/dev/null
    verdict $? "the phone's screen was measured"
done
finish
