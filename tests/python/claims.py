"""Claims and confirmations (SPEC.md §7.7), in an open cell."""

import itertools

from communaut import CONFIRMS_EACH_MAX, CONFIRMS_MAX, NEEDED, derive, fields

CLAIM, CONFIRM, TERMS = 41, 42, 43


def order(record):
    return record["stamp"], record["id"]


def fold(resource, owner, records):
    """Of each entry the header with the operation as `body`: states, taken, overbooked, heads."""
    claims, confirms, all_terms = {}, {}, {}
    for record in records:
        body, author = record["body"], record["author"]
        if record["schema"] == CLAIM:
            about, places, during, day, guest = fields(body, NEEDED, NEEDED, None, None, "")
            during = during and fields(during, NEEDED, NEEDED)
            claim = {**record, "places": places, "during": during, "occurrence": day, "guest": guest}
            key, counts = (author, day, guest), not guest or author == owner
            if about == resource and counts and (key not in claims or order(claims[key]) < order(record)):
                claims[key] = claim
        elif record["schema"] == CONFIRM:
            about, previous, decisions, terms = fields(body, NEEDED, [], [], None)
            decisions = [fields(one, NEEDED, False) for one in decisions]
            if about == resource:
                confirms[record["id"]] = {"author": author, "previous": previous, "said": decisions, "terms": terms}
        elif record["schema"] == TERMS:
            about, capacity, exclusive, confirmers, _ = fields(body, NEEDED, None, False, [], False)
            if about == resource and author == owner:
                all_terms[record["id"]] = (order(record), capacity, exclusive, confirmers)
    standing = {claim["id"]: claim for claim in claims.values() if claim["places"]}
    the_terms = max(all_terms.values(), key=lambda one: one[0], default=None)
    may = lambda who: who == owner or the_terms is not None and who in the_terms[3]

    def past(of):
        seen, left = set(), [of]
        while left:
            for name in confirms[left.pop()]["previous"]:
                if name in confirms and name not in seen:
                    seen.add(name)
                    left.append(name)
        return seen

    pasts = {name: past(name) for name in confirms}
    counting = {name for name, one in confirms.items() if may(one["author"])}
    counting |= {before for name in counting for before in pasts[name]}

    by_owner = {name for name, one in confirms.items() if one["author"] == owner}
    followed = {before for name in by_owner for before in pasts[name]}
    may_count, mine = set(counting), {}
    rank = lambda author: 0 if author == owner else 1 if may(author) else 2

    def place(name):
        depth = 0
        names = {name}
        while names := {before for one in names for before in confirms[one]["previous"] if before in may_count}:
            depth += 1
        return name not in by_owner, name not in followed, depth, rank(confirms[name]["author"]), name

    counting = []
    for name in sorted(may_count, key=place):
        author = confirms[name]["author"]
        mine[author] = mine.get(author, 0) + 1
        if author == owner or mine[author] <= CONFIRMS_EACH_MAX:
            counting.append(name)
    counting = set(counting[:CONFIRMS_MAX])

    def key(name):
        author = confirms[name]["author"]
        after = [confirms[one]["author"] for one in counting if name in pasts[one]]
        return rank(author), -after.count(owner), -len(after), name

    state, latest, left = {}, None, set(counting)
    while left and the_terms:
        name = min((one for one in left if not pasts[one] & left), key=key)
        left.remove(name)
        known = all_terms.get(confirms[name]["terms"])
        latest = max((one for one in (latest, known) if one), key=lambda one: one[0], default=None)
        for gives in (False, True):
            for claim, given in confirms[name]["said"]:
                before = state.get(claim)
                if given != gives or claim not in standing or before and before[0] not in pasts[name]:
                    continue
                held = [standing[one] for one, (_, what) in state.items() if what == "confirmed"]
                stays = before and before[1] == "confirmed" or fits(held, standing[claim], latest or the_terms)
                state[claim] = (name, ("confirmed" if stays else "lapsed") if given else "declined")

    if the_terms:
        stands = {name: state[name][1] if name in state else "asked" for name in standing}
    else:
        stands = {name: "coming" for name in standing}
    takes = [claim for name, claim in standing.items() if stands[name] in ("coming", "confirmed")]
    taken = max(beside(takes, moment, day) for moment in moments(takes) for day in days(takes, None))
    capacity = the_terms and the_terms[1]
    listed = [
        {
            "person": claim["author"].hex(),
            "places": claim["places"],
            "state": stands[name],
            "turn": derive("communaut 2026 claim order", resource + claim["author"] + apart(claim)).hex(),
            **{name: claim[name] for name in ("occurrence", "guest") if claim[name] not in (None, "")},
        }
        for name, claim in standing.items()
    ]
    saying = {name for name in counting if name in by_owner or confirms[name]["said"]}
    heads = saying - {before for name in saying for before in pasts[name]}
    return {
        "claims": sorted(listed, key=lambda one: one["turn"]),
        "taken": taken,
        "overbooked": 0 if capacity is None else max(0, taken - capacity),
        "heads": [name.hex() for name in sorted(heads, key=lambda name: (rank(confirms[name]["author"]), name))],
    }


def apart(claim):
    """What the lot of a claim for one occurrence or a guest is drawn from besides."""
    day, guest = claim["occurrence"], claim["guest"]
    if day is None and not guest:
        return b""
    return (b"\0" if day is None else b"\1" + day.to_bytes(4, "big", signed=True)) + guest.encode()


def days(claims, day):
    """The occurrences that a claim for a day is for, as far as they differ; one for which nobody asks is None."""
    return [day] if day is not None else [None] + [claim["occurrence"] for claim in claims]


def moments(claims):
    return [claim["during"][0] for claim in claims if claim["during"]] + [-(2**63)]


def holds(claim, moment):
    return claim["during"] is None or claim["during"][0] <= moment < claim["during"][1]


def beside(claims, moment, day):
    there = [claim for claim in claims if claim["occurrence"] in (None, day)]
    return sum(claim["places"] for claim in there if holds(claim, moment))


def fits(held, claim, terms):
    _, capacity, exclusive, _ = terms
    for moment, day in itertools.product(moments([*held, claim]), days(held, claim["occurrence"])):
        if holds(claim, moment):
            used = beside(held, moment, day)
            if capacity is not None and used + claim["places"] > capacity or exclusive and used:
                return False
    return True
