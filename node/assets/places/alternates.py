"""Which of the other names of a place the file keeps."""

import functools
import math
from collections import Counter

from .text import clean, words

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
# Countries whose place names teach what a French or an English name looks like.
MODEL_COUNTRIES = frozenset(["FR", "BE", "CH", "CA", "GB", "IE", "US"])
# Letters of French and English names. A name with any other is one of another
# language, or in another script.
LETTERS = frozenset("abcdefghijklmnopqrstuvwxyzàâäçéèêëîïôöùûüÿœæñ' -.’")


@functools.cache
def fold(text):
    """What two spellings of one name have in common: letters without accents."""
    return "".join(words(text))


class Alternates:
    """Chooses the alternate names that someone may type in French or English.

    The source does not say which language a name is in. So names are ranked:
    known names first, then those whose letters follow each other as in the
    place names of French- and English-speaking countries. A name one typing
    error away from a better one brings nothing to a search and is left out.
    """

    def __init__(self, cities, known):
        self.known = known
        # Known name -> the most other names that a place of it has: the better known of two namesakes has more.
        self.fame = Counter()
        for city in cities:
            if city["population"] >= MIN_POPULATION_FOR_ALTERNATES:
                for key in {fold(clean(name)) for name in [city["name"], *city["alternatenames"]]} & known.keys():
                    self.fame[key] = max(self.fame[key], len(city["alternatenames"]))
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
                # Venise is Venice, though some call Vénissieux so.
                if 2 * len(city["alternatenames"]) <= self.fame[key]:
                    continue
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
