#!/usr/bin/env bash
# Price lists of several gigabytes go through a pipe in less than 100 MB of memory: 2 GB as CSV, 2 GB
# as JSON, most of it of no use, as in AWS's own lists.
. "$(dirname "$0")/../case.sh"

# What the program may allocate: 90 MB, so that with its code and libraries it stays under 100.
data_limit_kib=$((90 * 1024))
gigabytes=2
types=$(sed -n 's/^\(m5\.[^,]*\),us-east-1,\([0-9.]*\),.*/\1 \2/p' "$root/data/catalog/ec2_prices.csv" | head -n 8 | nl -w 1 -s ' ')

# ---- what the lists are made of ----
csv_header='SKU,OfferTermCode,RateCode,TermType,PriceDescription,EffectiveDate,StartingRange,EndingRange,Unit,PricePerUnit,Currency,RelatedTo,LeaseContractLength,PurchaseOption,OfferingClass,Product Family,serviceCode,Location,Location Type,Instance Type,Current Generation,Instance Family,vCPU,Physical Processor,Clock Speed,Memory,Storage,Network Performance,Processor Architecture,Tenancy,Operating System,License Model,usageType,operation,CapacityStatus,MarketOption,Pre Installed S/W,Region Code,serviceName'
csv_row() { # sku type system operation price
    printf '"%s","JRTCKXETXF","%s.JRTCKXETXF.6YS6EN2CT7","OnDemand","$%s per On Demand %s %s Instance Hour","2026-11-01","0","Inf","Hrs","%s","USD",,,,,"Compute Instance","AmazonEC2","US East (N. Virginia)","AWS Region","%s","Yes","General purpose","4","Intel Xeon 8375C (Ice Lake)","3.5 GHz","16 GiB","EBS only","Up to 12500 Megabit","64-bit","Shared","%s","No License required","BoxUsage:%s","%s","Used","OnDemand","NA","us-east-1","Amazon Elastic Compute Cloud"\n' \
        "$1" "$1" "$5" "$3" "$2" "$5" "$2" "$3" "$2" "$4"
}
json_product() { # sku type system operation
    printf '    "%s" : {\n      "sku" : "%s",\n      "productFamily" : "Compute Instance",\n      "attributes" : {\n        "servicecode" : "AmazonEC2",\n        "location" : "US East (N. Virginia)",\n        "locationType" : "AWS Region",\n        "instanceType" : "%s",\n        "currentGeneration" : "Yes",\n        "vcpu" : "4",\n        "physicalProcessor" : "Intel Xeon 8375C (Ice Lake)",\n        "memory" : "16 GiB",\n        "tenancy" : "Shared",\n        "operatingSystem" : "%s",\n        "licenseModel" : "No License required",\n        "usagetype" : "BoxUsage:%s",\n        "operation" : "%s",\n        "capacitystatus" : "Used",\n        "preInstalledSw" : "NA",\n        "regionCode" : "us-east-1"\n      }\n    },\n' \
        "$1" "$1" "$2" "$3" "$2" "$4"
}
json_term() { # sku price
    printf '      "%s" : {\n        "%s.JRTCKXETXF" : {\n          "offerTermCode" : "JRTCKXETXF",\n          "sku" : "%s",\n          "effectiveDate" : "2026-11-01T00:00:00Z",\n          "priceDimensions" : {\n            "%s.JRTCKXETXF.6YS6EN2CT7" : {\n              "description" : "an hour",\n              "beginRange" : "0",\n              "endRange" : "Inf",\n              "unit" : "Hrs",\n              "pricePerUnit" : {\n                "USD" : "%s"\n              },\n              "appliesTo" : [ ]\n            }\n          },\n          "termAttributes" : { }\n        }\n      },\n' \
        "$1" "$1" "$1" "$1" "$2"
}
# A block of at least a megabyte that is of no use: Windows.
fill_block() { # file, command of one entry
    local file=$1 i
    shift
    for i in $(seq 1 300); do "$@" "W$i"; done >"$file.part"
    while [ "$(wc -c <"$file.part")" -lt 1000000 ]; do
        cat "$file.part" "$file.part" >"$file.more" && mv "$file.more" "$file.part"
    done
    mv "$file.part" "$file"
}
windows_row() { csv_row "$1" m6i.large Windows RunInstances:0002 9.9; }
windows_product() { json_product "$1" m6i.large Windows RunInstances:0002; }
windows_term() { json_term "$1" 9.9; }
fill_block rows.block windows_row
fill_block products.block windows_product
fill_block terms.block windows_term
# So many tenths of a list, of a block.
repeat() { # block, tenths
    local count=$((gigabytes * 100000000 * $2 / $(wc -c <"$1"))) i
    for ((i = 0; i < count; i++)); do cat "$1"; done
}

csv_list() {
    printf '"FormatVersion","v1.0"\n"Disclaimer","made up"\n"Publication Date","2026-11-02T10:00:00Z"\n"Version","20261102"\n"OfferCode","AmazonEC2"\n%s\n' "$csv_header"
    repeat rows.block 5
    while read -r sku type price; do csv_row "L$sku" "$type" Linux RunInstances "$price"; done <<<"$types"
    csv_row LX m6i.16xlarge Linux RunInstances 1.2345000000
    repeat rows.block 5
}
json_list() {
    printf '{\n  "formatVersion" : "v1.0",\n  "offerCode" : "AmazonEC2",\n  "version" : "20261102",\n  "publicationDate" : "2026-11-02T10:00:00Z",\n  "products" : {\n'
    repeat products.block 5
    while read -r sku type _; do json_product "L$sku" "$type" Linux RunInstances; done <<<"$types"
    json_product LX m6i.16xlarge Linux RunInstances
    printf '    "END" : { }\n  },\n  "terms" : {\n    "OnDemand" : {\n'
    repeat terms.block 5
    while read -r sku _ price; do json_term "L$sku" "$price"; done <<<"$types"
    json_term LX 1.2345000000
    printf '      "END" : { }\n    }\n  }\n}\n'
}

# Runs the update with a list from a pipe and within the limit; notes the peak of its memory.
peak_kib=0
take() { # list
    local list=$1 pid now status
    mkfifo "$list.pipe"
    "$list" >"$list.pipe" &
    (ulimit -d "$data_limit_kib" && exec "$fargauge" catalog update --into "$list.tables" "$list.pipe" --format json) &
    pid=$!
    peak_kib=0
    while now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$pid/status" 2>/dev/null) && [ -n "$now" ]; do
        peak_kib=$now
        sleep 0.2
    done
    wait "$pid"
    status=$?
    wait
    return "$status"
}
json() { sqlite3 :memory: "SELECT json_extract(readfile('$out'), '$1')"; }

for list in csv_list json_list; do
    start=$SECONDS
    take "$list" >"$out" 2>"$err"
    is "$list: $gigabytes GB go through within $((data_limit_kib / 1024)) MB of data" 0 $?
    echo "# $list: $gigabytes GB in $((SECONDS - start)) s, at most $((peak_kib / 1024)) MiB resident"
    is "$list: its peak was seen and is under 100 MB" 1 "$((peak_kib > 1000 && peak_kib < 100000000 / 1024))"
    is "$list: eight prices are confirmed, one is another" "8 1 0" \
        "$(json '$.tables."ec2_prices.csv".confirmed') $(json '$.tables."ec2_prices.csv".changed') $(json '$.bad_rows')"
    is "$list: the new price stands in the table" \
        'm6i.16xlarge,us-east-1,1.2345,2026-11-01,2026-11-02,AmazonEC2@20261102' \
        "$(grep '^m6i.16xlarge,us-east-1,' "$list.tables/ec2_prices.csv" | tail -n 1)"
done
is "both give the same tables" "" "$(diff -r csv_list.tables json_list.tables)"
finish
