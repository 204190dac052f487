"""Texts of names: cleaned, and folded as the program folds them.

`key` must say what node/src/gazetteer/key.rs says, since the file is sorted by
it; a test of the program checks every name of the file.
"""

import re
import unicodedata

# Letters that Unicode does not take apart into a letter and its accent.
SPELT = {"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "þ": "th"}
# Signs that Unicode calls letters and people type as an apostrophe, or not at all.
APOSTROPHES = "ʹʺʻʼʽʾʿˈˊˋ"
SAINTS = {"st": "saint", "ste": "sainte", "sankt": "saint"}
ORDINAL = re.compile(r"([0-9]+)(?:e|er|re|ere|eme|ieme|nd|nde)")
# Articles that people leave out when they type a place's name.
ARTICLES = {"le", "la", "les", "l", "the", "el", "los", "las"}
UNIONS = [
    (["communaute", "de", "communes"], "cc"),
    (["communaute", "d", "agglomeration"], "ca"),
    (["communaute", "urbaine"], "cu"),
]


def clean(text):
    """NFC, one line, no tab."""
    text = unicodedata.normalize("NFC", text)
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def words(text):
    """Lower case, without accents, ligatures written out, cut at all that is neither letter nor digit."""
    out = []
    for c in unicodedata.normalize("NFKD", text):
        if unicodedata.category(c).startswith("M"):
            continue
        c = " " if c in APOSTROPHES else c.lower()
        out.append(SPELT.get(c, c if c.isalnum() else " "))
    return "".join(out).split()


def key(text):
    """What two ways of writing one name have in common."""
    found = words(text)
    for long, short in UNIONS:
        if found[: len(long)] == long:
            found[: len(long)] = [short]
    last = len(found) - 1
    out = []
    for at, word in enumerate(found):
        ordinal = ORDINAL.fullmatch(word)
        if ordinal:
            word = ordinal[1]
        elif word in ("arrondissement", "arrdt") and at > 0:
            word = ""
        elif at < last:
            word = SAINTS.get(word, word)
        out.append(word)
    return "".join(out)


def bare(name):
    """The name without its article, as people type it."""
    found = words(name)
    if len(found) < 2 or found[0] not in ARTICLES:
        return []
    return [re.sub(r"^\w+\W+", "", name)]


def degrees(lat, lon):
    """As the file has them: ten-thousandths of a degree, 11 m."""
    return round(lat * 10_000), round(lon * 10_000)
