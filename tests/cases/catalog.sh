#!/usr/bin/env bash
# The catalog is listed and searched, and brought up to date from AWS's own price list files.
. "$(dirname "$0")/../case.sh"

json() { sqlite3 :memory: "SELECT json_extract(readfile('$out'), '$1')"; }
# A column of the CSV in a file, in one line.
column() { sqlite3 :memory: ".import --csv $1 t" "SELECT group_concat($2, ' ') FROM t"; }

# ---- help and the manual ----
exits 0 "$fargauge" --help
for command in catalog 'catalog types' 'catalog prices' 'catalog update'; do
    exits 0 "$fargauge" --help
    prints "fargauge $command "
    # shellcheck disable=SC2086
    exits 0 "$fargauge" $command --help
    prints "fargauge $command "
    in_help=$(sed -nE 's/^  (-[a-z], |    )(--[a-z-]+).*/\2/p' "$out" | sort)
    in_man=$(sed -nE "/^\.SS \"?$command\"?( FILE\.\.\.)?$/,/^\.S[SH] /p" "$root/data/man/fargauge.1" |
        tr -d '\\' | grep '^\.B' | grep -oE -- '--[a-z-]+' | cat - <(echo --catalog) | sort)
    is "man page: the options of $command" "$in_help" "$in_man"
done

# shellcheck source=data/man/fargauge.bash
. "$root/data/man/fargauge.bash"
completes() { # words ...; what is offered for the last
    local want=$1
    shift
    COMP_WORDS=("$fargauge" "$@") COMP_CWORD=$# COMPREPLY=()
    _fargauge
    is "completion: $*" "$want" "${COMPREPLY[*]}"
}
completes 'types prices update' catalog ''
completes 'prices' catalog p
completes 'amd64 arm64' catalog types --arch ''
completes '--into' catalog update --i
completes '--item' catalog prices --region us-east-1 --it
completes '--format' catalog --f

# ---- catalog ----
exits 0 "$fargauge" catalog
prints '1391 instance types'
exits 0 "$fargauge" catalog --format json
is "catalog: JSON" "1391 36 2026-10-06 18" \
    "$(json '$.instance_types') $(json '$.regions') $(json '$.newest_as_of') $(json '$.kubernetes_versions')"
exits 2 "$fargauge" catalog typs
says "unknown command 'catalog typs'; did you mean 'catalog types'?"
exits 2 "$fargauge" catalog x
says "expected 'catalog types', 'catalog prices' or 'catalog update'"
exits 2 "$fargauge" catalog types m6i
says "'fargauge catalog types' takes no operands; see 'fargauge catalog types --help'"

# ---- catalog types ----
# 0.096 / 2 vCPU = 0.048
exits 0 "$fargauge" catalog types --family m6i --vcpu 2 --format csv
is "types: a row" "m6i.large 2 8 amd64 0 0.096 0.048 2026-07-20" \
    "$(column "$out" instance_type) $(column "$out" vcpu) $(column "$out" memory_gib) $(column "$out" arch) $(column "$out" gpu) $(column "$out" usd_per_hour) $(column "$out" usd_per_vcpu_hour) $(column "$out" as_of)"
is "types: what Spot saves is the catalog's" \
    "$(sed -n 's/^m6i\.large,us-east-1,\([0-9]*\),.*/\1/p' "$root/data/catalog/spot.csv")" \
    "$(column "$out" spot_saving_percent)"
exits 0 "$fargauge" catalog types --family m6i,m7g --vcpu-at-most 4 --format csv
is "types: families in order, then sizes" \
    "m6i.large m6i.xlarge m7g.medium m7g.large m7g.xlarge" "$(column "$out" instance_type)"
exits 0 "$fargauge" catalog types --family m6i,m7g --vcpu-at-most 4 --sort price --format csv
is "types: by price" "m7g.medium m7g.large m6i.large m7g.xlarge m6i.xlarge" \
    "$(column "$out" instance_type)"
# A vCPU-hour of m7g is 0.0408, of m6i 0.048, whatever the size.
exits 0 "$fargauge" catalog types --family m6i,m7g --vcpu-at-most 4 --sort price-per-vcpu --limit 4 --format csv
is "types: by price of a vCPU, the first four" "m7g.medium m7g.large m7g.xlarge m6i.large" \
    "$(column "$out" instance_type)"
exits 0 "$fargauge" catalog types --arch arm64 --vcpu-at-least 4 --vcpu-at-most 4 \
    --memory-at-least 32Gi --memory-at-most 32Gi --family r6g,r7g,m6g,r6i --format csv
is "types: bounds" "r6g.xlarge r7g.xlarge" "$(column "$out" instance_type)"
exits 0 "$fargauge" catalog types --gpu --family g5,m5 --limit 1 --format json
is "types: GPUs" "g5.xlarge 1 A10G" \
    "$(json '$[0].instance_type') $(json '$[0].gpu') $(json '$[0].gpu_model')"
exits 0 "$fargauge" catalog types --family m6i --vcpu 2
prints 'm6i.large'
prints 'vCPU-hour'
exits 0 "$fargauge" catalog types --family m6i --vcpu 3
says 'no instance type of us-east-1 is so'
is "types: nothing found, nothing printed" 0 "$(wc -c <"$out")"
exits 0 "$fargauge" catalog types --family m6i --vcpu 3 --format json
is "types: nothing found in JSON" '[]' "$(tr -d ' \n' <"$out")"
refuses() {
    local says=$1
    shift
    exits 2 "$fargauge" catalog "$@"
    says "$says"
}
refuses "unknown instance family 'm6ii'; did you mean 'm6i'?" types --family m6i,m6ii
refuses "unknown region 'eu-wset-1'; did you mean 'eu-west-1'?" types --region eu-wset-1
refuses "--arch is 'x86'; expected amd64 or arm64" types --arch x86
refuses "--sort is 'cost'; expected name, price or price-per-vcpu" types --sort cost
refuses "--vcpu stands beside a bound" types --vcpu 4 --vcpu-at-least 2
refuses "--vcpu is '0'; expected a number from 1 to" types --vcpu 0
refuses "--memory-at-least: quantity '16GB' has an unknown suffix 'GB'" types --memory-at-least 16GB
refuses "--as-of is 'soon'; expected a day such as 2026-09-01" types --as-of soon
refuses "--format is 'xml'; expected text, csv or json" types --format xml
refuses "unknown option '--familly'; did you mean '--family'?" types --familly m6i

# ---- catalog prices ----
exits 0 "$fargauge" catalog prices --item control_plane_standard --format csv
is "prices: old ones too, by their days" "0.2 0.1|2018-06-05 2020-01-21" \
    "$(column "$out" usd)|$(column "$out" effective_from)"
for pair in 2019-12-10:0.2 2020-01-20:0.2 2020-01-21:0.1 2017-01-01:0.2; do
    "$fargauge" catalog prices --item control_plane_standard --as-of "${pair%:*}" --format csv >"$out"
    is "prices: the cluster on ${pair%:*}" "${pair#*:}" "$(column "$out" usd)"
done
exits 0 "$fargauge" catalog prices --item 'fargate-*' --region ap-northeast-1 --format csv
is "prices: a pattern in a region" "fargate-memory fargate-memory fargate-storage fargate-storage fargate-vcpu fargate-vcpu" \
    "$(column "$out" item)"
is "prices: variants and units" "amd64/linux arm64/linux/ecs|gb_hour vcpu_hour" \
    "$(sqlite3 :memory: ".import --csv $out t" "SELECT group_concat(v, ' ') FROM (SELECT DISTINCT variant v FROM t)")|$(sqlite3 :memory: ".import --csv $out t" "SELECT group_concat(v, ' ') FROM (SELECT DISTINCT unit v FROM t)")"
exits 0 "$fargauge" catalog prices --item public_ipv4_in_use --region us-east-1 --as-of 2026-01-01 --format json
is "prices: those of all regions hold in each" "all 0.005 2024-02-01" \
    "$(json '$[0].region') $(json '$[0].usd') $(json '$[0].effective_from')"
exits 0 "$fargauge" catalog prices --item m5.large --region us-east-1
prints 'karpenter'
refuses "no price of 'fargate-vcpus' is known; did you mean 'fargate-vcpu'?" prices --item fargate-vcpus
refuses "unknown region 'us-esat-1'; did you mean 'us-east-1'?" prices --region us-esat-1
exits 0 "$fargauge" catalog prices --item alb --region af-south-1
says 'no price is so'

# ---- catalog update: what the lists are ----
# offer CODE PUBLISHED PRODUCTS TERMS: a bulk offer file.
offer() {
    printf '{"formatVersion": "v1.0", "offerCode": "%s", "version": "%s", "publicationDate": "%sT10:00:00Z",\n"products": {%s},\n"terms": {%s}}\n' \
        "$1" "${2//-/}" "$2" "$3" "$4"
}
# box SKU TYPE REGION; usage SKU USAGE REGION: products.
box() {
    printf '"%s": {"sku": "%s", "productFamily": "Compute Instance", "attributes": {"instanceType": "%s", "regionCode": "%s", "locationType": "AWS Region", "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "capacitystatus": "Used", "operation": "RunInstances", "usagetype": "BoxUsage:%s", "vcpu": "4", "memory": "16 GiB", "physicalProcessor": "AWS Graviton5 Processor"}}' "$1" "$1" "$2" "$3" "$2"
}
usage() {
    printf '"%s": {"sku": "%s", "attributes": {"usagetype": "%s", "operation": "", "regionCode": "%s"}}' "$1" "$1" "$2" "$3"
}
# price SKU DAY USD: an on-demand term.
price() {
    printf '"%s": {"%s.JRTCKXETXF": {"effectiveDate": "%sT00:00:00Z", "priceDimensions": {"%s.J.6Y": {"beginRange": "0", "unit": "Hrs", "pricePerUnit": {"USD": "%s"}}}, "termAttributes": {}}}' "$1" "$1" "$2" "$1" "$3"
}
# reserved SKU CODE LEASE PURCHASE CLASS HOURLY UPFRONT: one term.
reserved() {
    printf '"%s.%s": {"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": {"%s.%s.6Y": {"beginRange": "0", "unit": "Hrs", "pricePerUnit": {"USD": "%s"}}' "$1" "$2" "$1" "$2" "$6"
    [ -z "$7" ] || printf ', "%s.%s.2T": {"unit": "Quantity", "pricePerUnit": {"USD": "%s"}}' "$1" "$2" "$7"
    printf '}, "termAttributes": {"LeaseContractLength": "%s", "PurchaseOption": "%s", "OfferingClass": "%s"}}' "$3" "$4" "$5"
}

offer AmazonEC2 2026-11-02 \
    "$(box A m6i.large us-east-1), $(box B m5.large us-east-1), $(box C m9x.xlarge us-east-1), $(usage D EBS:VolumeUsage.gp3 us-east-1), $(usage E NatGateway-Hours ap-east-1)" \
    "\"OnDemand\": {$(price A 2026-11-01 0.0950000000), $(price B 2026-11-01 0.0960000000), $(price C 2026-11-01 0.2), $(price D 2026-11-01 0.08), $(price E 2026-11-01 0.065), $(price X 2026-11-01 7)}, \"Reserved\": {\"A\": {$(reserved A 4NA 1yr 'No Upfront' standard 0.06 ''), $(reserved A HU7 1yr 'Partial Upfront' standard 0.0285 250), $(reserved A 6QC 3yr 'All Upfront' convertible 0 1000)}}" >ec2.json

exits 2 "$fargauge" catalog update ec2.json
says '--into DIR is missing'
exits 0 "$fargauge" catalog update --into tables ec2.json --format json
is "update: prices kept, and passed over" "10 1 0" \
    "$(json '$.prices_kept') $(json '$.prices_passed_over') $(json '$.bad_rows')"
is "update: EC2: m6i.large changed, m5.large confirmed, m9x.xlarge unknown" "0 1 1 1" \
    "$(json '$.tables."ec2_prices.csv".new') $(json '$.tables."ec2_prices.csv".changed') $(json '$.tables."ec2_prices.csv".confirmed') $(json '$.tables."ec2_prices.csv".skipped_unknown_type')"
is "update: others: gp3 confirmed, NAT in ap-east-1 new" "1 1" \
    "$(json '$.tables."other_prices.csv".confirmed') $(json '$.tables."other_prices.csv".new')"
is "update: three rates" 3 "$(json '$.tables."commitment_rates.csv".new')"
is "update: the unknown type" '["m9x.xlarge"]' "$(json '$.unknown_types')"
is "update: the folder has all tables" \
    "commitment_rates.csv ec2_prices.csv eks_prices.csv eks_versions.csv fargate_prices.csv instance_types.csv other_prices.csv spot.csv" \
    "$(cd tables && echo *)"
rows() { grep "^$1" "tables/$2"; }
is "update: a new price stands beside the old one" \
    "m6i.large,us-east-1,0.096,,2026-07-20,karpenter
m6i.large,us-east-1,0.095,2026-11-01,2026-11-02,AmazonEC2@20261102" "$(rows m6i.large,us-east-1 ec2_prices.csv)"
is "update: an equal price is confirmed" "m5.large,us-east-1,0.096,,2026-11-02,karpenter" \
    "$(rows m5.large,us-east-1 ec2_prices.csv)"
is "update: a new charge has its unit" "nat_gateway,ap-east-1,hour,0.065,2026-11-01,2026-11-02,AmazonEC2@20261102" \
    "$(rows nat_gateway,ap-east-1 other_prices.csv)"
# On demand 0.095. 0.06 saves 36.84 %. 0.0285 + 250 / 8760 h = 0.0285 + 0.028538812... = 0.057038813
# saves 39.96 %. 1000 / 26280 h = 0.038051750 saves 59.95 %.
is "update: Reserved rates, upfront payments spread over the term" \
    "reserved-convertible,us-east-1,m6i.large,3y,allUpfront,0.03805175,59.95,rate,2026-11-02,AmazonEC2@20261102
reserved-standard,us-east-1,m6i.large,1y,noUpfront,0.06,36.84,rate,2026-11-02,AmazonEC2@20261102
reserved-standard,us-east-1,m6i.large,1y,partialUpfront,0.057038813,39.96,rate,2026-11-02,AmazonEC2@20261102" \
    "$(grep ',m6i.large,' tables/commitment_rates.csv)"
exits 0 "$fargauge" node m6i.large --catalog tables --format json
is "update: the new price is used" 0.095 "$(json '$.usd_per_hour')"
exits 0 "$fargauge" catalog prices --catalog tables --item m6i.large --region us-east-1 --as-of 2026-10-31 --format csv
is "update: the day before, the old one" 0.096 "$(column "$out" usd)"

# ---- again, and older ----
cp -r tables before
exits 0 "$fargauge" catalog update --into tables ec2.json
is "update: a second run changes no byte" "" "$(diff -r before tables)"
prints 'm9x.xlarge'
exits 0 "$fargauge" catalog update --into tables ec2.json --format json
is "update: and says so" "0 0 2|3" \
    "$(json '$.tables."ec2_prices.csv".new') $(json '$.tables."ec2_prices.csv".changed') $(json '$.tables."ec2_prices.csv".confirmed')|$(json '$.tables."commitment_rates.csv".confirmed')"
offer AmazonEC2 2026-10-15 "$(box A m6i.large us-east-1), $(box B m5.large us-east-1)" \
    "\"OnDemand\": {$(price A 2026-10-01 0.0960000000), $(price B 2026-10-01 0.0970000000)}" >older.json
exits 0 "$fargauge" catalog update --into tables older.json --format json
is "update: an older list confirms the old price and changes none" "1 1" \
    "$(json '$.tables."ec2_prices.csv".confirmed') $(json '$.tables."ec2_prices.csv".skipped_older')"
is "update: the old price was there until then" \
    "m6i.large,us-east-1,0.096,,2026-10-15,karpenter
m6i.large,us-east-1,0.095,2026-11-01,2026-11-02,AmazonEC2@20261102" "$(rows m6i.large,us-east-1 ec2_prices.csv)"

# ---- types ----
exits 0 "$fargauge" catalog update --into more ec2.json --add-types
prints '1 instance types added. A price list does not say how many network interfaces'
is "types: what the list says of it" "m9x.xlarge,arm64,aws,,4,16384,,,0" \
    "$(grep '^m9x' more/instance_types.csv | cut -d, -f1-9)"
exits 0 "$fargauge" node m9x.xlarge --catalog more --format json
is "types: its price and memory" "0.2 16384" "$(json '$.usd_per_hour') $(json '$.memory_mib')"
exits 2 "$fargauge" node m9x.xlarge --catalog tables
says "unknown instance type 'm9x.xlarge'"

# ---- Fargate and EKS ----
offer AmazonECS 2026-11-03 \
    "$(usage A USE1-Fargate-vCPU-Hours:perCPU us-east-1), $(usage B USE1-Fargate-GB-Hours us-east-1), $(usage C USE1-Fargate-EphemeralStorage-GB-Hours us-east-1), $(usage D USE1-Fargate-ARM-vCPU-Hours:perCPU us-east-1), $(usage E USE1-Fargate-ARM-GB-Hours us-east-1), $(usage F MXC1-Fargate-vCPU-Hours:perCPU mx-central-1), $(usage G MXC1-Fargate-GB-Hours mx-central-1), $(usage H USE1-Fargate-Windows-OS-Hours:perCPU us-east-1)" \
    "\"OnDemand\": {$(price A 2026-11-01 0.04048), $(price B 2026-11-01 0.004445), $(price C 2026-11-01 0.000111), $(price D 2026-11-01 0.033), $(price E 2026-11-01 0.0036), $(price F 2026-11-01 0.0425), $(price G 2026-11-01 0.00467), $(price H 2026-11-01 0.047)}" >ecs.json
offer AmazonEKS 2026-11-04 \
    "$(usage A USE1-AmazonEKS-Hours:perCluster us-east-1), $(usage B EU-AmazonEKS-Hours:perCluster eu-west-1), $(usage C USE1-EKS-Auto:m7i.large-management-hours us-east-1), $(usage D USE1-EKS-Auto:m6i.large-management-hours us-east-1)" \
    "\"OnDemand\": {$(price A 2026-11-01 0.1), $(price B 2026-11-01 0.11), $(price C 2026-11-01 0.0121), $(price D 2026-11-01 0.01152)}" >eks.json
exits 0 "$fargauge" catalog update --into tables ecs.json eks.json --format json
is "Fargate: x86 confirmed, ARM changed, Mexico new" "1 1 1" \
    "$(json '$.tables."fargate_prices.csv".confirmed') $(json '$.tables."fargate_prices.csv".changed') $(json '$.tables."fargate_prices.csv".new')"
is "Fargate: the row of ARM has the region's storage" \
    "us-east-1,arm64,linux,0.033,0.0036,0.000111,false,2026-11-01,2026-11-03,AmazonECS@20261103" \
    "$(rows us-east-1,arm64 fargate_prices.csv | tail -n 1)"
is "Fargate: a new region, for EKS too" \
    "mx-central-1,amd64,linux,0.0425,0.00467,,true,2026-11-01,2026-11-03,AmazonECS@20261103" \
    "$(rows mx-central-1 fargate_prices.csv)"
is "Fargate: the licence of Windows is a charge of its own" \
    "fargate_windows_os,us-east-1,vcpu_hour,0.047,2026-11-01,2026-11-03,AmazonECS@20261103" \
    "$(rows fargate_windows_os other_prices.csv | tail -n 1)"
is "EKS: the price of all regions is confirmed by one, and one that differs gets its own history" \
    "control_plane_standard,all,0.2,2018-06-05,2020-01-20,eks-user-guide doc-history+gslin-blog
control_plane_standard,all,0.1,2020-01-21,2026-11-04,gslin-blog+idx71085696288+idx70584189805
control_plane_standard,eu-west-1,0.2,2018-06-05,2020-01-20,eks-user-guide doc-history+gslin-blog
control_plane_standard,eu-west-1,0.1,2020-01-21,2026-09-28,gslin-blog+idx71085696288+idx70584189805
control_plane_standard,eu-west-1,0.11,2026-11-01,2026-11-04,AmazonEKS@20261104" \
    "$(rows control_plane_standard eks_prices.csv)"
is "EKS: Auto Mode's fee of a type" "auto_mode_m6i.large,us-east-1,0.01152,2026-11-01,2026-11-04,AmazonEKS@20261104" \
    "$(rows auto_mode_m6i.large eks_prices.csv)"
exits 0 "$fargauge" size --cpu 1 --region mx-central-1 --catalog tables --format json
# 1 x 0.0425 + 2 GB x 0.00467 = 0.05184
is "Fargate: the new region can be used" 0.05184 "$(json '$.usd_per_hour')"

# ---- Savings Plans ----
plan_row() { # family lease payment usage operation type region rate
    printf 'P,P.R,Hrs,2026-06-05T18:51:13Z,%s,USD,D,AmazonEC2,%s,%s,%s,%s,year,ComputeSavingsPlans,USE1-SP:x,,a plan,m6i,US East (N. Virginia),AWS Region,hourly,%s,%s,%s\n' \
        "$8" "$4" "$5" "$3" "$2" "$1" "$7" "$6"
}
{
    printf 'FormatVersion,v1.0\nPublication Date,2026-11-06T18:44:47Z\nVersion,20261106\nOfferCode,AmazonComputeSavingsPlan\n'
    printf 'SKU,RateCode,Unit,EffectiveDate,DiscountedRate,Currency,DiscountedSKU,DiscountedServiceCode,DiscountedUsageType,DiscountedOperation,PurchaseOption,LeaseContractLength,LeaseContractLengthUnit,ServiceCode,UsageType,Operation,Description,Instance Family,Location,Location Type,Granularity,Product Family,DiscountedRegionCode,DiscountedInstanceType\n'
    plan_row EC2InstanceSavingsPlans 1 'Partial Upfront' BoxUsage:m6i.large RunInstances m6i.large us-east-1 0.0583
    plan_row EC2InstanceSavingsPlans 1 'Partial Upfront' BoxUsage:m6i.large RunInstances:0002 m6i.large us-east-1 0.15
    plan_row EC2InstanceSavingsPlans 1 'Partial Upfront' DedicatedUsage:m6i.large RunInstances m6i.large us-east-1 0.07
    plan_row ComputeSavingsPlans 3 'No Upfront' USE1-Fargate-ARM-GB-Hours '' '' us-east-1 0.00192
    plan_row ComputeSavingsPlans 1 'All Upfront' USE1-Fargate-vCPU-Hours:perCPU '' '' us-east-1 0.03
    plan_row ComputeSavingsPlans 1 'All Upfront' USE1-Lambda-GB-Second '' '' us-east-1 0.00001
} >plans.csv
exits 0 "$fargauge" catalog update --into tables plans.csv ec2.json --format json
# m6i.large on demand is 0.095 in the other file: 0.0583 saves 38.63 %.
is "plans: the rate of a type is new, ARM's memory is confirmed, the vCPU's changed" "1 4 1 4" \
    "$(json '$.tables."commitment_rates.csv".new') $(json '$.tables."commitment_rates.csv".confirmed') $(json '$.tables."commitment_rates.csv".changed') $(json '$.prices_passed_over')"
is "plans: their rates have the upfront payment in them" \
    "compute,us-east-1,fargate-vcpu,1y,allUpfront,0.03,,rate,2026-11-06,AmazonComputeSavingsPlan@20261106
ec2Instance,us-east-1,m6i.large,1y,partialUpfront,0.0583,38.63,rate,2026-11-06,AmazonComputeSavingsPlan@20261106" \
    "$(grep -E '^(compute,us-east-1,fargate-vcpu,1y,all|ec2Instance,us-east-1,m6i.large)' tables/commitment_rates.csv)"

# ---- bad rows, and nothing of use ----
{
    printf '"FormatVersion","v1.0"\n"Publication Date","2026-11-05T00:00:00Z"\n"Version","20261105"\n"OfferCode","AmazonEC2"\n'
    printf 'SKU,TermType,EffectiveDate,StartingRange,Unit,PricePerUnit,Currency,usageType,operation,Region Code\n'
    printf 'A,OnDemand,2026-11-01,0,GB-Mo,0.09,USD,EBS:VolumeUsage.gp3,,us-east-1\n'
    printf 'B,OnDemand,2026-11-01,0,GB-Mo,x%%sy,USD,EBS:VolumeUsage.gp2,,us-east-1\n'
    for i in 1 2 3 4 5 6 7 8 9 10 11; do printf 'short,row\n'; done
} >bad.csv
exits 0 "$fargauge" catalog update --into tables bad.csv
says "bad.csv:7: the price 'x%sy' is not a plain decimal"
says 'bad.csv:8: the row has 2 cells; expected 10 as in the header'
says 'and 2 bad rows more'
is "bad rows: ten are listed" 11 "$(wc -l <"$err")"
prints '1 prices are of use to a cluster, 0 others were passed over, 12 rows are bad'
is "bad rows: the rest goes in" "ebs_gp3,us-east-1,gb_month,0.09,2026-11-01,2026-11-05,AmazonEC2@20261105" \
    "$(rows ebs_gp3,us-east-1 other_prices.csv | tail -n 1)"
cp -r tables unharmed
head -n 5 bad.csv >none.csv
exits 2 "$fargauge" catalog update --into tables none.csv
says "nothing of none.csv can be used: it has no price that a cluster's bill needs"
exits 2 "$fargauge" catalog update --into tables --regions us-east-1,us-wset-2 ec2.json
says "--regions has 'us-wset-2', of which the files have no price that a cluster's bill needs"
(head -n 5 bad.csv && echo short,row) >allbad.csv
exits 2 "$fargauge" catalog update --into tables allbad.csv
says 'of 1 bad rows the first: allbad.csv:6: the row has 2 cells'
echo 'no list' >no.txt
exits 2 "$fargauge" catalog update --into tables no.txt
says 'no.txt:1: this is no AWS price list'
exits 1 "$fargauge" catalog update --into tables nowhere.json
says 'nowhere.json cannot be read: No such file or directory'
exits 1 "$fargauge" catalog update --into no/such/folder ec2.json
says 'cannot make the folder no/such/folder'
is "nothing of use: nothing written" "" "$(diff -r unharmed tables)"
sed -i '2s/2026-11-02/soon/;2s/,0\.[0-9]*,/,cheap,/' tables/ec2_prices.csv
exits 2 "$fargauge" catalog update --into tables ec2.json
says "ec2_prices.csv has the price 'cheap' in the row of 'a1.2xlarge'"

# ---- some regions ----
exits 0 "$fargauge" catalog update --into asian --regions ap-east-1 ec2.json --format json
is "regions: others are passed over" 1 "$(json '$.prices_kept')"
is "regions: their tables are as they were" "" "$(diff "$root/data/catalog/ec2_prices.csv" asian/ec2_prices.csv)"

# ---- ways in ----
gzip -k ec2.json
exits 0 "$fargauge" catalog update --into packed ec2.json.gz
is "gzip gives the same tables" "" "$(diff -r before packed)"
from_stdin() { "$fargauge" catalog update --into piped - <ec2.json; }
exits 0 from_stdin
is "standard input gives the same tables" "" "$(diff -r before piped)"
# An answer of `aws pricing get-products`: the same product and price, as a text in a list.
item='{"product": {"sku": "A", "productFamily": "Compute Instance", "attributes": {"instanceType": "m6i.large", "regionCode": "us-east-1", "operatingSystem": "Linux", "tenancy": "Shared", "preInstalledSw": "NA", "operation": "RunInstances", "usagetype": "BoxUsage:m6i.large"}}, "serviceCode": "AmazonEC2", "terms": {"OnDemand": {"A.J": {"effectiveDate": "2026-11-01T00:00:00Z", "priceDimensions": {"A.J.6": {"unit": "Hrs", "beginRange": "0", "pricePerUnit": {"USD": "0.0950000000"}}}, "termAttributes": {}}}}, "version": "20261102", "publicationDate": "2026-11-02T10:00:00Z"}'
printf '{"FormatVersion": "aws_v1", "PriceList": ["%s"]}\n' "${item//\"/\\\"}" >answer.json
printf '%s\n' "$item" >items.json
printf '["%s"]' "${item//\"/\\\"}" >texts.json
for file in answer items texts; do
    exits 0 "$fargauge" catalog update --into "from-$file" "$file.json"
    is "$file.json: the new price" "m6i.large,us-east-1,0.095,2026-11-01,2026-11-02,AmazonEC2@20261102" \
        "$(grep '^m6i.large,us-east-1' "from-$file/ec2_prices.csv" | tail -n 1)"
done
exits 0 "$fargauge" catalog update --into from-base --catalog before items.json
is "tables that the folder lacks come from --catalog" "" "$(diff -r before from-base)"
finish
