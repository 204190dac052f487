"""Checks a basemap as its reader needs it, and says what is in it.

Run by build_basemap.sh: python check_basemap.py FILE (needs PyPI pmtiles)
"""

import gzip
import sys
from collections import defaultdict

from pmtiles.reader import MmapSource, Reader, all_tiles

# The map widget knows no other extent, and reads values of other types as null.
EXTENT = 4096
READABLE = {1: "string", 3: "double"}
# Bytes of a tile, packed: what is decoded in one go while the map is moved.
MAX_TILE_BYTES = 500_000
MAX_BYTES = 4_000_000
MAX_ZOOM = 6
LAYERS = ["land", "lakes", "rivers", "borders", "places"]
# The tile of zoom 5 with the south of France must have all of them.
SAMPLE = (5, 16, 11)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7


def fields(data):
    """(number, value) of each field of a protocol buffer message."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        wire = key & 7
        if wire == 0:
            value, at = varint(data, at)
        elif wire == 2:
            length, at = varint(data, at)
            value, at = data[at : at + length], at + length
        else:
            width = {1: 8, 5: 4}[wire]
            value, at = data[at : at + width], at + width
        yield key >> 3, value


def layers(tile):
    """name -> (features, extent, {key: types of its values}) of an MVT tile."""
    found = {}
    for _, layer in fields(tile):
        parts = defaultdict(list)
        for number, value in fields(layer):
            parts[number].append(value)
        keys = [key.decode() for key in parts[3]]
        types = [next(fields(value))[0] for value in parts[4]]
        attributes = defaultdict(set)
        for feature in parts[2]:
            for number, value in fields(feature):
                tags, at = [], 0
                while number == 2 and at < len(value):
                    tag, at = varint(value, at)
                    tags.append(tag)
                for key, tagged in zip(tags[::2], tags[1::2]):
                    attributes[keys[key]].add(types[tagged])
        extent = parts[5][0] if parts[5] else EXTENT
        found[parts[1][0].decode()] = (len(parts[2]), extent, attributes)
    return found


def main(path):
    problems = []
    with open(path, "rb") as file:
        source = MmapSource(file)
        reader = Reader(source)
        header = reader.header()
        if (header["min_zoom"], header["max_zoom"]) != (0, MAX_ZOOM):
            problems.append(f"zooms {header['min_zoom']} to {header['max_zoom']}")
        count = largest = 0
        attributes = defaultdict(lambda: defaultdict(set))
        for (z, x, y), packed in all_tiles(source):
            count, largest = count + 1, max(largest, len(packed))
            for name, (_, extent, keys) in layers(gzip.decompress(packed)).items():
                if extent != EXTENT:
                    problems.append(f"tile {z}/{x}/{y}: layer {name} has extent {extent}")
                for key, types in keys.items():
                    attributes[name][key] |= types
        sample = layers(gzip.decompress(reader.get(*SAMPLE)))
        size = file.seek(0, 2)
    print(f"{size} bytes, {count} tiles, the largest of {largest} bytes")
    for name in LAYERS:
        if name not in sample:
            problems.append(f"tile {SAMPLE}: no layer {name}")
            continue
        shown = []
        for key, types in sorted(attributes[name].items()):
            shown.append(f"{key}: {'|'.join(READABLE.get(t, f'MVT type {t}') for t in sorted(types))}")
            if not types <= READABLE.keys():
                problems.append(f"layer {name}: {key} has MVT value types {sorted(types)}")
        print(f"  {name}: {', '.join(shown) or 'no attributes'}; {sample[name][0]} features in tile {SAMPLE}")
    if size > MAX_BYTES:
        problems.append(f"{size} bytes, more than {MAX_BYTES}")
    if largest > MAX_TILE_BYTES:
        problems.append(f"a tile of {largest} bytes, more than {MAX_TILE_BYTES}")
    if problems:
        sys.exit("check_basemap: " + "\n".join(problems[:20]))


main(sys.argv[1])
