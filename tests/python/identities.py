"""Identities (SPEC.md §7.1): which devices speak, which are out, from acts in any order."""

from communaut import *
from operations import not_folded, recovery_terms

CONSENT = b"communaut/device-consent/1\0"
RECOVERY = b"communaut/recovery/1\0"


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
        may = blake(key) == self.commitment and number > self.number and new not in self.out
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
            if header["schema"] in (1, 2, 4, 5) and header["scope"] == one["scope"]:
                if not_folded(header["schema"], header["schema_version"], act[1]) is None:
                    _, body = decode(act[1])
                    yield {**header, "body": body, "payload": act[1]}


def fold(identity, said):
    """The view of an identity, from its entries as verified headers with body and payload."""
    said = said + list(witnessed([one for one in said if one["author"] == identity]))
    begun = [a for a in said if a["schema"] == 1 and blake(a["payload"]) == identity]
    inceptions = [a for a in begun if a["body"][0] == a["device"]]
    own = [a for a in said if a["author"] == identity]
    acts = {a["id"]: a for a in own if a["schema"] in (2, 4, 5) and signed(a, identity)}
    if not inceptions:
        return None
    first = inceptions[0]["body"]
    root = Speakers([first[0]], [], [], first[2], 0)

    def standing(after, state):
        """The acts that may follow, each with who speaks then."""
        follow = [(name, a) for name, a in acts.items() if previous(a) == after]
        found = [(name, a, state.then(dict(a, body=filled(a["schema"], a["body"])))) for name, a in follow]
        return [(name, a, then) for name, a, then in found if then]

    def all_after(name, act, state, before):
        """An act and what follows it: (states, highest recovery, devices taken out)."""
        states, highest, gone = [state], state.number if act["schema"] == 5 else 0, before.devices & state.out
        for other, next_act, then in standing(name, state):
            more, number, others = all_after(other, next_act, then, state)
            states, highest, gone = states + more, max(highest, number), gone | others
        return states, highest, gone

    head, state, competing = None, root, []
    while True:
        after = [(name, a, then) + all_after(name, a, then, state) for name, a, then in standing(head, state)]
        highest = max([row[4] for row in after], default=0)
        if highest > state.number:
            after = [row for row in after if row[4] == highest]
        beats = lambda b, a: a[1]["device"] in b[5] and b[1]["device"] not in a[5]
        left = [a for a in after if not any(beats(b, a) for b in after)] or after
        if len(left) != 1:
            break
        head, state = left[0][0], left[0][2]
    if left:
        competing = sorted(row[0] for row in left)
        gone = frozenset().union(*(row[5] for row in left)) & state.devices
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
        "recovery": state.commitment,
        "recoveries": state.number,
        "name": shown["body"].get(0, "") if shown else "",
    }


def filled(schema, body):
    """The fields of an act, with what their absence says (§6)."""
    if schema == 4:
        return fields(body, [], [], None)
    return [body.get(at) for at in range(max(body) + 1)]
