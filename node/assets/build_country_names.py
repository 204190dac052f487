#!/usr/bin/env python3
"""Builds country_names.tsv, what countries are called in the languages of the window, beside this script.

Needs: python >= 3.10 and npm with its registry; the package goes into a temporary folder that is removed at the end.
Run: python3 build_country_names.py            (format and provenance: README.md)
"""

import json
import pathlib
import tempfile

import packages

OUTPUT = pathlib.Path(__file__).resolve().parent / "country_names.tsv"
PACKAGE = "cldr-localenames-full@48.2.0"
FILES = {
    "package/main/en/territories.json": "158c1d575308f7e46912edbeda435c8fe2ef5dad280798231f3a432e406b1807",
    "package/main/fr/territories.json": "42d67b78cb74ffe87380db1d702d06be995c3082d7f711ffd6e75a721133c5e0",
}
# Areas that are no countries, in CLDR's list beside them.
NO_COUNTRIES = {"EU", "EZ", "QO", "UN", "XA", "XB", "ZZ"}


def names(language, data):
    return json.loads(data)["main"][language]["localeDisplayNames"]["territories"]


with tempfile.TemporaryDirectory() as folder:
    folder = pathlib.Path(folder)
    files = packages.checked(packages.npm(folder, PACKAGE), PACKAGE, FILES)
english, french = (names(path.split("/")[2], data) for path, data in files.items())
codes = sorted(code for code in english if len(code) == 2 and code.isalpha() and code not in NO_COUNTRIES)
lines = [f"{code}\t{english[code]}\t{french[code]}" for code in codes]
OUTPUT.write_text("\n".join(lines) + "\n", encoding="utf-8")
print(f"{OUTPUT.name}: {len(lines)} countries")
