#!/usr/bin/env python3
"""Builds osm_words.bin, what things on OpenStreetMap are called, beside this script.

Needs: python >= 3.10 with venv, npm, and the two package registries. Everything else is installed, pinned, into a
temporary folder that is removed at the end.
Run: python3 build_osm_words.py            (format and provenance: README.md)
"""

import json
import pathlib

import packages

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "osm_words.bin"
PACKAGE = "@openstreetmap/id-tagging-schema@6.19.2"
DIST = "package/dist/"
# The hashes are of the data files inside the package: one that changes under the same version stops the build.
FILES = {
    DIST + "presets.min.json": "ba17cbbe661db44556f7520c5c6c42bc7c114502ef51f44b75b08ff288f2e88a",
    DIST + "translations/en.min.json": "7b32c31f0d5afe8758217fc0bce1133f941bb47e02e2858b06ace60874449a2d",
    DIST + "translations/fr.min.json": "5f9e07872bfc95a8dd733d833a4b6fe0d828d8b9480a49a767cbf940eeaf7f04",
    DIST + "translations/de.min.json": "97947f6492e3609d9ec18974caf0905f825d658dbc1ba54a1e3bba80c7204934",
    DIST + "translations/es.min.json": "cb97471a4d6dc58d9600c17c0aa222db110e95afb9e6b089e026fdc6d5dfadf0",
}
LANGUAGES = ("fr", "en", "de", "es")
# Keys whose tags make a record: node/src/import/osm_tags/mod.rs.
KEYS = {
    "amenity", "shop", "tourism", "leisure", "office", "craft", "healthcare", "historic", "club", "emergency",
    "railway", "public_transport", "aeroway", "landuse", "natural", "man_made", "place",
}
# Characters of a word, at the most: longer ones are explanations.
WORD_MAX = 40


def words(preset):
    """The name of a preset and its other words, each once; a translation may be partly missing."""
    said = [preset.get("name", ""), *preset.get("aliases", "").split("\n"), *preset.get("terms", "").split(",")]
    clean = (" ".join(word.replace("|", " ").split()) for word in said)
    return list(dict.fromkeys(word for word in clean if word and len(word) <= WORD_MAX))


def build(sources):
    presets = json.loads(sources[DIST + "presets.min.json"])
    said = {}
    for language in LANGUAGES:
        file = json.loads(sources[f"{DIST}translations/{language}.min.json"])
        said[language] = file[language]["presets"]["presets"]
    rows = {}
    for name, preset in presets.items():
        tags = preset["tags"]
        key, value = next(iter(tags.items()), ("", "*"))
        if len(tags) != 1 or key not in KEYS or value == "*":
            continue
        # Of several for one tag the one that is named as the tag is.
        tag = f"{key}={value}"
        if tag in rows and name != f"{key}/{value}":
            continue
        cells = [words(said[language].get(name, {})) for language in LANGUAGES]
        if cells[1]:
            rows[tag] = cells
    lines = ["\t".join([tag, *("|".join(cell) for cell in cells)]) for tag, cells in sorted(rows.items())]
    return len(lines), ("\n".join(lines) + "\n").encode()


packages.build(__file__, PACKAGE, FILES, build, OUTPUT)
