"""Identities (SPEC.md §7.1): which devices speak, which are out, from acts in any order."""

from communaut import *
from operations import not_folded, recovery_terms

CONSENT = b"communaut/device-consent/1\0"
RECOVERY = b"communaut/recovery/1\0"
DECISION = b"communaut/decision/1\0"


class Speakers:
    """Who speaks after an act."""

    def __init__(self, devices, out, accepted, commitment, number):
        self.devices, self.out, self.accepted = frozenset(devices), frozenset(out), frozenset(accepted)
        self.commitment, self.number = commitment, number

    def then(self, act):
        """Who speaks after an act that follows; None if it may not be done here."""
        by, schema, body = act["device"], act["schema"], act["body"]
        if schema == 2:
            new = body[0]
            may = by in self.devices and new not in self.devices | self.out and len(self.devices) < DEVICES_MAX
            then = Speakers(self.devices | {new}, self.out, self.accepted, self.commitment, self.number)
            return then if may else None
        if schema == 4:
            gone = set(body[0])
            if by not in self.devices or not gone <= self.devices | self.out:
                return None
            accepted = self.accepted | set(body[1])
            return Speakers(self.devices - gone, self.out | gone, accepted, self.commitment, self.number)
        terms, key, _ = body
        number, new, _, _, after, _, keep, accepted, _ = recovery_terms(terms)
        keep = set(keep)
        may = blake(key) == self.commitment and number == self.number + 1 and new not in self.out
        if not may or not keep <= self.devices or len(keep) >= DEVICES_MAX:
            return None
        out = (self.out | (self.devices - keep)) - {new}
        return Speakers(keep | {new}, out, self.accepted | set(accepted), after, number)


def signed(act, identity):
    """Consents and proofs, which do not depend on where an act stands."""
    schema, body = act["schema"], act["body"]
    if schema == 2:
        return verify_strict(body[0], CONSENT + identity + body[1], body[3])
    if schema == 5:
        terms, key, proof = [body[at] for at in range(3)]
        return terms[1] == act["device"] and verify_strict(key, RECOVERY + identity + encode(terms), proof)
    if schema == 7:
        chosen, key, proof = [body[at] for at in range(3)]
        return verify_strict(key, DECISION + identity + chosen, proof)
    return True


def previous(act):
    body = act["body"]
    last = {2: 4, 4: 2}
    return body[0].get(8) if act["schema"] == 5 else body.get(last[act["schema"]])


def witnessed(said):
    """The acts that witnesses say again, as if they stood there themselves."""
    for one in said:
        for act in one["body"].get(0, []) if one["schema"] == 6 else []:
            try:
                header = verify(act[0], act[1])
            except Refused:
                continue
            if header["schema"] in (1, 2, 4, 5, 7) and header["scope"] == one["scope"]:
                if not_folded(header, act[1]) is None:
                    _, body = decode(act[1])
                    yield {**header, "body": body, "payload": act[1]}


def within(identity, own, acts):
    """§10.4: the same as a closed community knows it, from what is held of its log and what witnesses there say."""
    said = {one["id"]: one for one in own}
    for act in acts:
        try:
            header = verify(act[0], act[1])
        except Refused:
            continue
        told = header["schema"] in (1, 2, 3, 4, 5, 7) and header["cell"] == "@" and header["container"] == identity
        if told and not_folded(header, act[1]) is None:
            _, body = decode(act[1])
            said.setdefault(header["id"], {**header, "body": body, "payload": act[1]})
    return fold(identity, list(said.values()))


def fold(identity, said):
    """The view of an identity, from its entries as verified headers with body and payload."""
    said = said + list(witnessed([one for one in said if one["author"] == identity]))
    begun = [a for a in said if a["schema"] == 1 and blake(a["payload"]) == identity]
    inceptions = [a for a in begun if a["body"][0] == a["device"]]
    own = [a for a in said if a["author"] == identity]
    if not inceptions:
        return None
    first = inceptions[0]["body"]
    root = Speakers([first[0]], [], [], first[2], 0)
    said_acts = {a["id"]: a for a in own if a["schema"] in (2, 4, 5) and signed(a, identity)}
    # Entries that say the same recovery are one act, known by the smallest.
    known_as = {}
    for name in sorted(said_acts):
        act = said_acts[name]
        same = (act["body"][1], encode(act["body"][0])) if act["schema"] == 5 else name
        known_as[name] = known_as.setdefault(("same", same), name)
    acts = {name: a for name, a in said_acts.items() if known_as[name] == name}
    by_key = [a for a in own if a["schema"] == 7 and signed(a, identity)]
    by_key = [a for a in by_key if blake(a["body"][1]) == first.get(4)]
    decided = {known_as.get(a["body"][0], a["body"][0]) for a in by_key}

    def standing(after, state):
        """The acts that may follow, each with who speaks then."""
        follow = [(name, a) for name, a in acts.items() if known_as.get(previous(a), previous(a)) == after]
        found = [(name, a, state.then(dict(a, body=filled(a["schema"], a["body"])))) for name, a in follow]
        return [(name, a, then) for name, a, then in found if then]

    def next_recoveries(after, state):
        """The recoveries before which there is no other from here on."""
        for name, act, then in standing(after, state):
            if act["schema"] == 5:
                yield name, then
            else:
                yield from next_recoveries(name, then)

    def all_after(name, act, state, before):
        """An act and what follows it, without recoveries: (states, devices taken out)."""
        states, gone = [state], before.devices & state.out
        for other, next_act, then in standing(name, state):
            if next_act["schema"] != 5:
                more, others = all_after(other, next_act, then, state)
                states, gone = states + more, gone | others
        return states, gone

    head, state, competing, contested = None, root, [], []
    while found := list(next_recoveries(head, state)):
        chosen = found if len(found) == 1 else [row for row in found if row[0] in decided]
        if len(chosen) != 1:
            contested = sorted(name for name, _ in found)
            break
        head, state = chosen[0]
    while True:
        after = [(name, a, then) for name, a, then in standing(head, state) if a["schema"] != 5]
        after = [row + all_after(*row, state) for row in after]
        beats = lambda b, a: a[1]["device"] in b[4] and b[1]["device"] not in a[4]
        left = [a for a in after if not any(beats(b, a) for b in after)] or after
        if len(left) != 1:
            break
        head, state = left[0][0], left[0][2]
    if left:
        competing = sorted(row[0] for row in left)
        gone = frozenset().union(*(row[4] for row in left)) & state.devices
        accepted = state.accepted.union(*(one.accepted for row in left for one in row[3]))
        state = Speakers(state.devices - gone, state.out | gone, accepted, state.commitment, state.number)
    profiles = [a for a in own if a["schema"] == 3 and a["device"] in state.devices]
    shown = max(profiles, key=lambda a: (a["stamp"], a["id"]), default=None)
    return {
        "devices": sorted(state.devices),
        "out": sorted(state.out),
        "accepted": sorted(state.accepted),
        "head": head,
        "competing": competing,
        "contested": contested,
        "recovery": state.commitment,
        "recoveries": state.number,
        "name": shown["body"].get(0, "") if shown else "",
    }


def filled(schema, body):
    """The fields of an act, with what their absence says (§6)."""
    if schema == 4:
        return fields(body, [], [], None)
    return [body.get(at) for at in range(max(body) + 1)]
