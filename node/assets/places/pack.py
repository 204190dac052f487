"""The file: numbers of all places, then blocks of names in the order of their keys. README.md describes it."""

import struct

from .text import key

MAGIC = b"CGZ2"
# Names a block: what one look-up unpacks. Smaller blocks cost size, larger ones time.
BLOCK = 1024
LEVEL = 19
# Parts of a place's row, in bytes; kept by column, each byte apart: alike bytes lie together.
COLUMNS = [("lat", 3), ("lon", 3), ("people", 4), ("area", 2), ("kind", 1)]
# Added, so that no number is negative.
LAT_ZERO, LON_ZERO = 900_000, 1_800_000


def pack(places, zstandard):
    """`places`: dictionaries of name, others, lat, lon, people, area (a tuple of texts), kind."""
    places = sorted(places, key=lambda p: (key(p["name"]), -p["people"], p["lat"], p["lon"], p["kind"]))
    areas = {area: None for area in sorted({p["area"] for p in places})}
    numbers = {area: at for at, area in enumerate(areas)}
    assert len(areas) < 65_536
    rows = bytearray()
    numbered = {
        "lat": [p["lat"] + LAT_ZERO for p in places],
        "lon": [p["lon"] + LON_ZERO for p in places],
        "people": [p["people"] for p in places],
        "area": [numbers[p["area"]] for p in places],
        "kind": [p["kind"] for p in places],
    }
    for name, width in COLUMNS:
        for byte in range(width):
            rows += bytes((value >> (8 * byte)) & 0xFF for value in numbered[name])
    mains = [p["name"] for p in places]
    others = set()
    for at, place in enumerate(places):
        own = key(place["name"])
        others |= {(key(other), other, at) for other in place["others"] if key(other) != own}
    # One spelling of a name for a place, that with its accents: the others are found alike.
    one_each = {}
    for folded, other, at in sorted(others, key=lambda one: (sum(not c.isascii() for c in one[1]), one[1])):
        one_each[(folded, at)] = other
    kept = [f"{other}\t{at}" for (folded, at), other in sorted(one_each.items()) if folded]
    blocks, index = [], []
    for mark, lines in (("M", mains), ("A", kept)):
        for start in range(0, len(lines), BLOCK):
            block = lines[start : start + BLOCK]
            index.append(f"{mark}\t{block[0].split(chr(9))[0]}\n")
            blocks.append("".join(f"{line}\n" for line in block).encode())
    head = "".join("\t".join(area) + "\n" for area in areas).encode()
    frames = [head, bytes(rows), "".join(index).encode(), *blocks]
    squeeze = zstandard.ZstdCompressor(level=LEVEL, write_checksum=True, write_content_size=True).compress
    packed = [squeeze(frame) for frame in frames]
    table = b"".join(struct.pack("<II", len(small), len(large)) for small, large in zip(packed, frames))
    sizes = {"areas": len(packed[0]), "numbers": len(packed[1]), "index": len(packed[2]),
             "names": sum(map(len, packed[3:]))}
    print(f"{len(places)} places, {len(kept)} other names, {len(areas)} areas; packed: {sizes}; "
          f"unpacked numbers {len(rows)} bytes, names {sum(map(len, blocks))} bytes")
    return MAGIC + struct.pack("<II", len(places), len(frames)) + table + b"".join(packed)
