#!/bin/bash
# Makes an authority and a certificate for each node of Elasticsearch, where there are none yet. The names in the
# certificates are those under which the nodes are reached.
#   certificates.sh FOLDER NODE...
set -euo pipefail

folder=$1
shift
certutil=${CERTUTIL:-/usr/share/elasticsearch/bin/elasticsearch-certutil}

if [ -f "$folder/complete" ]; then
  echo "there are certificates in $folder"
  exit 0
fi

mkdir -p "$folder"
rm -rf "$folder/ca" "$folder/ca.zip" "$folder/nodes" "$folder/nodes.zip"
"$certutil" ca --silent --pem --days 3650 --out "$folder/ca.zip"
unzip -q "$folder/ca.zip" -d "$folder"

{
  echo 'instances:'
  for node in "$@"; do
    printf '  - name: %s\n    dns: [%s, localhost]\n    ip: [127.0.0.1]\n' "$node" "$node"
  done
} > "$folder/nodes.yml"
"$certutil" cert --silent --pem --days 3650 --in "$folder/nodes.yml" --out "$folder/nodes.zip" \
  --ca-cert "$folder/ca/ca.crt" --ca-key "$folder/ca/ca.key"
unzip -q "$folder/nodes.zip" -d "$folder/nodes"
rm "$folder/ca.zip" "$folder/nodes.zip" "$folder/nodes.yml"

# Everybody may check a certificate; keys are the nodes' own.
find "$folder/ca" "$folder/nodes" -type d -exec chmod 755 {} +
find "$folder/ca" "$folder/nodes" -name '*.crt' -exec chmod 644 {} +
find "$folder/ca" "$folder/nodes" -name '*.key' -exec chmod 600 {} +
touch "$folder/complete"
echo "made certificates for $*"
