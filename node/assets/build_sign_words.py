#!/usr/bin/env python3
"""Builds sign_words.bin, what pictograms are called, beside this script.

Needs: python >= 3.10 with venv, npm, and the two package registries. Everything else is installed, pinned, into a
temporary folder that is removed at the end.
Run: python3 build_sign_words.py            (format and provenance: README.md)
"""

import json
import pathlib

import packages

OUTPUT = pathlib.Path(__file__).resolve().parent / "sign_words.bin"
PACKAGE = "cldr-annotations-full@48.2.0"
FILES = {
    "package/annotations/fr/annotations.json": "33da052f74782791989e6226d60871c846799e077a5a7fb4e87ecfa7ca385733",
    "package/annotations/en/annotations.json": "f22083cb86dffb63a643d5bacb5d9899f82d2fa5d388ad4f3aed72184acef505",
    "package/annotations/de/annotations.json": "bfd22f5226d874843a28b6efec01db7e47dfae4ed802eceab8b416550f09e3c2",
    "package/annotations/es/annotations.json": "339cdf9ae5fe6d3250d3c53b95ff6d8a4dae96c7c0d279756ee7a73c43c84b56",
}
# Asks for a picture in the place of a letter: the sign before it is the same one.
PICTURE = "\ufe0f"
# Arrows, letters in circles and the like, below, are no pictograms of things.
FIRST = "\u2600"


def build(sources):
    names = {}
    for data in sources.values():
        said = json.loads(data)["annotations"]["annotations"]
        for sign, words in said.items():
            sign = sign.replace(PICTURE, "")
            if len(sign) == 1 and sign >= FIRST and words.get("tts"):
                name = words["tts"][0].replace("|", " ").replace("\t", " ")
                names.setdefault(sign, []).append(name)
    lines = [f"{sign}\t{'|'.join(dict.fromkeys(said))}" for sign, said in sorted(names.items())]
    return len(lines), ("\n".join(lines) + "\n").encode()


packages.build(__file__, PACKAGE, FILES, build, OUTPUT)
