"""France: communes, arrondissements of Paris, Lyon and Marseille, former communes, EPCI, départements, régions.

What there is comes from the official list, with postcodes and people. Where it is comes from GeoNames: the place of
that name, or else what its list of postcodes has under postcode and name.
"""

import math
from collections import defaultdict

from .text import bare, clean, degrees, key, words

# Kinds of places, as in node/src/gazetteer/mod.rs.
PLACE, COMMUNE, QUARTER, FORMER, EPCI, DEPARTEMENT, REGION, COUNTRY = range(8)
# Beginning of a commune's code -> ISO code of what the world counts as a country of its own.
OVERSEAS = {"971": "GP", "972": "MQ", "973": "GF", "974": "RE", "975": "PM", "976": "YT", "977": "BL", "978": "MF",
            "984": "TF", "986": "WF", "987": "PF", "988": "NC"}
FRENCH = frozenset(["FR", *OVERSEAS.values()])
# Kilometres: a place of the same name within this distance is that commune. Communes that share a name lie farther
# apart, and centres of one commune nearer.
SAME_KM = 12
# Kilometres from the middle of its intercommunality, or of what has its postcode, beyond which a position is taken for
# an error, where another is known. The widest ones in the mountains and on the coast reach as far.
ASTRAY_KM = 60
ASTRAY_OF_POSTCODE_KM = 20
# Overseas communes are wider than that: Maripasoula has 18,360 km².
WIDE = frozenset(["971", "972", "973", "974", "976", "987", "988"])
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII", "XIII", "XIV", "XV", "XVI", "XVII",
         "XVIII", "XIX", "XX"]
# What stands before the name of an intercommunality.
EPCI_LEADS = {"cc", "ca", "cu", "metropole", "de", "du", "des", "d", "la", "le", "les", "l"}


def km(a, b):
    """Between two pairs of degrees, near enough."""
    east = (b[1] - a[1] + 180) % 360 - 180
    return math.hypot(b[0] - a[0], east * math.cos(math.radians(a[0]))) * 111.2


def middle(points):
    return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))


def country(code):
    return OVERSEAS.get(code[:3], "FR")


class France:
    def __init__(self, lists, postal, cities):
        """`lists`: the official files by name; `postal`: rows of the postcodes; `cities`: (city, other names) pairs."""
        self.lists, self.cities = lists, cities
        self.regions = {region["code"]: region["nom"] for region in lists["regions"]}
        self.departements = {one["code"]: one for one in lists["departements"]}
        self.by_postcode = defaultdict(list)
        for row in postal:
            self.by_postcode[row["postal_code"][:5]].append((key(row["city"]), (row["latitude"], row["longitude"])))
        self.by_name = defaultdict(list)
        for number, (city, _) in enumerate(cities):
            self.by_name[key(city["name"])].append(number)
        self.unions = {}
        for union in lists["epci"] + lists["ept"]:
            for member in union["membres"]:
                self.unions.setdefault(member["code"], union["code"])
        self.of = defaultdict(dict)
        for one in lists["communes"]:
            self.of[one["type"]][one["code"]] = one
        self.guesses = []

    def places(self):
        """All of them, and which of `cities` they are."""
        taken = {}
        at = self.positions(taken)
        out = {code: self.commune(code, at[code], taken.get(code)) for code in self.of["commune-actuelle"]}
        rest = [self.quarter(one, at) for one in self.of["arrondissement-municipal"].values()]
        for kind in ("commune-deleguee", "commune-associee"):
            rest += [former for one in self.of[kind].values() if (former := self.former(one, at, out))]
        rest += self.wholes(at)
        return [*out.values(), *rest], set(taken.values())

    def positions(self, taken):
        communes = self.of["commune-actuelle"]
        at = {code: spot for code, one in communes.items() if (spot := self.by_postcodes(one["nom"], one))}
        heart = defaultdict(list)
        for code, spot in at.items():
            heart[self.unions.get(code)].append(spot)
        heart = {union: middle(spots) for union, spots in heart.items() if union}
        for code, one in communes.items():
            union = heart.get(self.unions.get(code))
            near = at.get(code)
            if near and self.astray(one, near, union):
                near = None
            reach = SAME_KM if near else 2 * SAME_KM
            near = near or self.around(one) or union
            if near is None:
                near = self.largest(country(code))
            number = self.city(one["nom"], near, reach, country(code)) if near else None
            if number is not None:
                taken[code] = number
                near = self.spot(number)
            elif code not in at and near:
                self.guesses.append(one["nom"])
            if near is None:
                near = self.MIDDLE_OF_NOWHERE[code[:3]]
                self.guesses.append(one["nom"])
            at[code] = near
        return at

    # Where nobody lives, no list says where it is: the Southern and Antarctic Lands, Clipperton.
    MIDDLE_OF_NOWHERE = {"984": (-49.35, 70.22), "989": (10.3, -109.22)}

    def astray(self, one, near, union):
        if one["code"][:3] in WIDE:
            return False
        spots = [spot for postcode in one["codesPostaux"] for _, spot in self.by_postcode[postcode]]
        usual = sorted(lat for lat, _ in spots)[len(spots) // 2], sorted(lon for _, lon in spots)[len(spots) // 2]
        alone = len(spots) < 4
        lost = not alone and km(near, usual) > ASTRAY_OF_POSTCODE_KM
        return lost or (union is not None and km(near, union) > ASTRAY_KM)

    def largest(self, land):
        inside = [n for n, (city, _) in enumerate(self.cities) if city["countrycode"] == land and land != "FR"]
        return self.spot(max(inside, key=lambda n: self.cities[n][0]["population"])) if inside else None

    def by_postcodes(self, name, one):
        folded = key(name)
        for postcode in one.get("codesPostaux", []):
            for other, spot in self.by_postcode[postcode]:
                if other == folded:
                    return spot
        return None

    def around(self, one):
        """The middle of what made up a new commune, or of all with its postcode."""
        parts = [old for kind in ("commune-deleguee", "commune-associee") for old in self.of[kind].values()
                 if old["chefLieu"] == one["code"]]
        # The part that has the commune's own code is its seat.
        parts.sort(key=lambda old: old["code"] != one["code"])
        for part in parts:
            if spot := self.by_postcodes(part["nom"], one):
                return spot
        spots = [spot for postcode in one.get("codesPostaux", []) for _, spot in self.by_postcode[postcode]]
        return middle(spots) if spots else None

    def spot(self, number):
        city = self.cities[number][0]
        return city["latitude"], city["longitude"]

    def city(self, name, near, reach, land):
        same = [n for n in self.by_name[key(name)] if self.cities[n][0]["countrycode"] == land]
        best = min(same, key=lambda n: km(near, self.spot(n)), default=None)
        return best if best is not None and km(near, self.spot(best)) <= reach else None

    def area(self, one, zone):
        code = one["departement"] if "departement" in one else one["code"][:3]
        departement = self.departements.get(code, {}).get("nom", "")
        region = self.regions.get(one.get("region"), "")
        return country(one["code"]), region, departement, code, zone

    def zone(self, code, number):
        if number is not None:
            return self.cities[number][0]["timezone"]
        return ZONES.get(country(code), "Europe/Paris")

    def make(self, one, kind, name, others, spot, number=None, people=None):
        lat, lon = degrees(*spot)
        people = one.get("population", 0) if people is None else people
        area = self.area(one, self.zone(one["code"], number))
        return {"name": name, "others": others, "lat": lat, "lon": lon, "people": people, "area": area, "kind": kind}

    def commune(self, code, spot, number):
        one = self.of["commune-actuelle"][code]
        name = clean(one["nom"])
        others = [*one.get("codesPostaux", []), *bare(name)]
        if name == "Paris":
            others.append(one["departement"])
        if number is not None:
            others += [self.cities[number][0]["name"], *self.cities[number][1]]
        return self.make(one, COMMUNE, name, others, spot, number)

    def quarter(self, one, at):
        # "Paris 17e Arrondissement"
        town, number = one["nom"].split()[:2]
        digits = "".join(c for c in number if c.isdigit())
        spot = self.by_postcodes(f"{town} {int(digits):02}", one) or self.by_postcodes(f"{town} {int(digits)}", one)
        others = [*one["codesPostaux"], f"{number} arrondissement de {town}", f"{number} {town}",
                  f"{town} {int(digits):02}", f"{town} {ROMAN[int(digits) - 1]}", f"{town} {ROMAN[int(digits) - 1]}e"]
        return self.make(one, QUARTER, f"{town} {number}", others, spot or at[one["commune"]])

    def former(self, one, at, communes):
        """A commune that became part of another; where nothing says where it was, another name of that one."""
        whole = self.of["commune-actuelle"].get(one["chefLieu"])
        name = clean(one["nom"])
        if whole is None or key(name) == key(whole["nom"]):
            return None
        near = at[whole["code"]]
        spot = self.by_postcodes(name, whole)
        number = self.city(name, spot or near, SAME_KM, country(whole["code"]))
        if number is not None or (spot and km(spot, near) > ASTRAY_KM):
            spot = None
        if spot is None:
            if number is None:
                communes[whole["code"]]["others"].append(name)
            return None
        return self.make(one, FORMER, name, bare(name), spot, people=0)

    def wholes(self, at):
        """What consists of communes: in their middle."""
        out = []
        communes = self.of["commune-actuelle"]
        for union in self.lists["epci"] + self.lists["ept"]:
            members = [m["code"] for m in union["membres"] if m["code"] in at]
            if not members:
                continue
            first = communes[members[0]]
            name = clean(union["nom"].replace(" - ", "-"))
            people = union.get("populationMunicipale") or sum(communes[m].get("population", 0) for m in members)
            out.append(self.make(first, EPCI, name, unled(name), middle([at[m] for m in members]), people=people))
        groups = defaultdict(list)
        for code, one in communes.items():
            groups["d", one.get("departement", code[:3])].append(code)
            groups["r", one.get("region")].append(code)
        for departement in self.lists["departements"]:
            members = groups["d", departement["code"]]
            same = self.regions.get(departement["region"]) == departement["nom"]
            # Where département and région are one, and where it is Paris, the larger name says it.
            if members and not same and departement["code"] != "75":
                code = departement["code"]
                others = [code, *bare(departement["nom"])]
                out.append(self.whole(communes, members, at, DEPARTEMENT, departement["nom"], others))
        for region in self.lists["regions"]:
            members = groups["r", region["code"]]
            if members:
                codes = {communes[m].get("departement", m[:3]) for m in members}
                others = [*bare(region["nom"]), *(codes if len(codes) == 1 else ())]
                others += OTHER_NAMES.get(region["nom"], [])
                out.append(self.whole(communes, members, at, REGION, region["nom"], others))
        return out

    def whole(self, communes, members, at, kind, name, others):
        people = sum(communes[m].get("population", 0) for m in members)
        spot = middle([at[m] for m in members])
        made = self.make(communes[members[0]], kind, name, others, spot, people=people)
        if kind == REGION:
            land, region, _, _, zone = made["area"]
            made["area"] = (land, region, "", "", zone)
        return made


# Zones of the overseas communes that GeoNames does not have.
ZONES = {"GP": "America/Guadeloupe", "MQ": "America/Martinique", "GF": "America/Cayenne", "RE": "Indian/Reunion",
         "PM": "America/Miquelon", "YT": "Indian/Mayotte", "BL": "America/St_Barthelemy", "MF": "America/Marigot",
         "TF": "Indian/Kerguelen", "WF": "Pacific/Wallis", "PF": "Pacific/Tahiti", "NC": "Pacific/Noumea"}
OTHER_NAMES = {"Provence-Alpes-Côte d'Azur": ["PACA", "Région Sud"], "Bretagne": ["Brittany", "Breizh"],
               "Corse": ["Corsica"], "Normandie": ["Normandy"], "La Réunion": ["Reunion Island"],
               "Bourgogne-Franche-Comté": ["BFC"], "Auvergne-Rhône-Alpes": ["AURA"], "Hauts-de-France": ["HDF"]}


def unled(name):
    """The name of an intercommunality without what kind of one it is."""
    parts = name.replace("'", "' ").split()
    while len(parts) > 1 and "".join(words(parts[0])) in EPCI_LEADS:
        parts.pop(0)
    short = " ".join(parts).replace("' ", "'")
    return [short] if short != name else []
