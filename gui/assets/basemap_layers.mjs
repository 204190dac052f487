// Turns the source packages into one newline-delimited GeoJSON file a layer, ready
// for tippecanoe. Run by build_basemap.sh: node basemap_layers.mjs PACKAGES CITIES OUT
//
// Attributes are strings only: the map widget reads MVT integers of unsigned type and
// floats as null, and tippecanoe picks the number type by the value.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

const [packages, cities, out] = process.argv.slice(2).map((path) => resolve(path));
const topojson = createRequire(join(packages, "package.json"))("topojson-client");

const MAX_ZOOM = 6;
// Places of ranks 7 and 8 are in the tiles of zoom 6, to be shown when these are magnified.
const MAX_RANK = 8;
// Pixels of a 256-pixel tile between two places of one rank or better: about a short label.
const PLACE_SPACING = 48;
const TILE_PIXELS = 256;
// Degrees. Beyond it Web Mercator has no square world.
const MAX_LATITUDE = 85.0511;
// A capital counts as a city this many times its size when places contend for room.
const CAPITAL_WEIGHT = 4;
// Inhabitants from which a place may have a rank, so that a hamlet on an empty coast
// waits for its turn. A capital may come one rank earlier.
const RANK_FROM = [
  [3_000_000, 1],
  [700_000, 2],
  [200_000, 3],
  [40_000, 4],
  [10_000, 5],
  [2_000, 6],
  [0, 7],
];
const CITY_FROM = 100_000;
const TOWN_FROM = 10_000;
// Stroke weights of the source (0.15 to 1.2) from which a river is of a class.
const RIVER_CLASSES = [
  [0.5, "3"],
  [0.25, "2"],
  [0, "1"],
];

const json = (...path) => JSON.parse(readFileSync(join(...path), "utf8"));
const npm = (...path) => json(packages, "node_modules", ...path);

function write(layer, features) {
  const lines = features.map((feature) => JSON.stringify({ type: "Feature", ...feature }));
  writeFileSync(join(out, `${layer}.geojsonl`), lines.join("\n") + "\n");
  console.log(`${layer}: ${features.length} features`);
}

const zooms = (first) => ({ minzoom: Math.min(Math.max(first, 0), MAX_ZOOM) });

/** One feature a polygon or line, for the parts of a geometry. */
function parts(geometry) {
  const single = geometry.type.replace("Multi", "");
  const list = geometry.type === single ? [geometry.coordinates] : geometry.coordinates;
  return list.map((coordinates) => ({ properties: {}, geometry: { type: single, coordinates } }));
}

/**
 * The ring without its jumps from one side of the antimeridian to the other: longitudes
 * run on beyond 180 degrees. A ring around a pole is closed by way of the pole.
 */
function unroll(ring) {
  let turns = 0;
  const unrolled = ring.map(([lon, lat], index) => {
    const step = index ? lon - ring[index - 1][0] : 0;
    if (step > 180) turns -= 360;
    if (step < -180) turns += 360;
    return [lon + turns, lat];
  });
  if (turns === 0) return unrolled;
  const [first, last] = [unrolled[0], unrolled.at(-1)];
  const pole = first[1] < 0 ? -90 : 90;
  return [...unrolled, [last[0], pole], [first[0], pole], first];
}

/** The part of a closed ring on one side of a meridian (Sutherland and Hodgman). */
function clip(ring, meridian, side) {
  const inside = ([lon]) => (lon - meridian) * side <= 0;
  const kept = [];
  for (let index = 1; index < ring.length; index++) {
    const [a, b] = [ring[index - 1], ring[index]];
    if (inside(a) !== inside(b)) {
      const share = (meridian - a[0]) / (b[0] - a[0]);
      kept.push([meridian, a[1] + share * (b[1] - a[1])]);
    }
    if (inside(b)) kept.push(b);
  }
  return kept.length < 3 ? [] : [...kept, kept[0]];
}

/** The westmost and the eastmost longitude of a ring. */
function extent(ring) {
  let [west, east] = [Infinity, -Infinity];
  for (const [lon] of ring) {
    west = Math.min(west, lon);
    east = Math.max(east, lon);
  }
  return [west, east];
}

const shift = (ring, degrees) => ring.map(([lon, lat]) => [lon + degrees, lat]);

/**
 * The source joins land across the antimeridian, as a globe wants it; on a flat map
 * such a polygon has to be cut there.
 */
function cutAtAntimeridian(polygon) {
  const [outer, ...holes] = polygon.map(unroll);
  const [west, east] = extent(outer);
  // A hole may have been unrolled a turn away from what it is a hole in.
  const aligned = holes.map((hole) => {
    const [from, to] = extent(hole);
    const turn = [0, -360, 360].find((by) => from + by >= west && to + by <= east);
    if (turn === undefined) throw new Error(`land: a hole from ${from} to ${to} outside ${west} to ${east}`);
    return shift(hole, turn);
  });
  const pieces = [];
  for (const turn of [-360, 0, 360]) {
    const piece = [outer, ...aligned]
      .map((ring) => shift(ring, turn))
      .map((ring) => clip(clip(ring, 180, 1), -180, -1))
      .filter((ring) => ring.length > 0);
    if (piece.length > 0) pieces.push(piece);
  }
  return pieces;
}

function land() {
  const topology = npm("world-atlas", "land-10m.json");
  const { features } = topojson.feature(topology, topology.objects.land);
  return features
    .flatMap((feature) => parts(feature.geometry))
    .flatMap(({ geometry }) => cutAtAntimeridian(geometry.coordinates))
    .map((coordinates) => ({ properties: {}, geometry: { type: "Polygon", coordinates } }));
}

function borders() {
  const topology = npm("world-atlas", "countries-10m.json");
  // An arc that two countries share; a coast has one country only.
  const mesh = topojson.mesh(topology, topology.objects.countries, (a, b) => a !== b);
  return parts(mesh).map((feature) => ({ ...feature, properties: { kind: "country" } }));
}

function lakes() {
  return npm("mapeo-offline-map", "dist", "lakes.json").features.map(({ geometry, properties }) => ({
    tippecanoe: zooms(properties.scalerank - 1),
    properties: {
      rank: String(properties.scalerank),
      ...(properties.name ? { name: properties.name } : {}),
    },
    geometry,
  }));
}

function rivers() {
  return npm("mapeo-offline-map", "dist", "rivers.json").features.map(({ geometry, properties }) => ({
    tippecanoe: zooms(Math.floor(properties.min_zoom)),
    properties: { class: RIVER_CLASSES.find(([from]) => properties.strokeweig >= from)[1] },
    geometry,
  }));
}

const fold = (text) =>
  text
    .normalize("NFD")
    .toLowerCase()
    .replace(/[^a-z]/g, "");

/** geonameids of the capitals; the source gives capitals by name. */
function capitals(places) {
  const found = new Set();
  for (const { iso, capital } of Object.values(json(cities, "countries.json"))) {
    if (!capital) continue;
    const own = places.filter((place) => place.countrycode === iso);
    const named = (test) => own.find(test); // places are sorted: the largest
    const wanted = fold(capital);
    const place =
      named((p) => fold(p.name) === wanted) ??
      named((p) => p.alternatenames.some((name) => fold(name) === wanted));
    if (place) found.add(place.geonameid);
    else console.log(`places: no capital ${capital} in ${iso}`);
  }
  return found;
}

/** Web Mercator, the world being a square of side 1. */
function project({ latitude, longitude }) {
  const sin = Math.sin((latitude * Math.PI) / 180);
  return [longitude / 360 + 0.5, 0.5 - Math.log((1 + sin) / (1 - sin)) / (4 * Math.PI)];
}

/**
 * Points taken so far, in square cells of the asked-for spacing: enough to tell
 * whether a point has a neighbour within it.
 */
class Spacing {
  constructor(distance) {
    this.distance = distance;
    this.cells = new Map();
  }
  cell(x, y) {
    return [Math.floor(x / this.distance), Math.floor(y / this.distance)];
  }
  crowded([x, y]) {
    const [column, row] = this.cell(x, y);
    for (let i = column - 1; i <= column + 1; i++) {
      for (let j = row - 1; j <= row + 1; j++) {
        for (const [px, py] of this.cells.get(`${i}/${j}`) ?? []) {
          if (Math.hypot(px - x, py - y) < this.distance) return true;
        }
      }
    }
    return false;
  }
  add(point) {
    const key = this.cell(...point).join("/");
    const points = this.cells.get(key);
    if (points) points.push(point);
    else this.cells.set(key, [point]);
  }
}

/**
 * A place has the lowest rank at which nobody greater is near, so that every region
 * has its names and small places stay visible where there is room.
 */
function places() {
  const all = Object.values(json(cities, "cities5000.json")).filter(
    (place) => Math.abs(place.latitude) < MAX_LATITUDE,
  );
  const bySize = (size) => (a, b) => size(b) - size(a) || a.geonameid - b.geonameid;
  all.sort(bySize((place) => place.population));
  const capital = capitals(all);
  all.sort(bySize((p) => p.population * (capital.has(p.geonameid) ? CAPITAL_WEIGHT : 1)));
  const taken = [];
  for (let rank = 0; rank <= MAX_RANK; rank++) {
    taken.push(new Spacing(PLACE_SPACING / (TILE_PIXELS * 2 ** rank)));
  }
  const features = [];
  for (const place of all) {
    const isCapital = capital.has(place.geonameid);
    const point = project(place);
    const from = RANK_FROM.find(([population]) => place.population >= population)[1];
    const least = Math.max(from - (isCapital ? 1 : 0), 0);
    // Room is needed at every finer zoom too: a greater neighbour may come in later.
    let rank = MAX_RANK + 1;
    while (rank > least && !taken[rank - 1].crowded(point)) rank--;
    if (rank > MAX_RANK) continue;
    for (let finer = rank; finer <= MAX_RANK; finer++) taken[finer].add(point);
    let kind = "village";
    if (isCapital) kind = "capital";
    else if (place.population >= CITY_FROM) kind = "city";
    else if (place.population >= TOWN_FROM) kind = "town";
    features.push({
      rank,
      // One zoom early, for screens that draw a tile at 512 pixels.
      tippecanoe: zooms(rank - 1),
      properties: {
        name: place.name.normalize("NFC"),
        kind,
        rank: String(rank),
        country: place.countrycode,
      },
      geometry: { type: "Point", coordinates: [place.longitude, place.latitude] },
    });
  }
  // Where labels collide the first in the tile wins.
  features.sort((a, b) => a.rank - b.rank);
  return features.map(({ rank: _, ...feature }) => feature);
}

for (const layer of [land, lakes, rivers, borders, places]) write(layer.name, layer());
