#!/usr/bin/env bash
# demo.sh PROGRAM FOLDER: makes a month of a shop-like company's pods, replays it on EC2, on Fargate
# and on both, and leaves the trace, the database and the reports in FOLDER. Run again, it keeps
# the scenarios that are in the database.
set -eu
if [ $# -ne 2 ]; then
    echo "usage: $0 PROGRAM FOLDER" >&2
    exit 2
fi
program=$1 folder=$2
studies=$(dirname -- "$0")

mkdir -p -- "$folder"
cp -- "$studies/demo.yaml" "$folder/demo.yaml"
"$program" generate "$studies/demo-load.yaml" --quiet -o "$folder/demo.csv"
"$program" run "$folder/demo.yaml" -o "$folder/demo.db"
"$program" report "$folder/demo.db" --format html -o "$folder/demo.html"
"$program" report "$folder/demo.db" --format csv -o "$folder/csv"

echo
echo "The page:     $folder/demo.html"
echo "The tables:   $folder/csv/"
echo "The database: $folder/demo.db"
