"""Holds the second decoder to the golden vectors: it accepts and refuses exactly what the first one does.

    python check_vectors.py FOLDER
"""

import json
import pathlib
import sys

import claims
import identities
import invites
import nacl.bindings
from communaut import *
from operations import blobs_named, envelope, not_folded, occurrences, said_by, under


def raw(text):
    return bytes.fromhex(text)


def read(value):
    """Header fields, or the name of the refusal."""
    try:
        return verify(raw(value["header"]), raw(value["payload"])), None
    except Refused as refused:
        return None, str(refused)


def entry(value):
    header, refusal = read(value)
    assert header is None and refusal == value["refusal"], refusal


def accepted(value):
    header, refusal = read(value)
    assert refusal is None, refusal
    assert header["id"] == raw(value["id"])
    for name in ("epoch", "seq", "stamp", "schema", "schema_version", "flags", "payload_size"):
        assert header[name] == value[name], name
    assert header["author"] == raw(value["log_author"]) and encode(header["extra"]) == raw(value["extra"])
    assert header["cell"] == value["scope"]["cell"] and header["container"] == raw(value["scope"]["container"])
    return header


def operation(value):
    header = accepted(value)
    assert said_by(header, raw(value["payload"])) == [(header["id"], None)]
    if not header["flags"] & 4:
        named = under(header["schema"], envelope(raw(value["payload"]))[1])
        assert named == (raw(value["under"]) if "under" in value else None)


def payload(value):
    header = accepted(value)
    ((name, found),) = said_by(header, raw(value["payload"]))
    assert (name, found) == (header["id"], value["not_folded"]), found


def leaves_case(value):
    """§5.6: what each leaf is called, and why it is not folded."""
    header = accepted(value)
    found = leaves(raw(value["payload"]))
    assert [hashed for _, hashed, _ in found] == [raw(one) for one in value["hashes"]]
    said = [{"id": name.hex(), "not_folded": why} for name, why in said_by(header, raw(value["payload"]))]
    assert said == value["said"], said


def append_case(value):
    header = accepted(value)
    head = value["head"]
    outcome = append(head and (head["seq"], raw(head["id"])), header)
    assert outcome == value["outcome"], outcome


def electorate_root(people):
    """§8.3."""
    level = [derive("communaut 2026 voter", person + (1).to_bytes(4, "big")) for person in people]
    while len(level) > 1:
        pairs = [level[at : at + 2] for at in range(0, len(level), 2)]
        level = [derive("communaut 2026 voters", b"".join(pair)) if len(pair) == 2 else pair[0] for pair in pairs]
    return level[0] if level else bytes(32)


def fold(value):
    """What a fold adds up to is not decided here; that its entries are accepted is."""
    for one in value["entries"] + value["identities"]:
        header, refusal = read(one)
        assert refusal is None, refusal
        assert all(why is None for _, why in said_by(header, raw(one["payload"])))
    if "edited" in value["outcome"]:
        assert edited(value["entries"]) == value["outcome"]["edited"]
        assert link_states(value["entries"]) == value["outcome"]["link_states"]
    if "order" in value["outcome"]:
        assert conversation(value["entries"]) == value["outcome"]["order"]
    if "blobs" in value["outcome"]:
        assert pictured(value["entries"]) == value["outcome"]["blobs"]


def edited(entries):
    """§7.3: of each post that has an edit of its author's what is shown (all are on one wall, in the open)."""
    said = [(read(one)[0], decode(raw(one["payload"]))[1]) for one in entries]
    posts = [(header, post) for header, post in said if header["schema"] == 12]
    firsts = {header["id"]: header["author"] for header, post in posts if 11 not in post}
    latest = {}
    for header, post in posts:
        first = post.get(11, header["id"])
        if firsts.get(first) == header["author"]:
            latest[first] = max(latest.get(first, ()), (header["stamp"], header["id"], post[1]))
    return {first.hex(): said for first, (_, name, said) in latest.items() if name != first}


STATES, ENDS = ("invited", "requested", "accepted", "refused", "left"), (3, 4)


def link_states(entries):
    """§7.4: of each link from a person to an element of this scope, its role and what both sides' words add up to."""
    sides, owners = {}, {}
    for one in entries:
        header, _ = read(one)
        body = decode(raw(one["payload"]))[1]
        if header["schema"] == 10:
            owners[element_id(body[0], body[1])] = body[0]
        elif header["schema"] == 11:
            name = (body[0], body[1], body[2], body.get(3, ""))
            sides.setdefault(name, []).append((header["stamp"], header["id"], body[4], header["author"]))
    found = []
    for (source, target, kind, role), words in sorted(sides.items()):
        ours = max((word for word in words if word[3] == source), default=None)
        theirs = max((word for word in words if word[3] == owners[target]), default=None)
        found.append([role, STATES[state_of(kind, ours, theirs)]])
    return found


def state_of(kind, source, target):
    ends = [word is not None and word[2] in ENDS for word in (source, target)]
    if all(ends):
        return max(source, target)[2]
    for end, word, other, anew in ((ends[0], source, target, 0), (ends[1], target, source, 1)):
        if end:
            return anew if other and other > word and other[2] in (0, 1) else word[2]
    if source and target:
        return 2
    if target:
        return 0
    return 2 if kind in (0, 2) and source[2] == 2 else 1


def pictured(entries):
    """§7.3: of each post, and of each element by its latest word, at what it points (none is sealed or erased)."""
    last, found = {}, {}
    for one in entries:
        header, _ = read(one)
        operation = decode(raw(one["payload"]))[1]
        named = [dict(zip(("hash", "size", "media_type", "alt"), blob)) for blob in
                 blobs_named(header["schema"], operation)]
        named = [{name: said.hex() if name == "hash" else said for name, said in blob.items() if said}
                 for blob in named]
        order = (header["stamp"], header["id"])
        if header["schema"] == 12:
            found[header["id"].hex()] = named
        elif header["schema"] == 10 and 15 in operation[2]:
            name = element_id(operation[0], operation[1]).hex()
            if last.get(name, (-1,)) < order:
                last[name], found[name] = order, named
    return {name: named for name, named in found.items() if named}


def conversation(entries):
    """§7.3: posts in the order in which they were said."""
    left = {}
    for one in entries:
        header, _ = read(one)
        post = decode(raw(one["payload"]))[1]
        named = post.get(6, []) + ([post[2]] if 2 in post else [])
        left[header["id"]] = (header["stamp"], named)
    order = []
    while left:
        free = [(stamp, name) for name, (stamp, named) in left.items() if not any(one in left for one in named)]
        order.append(min(free)[1])
        del left[order[-1]]
    return [name.hex() for name in order]


def identity_fold(value):
    """§7.1: the same identity stands, from the entries in any order."""
    said = []
    for one in value["entries"]:
        header, refusal = read(one)
        assert refusal is None, refusal
        salt, body = decode(raw(one["payload"]))
        said.append({**header, "body": body, "payload": raw(one["payload"])})
    in_hex = lambda found: found.hex() if isinstance(found, bytes) else found
    for _ in said:
        said.append(said.pop(0))
        view = identities.fold(raw(value["identity"]), said)
        shown = {k: [in_hex(i) for i in v] if isinstance(v, list) else in_hex(v) for k, v in view.items()}
        assert shown == value["outcome"], shown


def identity_within(value):
    """§10.4: who somebody is inside, whichever witness says what of it."""
    own = []
    for one in value["own"]:
        header, refusal = read(one)
        assert refusal is None, refusal
        salt, body = decode(raw(one["payload"]))
        own.append({**header, "body": body, "payload": raw(one["payload"])})
    acts = [(raw(act["header"]), raw(act["payload"])) for act in value["acts"]]
    in_hex = lambda found: found.hex() if isinstance(found, bytes) else found
    for _ in acts:
        acts.append(acts.pop(0))
        view = identities.within(raw(value["identity"]), own, acts)
        shown = {k: [in_hex(i) for i in v] if isinstance(v, list) else in_hex(v) for k, v in view.items()}
        assert shown == value["outcome"], shown


def claims_case(value):
    """§7.7: who has places, from the entries in any order."""
    said = []
    for one in value["entries"]:
        header, refusal = read(one)
        assert refusal is None, refusal
        said.append({**header, "body": decode(raw(one["payload"]))[1]})
    for _ in said:
        said.append(said.pop(0))
        found = claims.fold(raw(value["resource"]), raw(value["owner"]), said)
        assert found == value["outcome"], found


def phrase(case):
    """§7.1: the keys that follow from the bytes. (The words are BIP-39's, whose lists are not here.)"""
    entropy = raw(case["entropy"])
    key, _ = nacl.bindings.crypto_sign_seed_keypair(derive("communaut 2026 recovery key", entropy))
    sealing = nacl.bindings.crypto_scalarmult_base(derive("communaut 2026 recovery sealing key", entropy))
    deciding, _ = nacl.bindings.crypto_sign_seed_keypair(derive("communaut 2026 deciding key", entropy))
    counts = {len(case[words].split()) for words in ("english", "french")}
    wanted = (raw(case["key"]), raw(case["commitment"]), raw(case["sealing_key"]), {24})
    decides = (deciding, blake(deciding)) == (raw(case["deciding_key"]), raw(case["deciding_commitment"]))
    return decides and (key, blake(key), sealing, counts) == wanted


def recovered(case):
    """§7.1: the terms as they are signed."""
    said = identities.RECOVERY + raw(case["identity"])
    names = ("number", "device", "sealing_key", "label", "next", "next_sealing", "keep", "accepted", "previous")

    def plain(name, value):
        if name in ("number", "label"):
            return value
        return [raw(one) for one in value] if isinstance(value, list) else raw(value)

    terms = {at: plain(name, case["terms"][name]) for at, name in enumerate(names) if name in case["terms"]}
    signed = verify_strict(raw(case["key"]), raw(case["bytes"]), raw(case["proof"]))
    return said + encode(terms) == raw(case["bytes"]) and signed


def kept_case(value):
    """§5.5: what is kept of a log, and what its restatement says."""
    headers, payloads = [], {}
    for one in value["entries"]:
        header, refusal = read(one)
        assert refusal is None, refusal
        headers.append(header)
        payloads[header["id"]] = raw(one["payload"])
    floor, held, tips, run = kept(headers)
    assert floor == value["floor"], floor
    assert sorted(header["id"] for header in held) == [raw(one) for one in value["kept"]]
    assert log_state(floor, [(tip["seq"], tip["id"]) for tip in tips]) == raw(value["state"])
    wanted = [(one["seq"], raw(one["id"])) for one in value["restated"]]
    reads = lambda header, leaf: not_folded(header, leaf, restated=True) in (None, "unknown")
    assert restated(run, payloads, reads) == wanted


DERIVED = {
    "identity": lambda c: blake(raw(c["inception_payload"])) == raw(c["identity"]),
    "element": lambda c: element_id(raw(c["owner"]), raw(c["seed"])) == raw(c["element"]),
    "import-seed": lambda c: import_seed(c["source"], c["source_id"]) == raw(c["seed"]),
    "scope-key": lambda c: scope_key(c["cell"], raw(c["container"])) == raw(c["key"])
    and read_scope_key(raw(c["key"])) == (c["cell"], raw(c["container"])),
    "log-key": lambda c: log_key(raw(c["scope_key"]), raw(c["author"]), raw(c["device"]), c["epoch"]) == raw(c["key"]),
    "cell": lambda c: cell_of((c["lat_e7"], c["lon_e7"]), 7) == c["cell"]
    and cell_of((c["lat_e7"], c["lon_e7"]), 4) == c["scope"],
    "electorate-root": lambda c: electorate_root(list(map(raw, c["electorate"]))) == raw(c["root"]),
    "consent": lambda c: identities.CONSENT + raw(c["identity"]) + raw(c["sealing_key"]) == raw(c["bytes"])
    and verify_strict(raw(c["device"]), raw(c["bytes"]), raw(c["consent"])),
    "recovery": recovered,
    "decision": lambda c: identities.DECISION + raw(c["identity"]) + raw(c["recovery"]) == raw(c["bytes"])
    and verify_strict(raw(c["key"]), raw(c["bytes"]), raw(c["proof"])),
    "phrase": phrase,
    "accepted": lambda c: derive(
        "communaut 2026 accepted head", raw(c["log_key"]) + c["seq"].to_bytes(8, "big") + raw(c["entry"])
    )
    == raw(c["accepted"]),
}


def log_and_state(log, state):
    """§3, §5.3: the key of a log and its state, joined."""
    key = scope_key(log["scope"]["cell"], raw(log["scope"]["container"]))
    key = log_key(key, raw(log["author"]), raw(log["device"]), log["epoch"])
    return key + log_state(state["floor"], [(state["tip"]["seq"], raw(state["tip"]["id"]))])


def sync_message(case):
    """Digests of replication (§9); of messages, that they are the canonical CBOR that §9.1 draws."""
    if "prefixes" in case:
        said = b"".join(len(raw(p)).to_bytes(8, "big") + raw(p) for p in case["prefixes"])
        return derive("communaut 2026 sync interests", said)[:16] == raw(case["interests"])
    if "log" in case:
        said = log_and_state(case["log"], case["state"])
        item = derive("communaut 2026 sync item", said + raw(case["identity"]))[:16]
        one = derive("communaut 2026 sync range", item)[:16]
        return (item, one) == (raw(case["item"]), raw(case["fingerprint_of_one"]))
    if "of" in case:
        said = log_and_state(case["of"], case["state"])
        return derive("communaut 2026 identity state", said)[:16] == raw(case["identity"])
    message = decode(raw(case["bytes"]))
    ((number, content),) = message.items()
    return isinstance(number, int) and list(content) == list(range(len(content)))


def tally(case):
    """§8.4."""
    ballots = {b["entry"]: b for b in case["ballots"]}
    counts = {"yes": 0, "no": 0, "blank": 0}
    for person in case["electorate"]:
        own = {name: b for name, b in ballots.items() if b["person"] == person}
        replaced = {b["previous"] for b in own.values()}
        choices = {b["choice"] for name, b in own.items() if name not in replaced}
        if len(choices) == 1:
            counts[choices.pop()] += 1
    quorate = sum(counts.values()) * 1000 >= case["quorum"] * len(case["electorate"])
    won = quorate and counts["yes"] > counts["no"]
    wanted = {name: case["tally"][name] for name in counts}
    return (counts, quorate, won) == (wanted, case["quorate"], case["accepted"])


def keys(case):
    """§10.2, §10.4, §10.5."""
    read, community, secret = (raw(case[name]) for name in ("read", "community", "secret"))
    roster, sync = (derive(f"communaut 2026 {kind} key", read) for kind in ("roster", "sync"))
    day = (case["topic_ms"] // 86_400_000).to_bytes(8, "big")
    found = {
        "roster": roster,
        "sync": sync,
        "content": derive("communaut 2026 content key", read),
        "door": derive("communaut 2026 door key", community + secret),
        "author": derive("communaut 2026 closed author", raw(case["person"]) + secret),
        "name": derive("communaut 2026 key id", roster),
        "sync_name": derive("communaut 2026 proof key id", sync),
        "scope_key": scope_key("!", derive("communaut 2026 closed scope", community + secret)),
        "key_scope_key": scope_key("!", derive("communaut 2026 closed keys", community + secret)),
    }
    topic = "communaut/dev/" + derive("communaut 2026 closed topic", sync + day).hex()
    return topic == case["topic"] and all(found[name] == raw(case[name]) for name in found)


def sealed(case):
    """§10.1: what is for named persons opens under the audience's key, and holds a post or a reaction."""
    header = accepted(case)
    wanted = case.get("not_folded")
    try:
        opened = open_sealed(raw(case["header"]), raw(case["payload"]), raw(case["audience_key"]))
        schema, version, author, said = opened
        if schema not in (12, 17) or header["schema"] != 40 or author != header["author"]:
            raise Refused("seal")
    except Refused as refused:
        return str(refused) == wanted
    folded = not_folded(header, said, (schema, version)) is None
    return wanted is None and folded and schema == case["schema_inside"]


def sealed_blobs(case):
    """§5.7: what sealed payloads name, under an audience's key or a community's content key."""
    header = accepted(case)
    if "read" in case:
        key = derive("communaut 2026 content key", raw(case["read"]))
        blinded = lambda author: derive("communaut 2026 closed author", author + raw(case["secret"]))
    else:
        key, blinded = raw(case["audience_key"]), lambda author: author
    schema, version, author, said = open_sealed(raw(case["header"]), raw(case["payload"]), key)
    assert blinded(author) == header["author"]
    return not_folded(header, said, (schema, version)) == case.get("not_folded")


def wrapped(case):
    """§10.3: that they are as they must be; to open them takes HPKE, which is not here."""
    header = accepted(case)
    return not_folded(header, raw(case["payload"])) is None


def closed(case):
    """§10.4: that the entries are taken; what they add up to is not decided here."""
    return all(read(one)[1] is None for one in case["entries"])


def proof(case):
    """§10.5: which keys each side proves."""
    hello, answer, confirm = (decode(raw(case[name])) for name in ("hello", "answer", "confirm"))
    (first,), (second, theirs), (ours,) = (list(m[at].values()) for at, m in enumerate((hello, answer, confirm)))
    said = raw(case["initiator"]) + raw(case["responder"]) + first + second

    def proved(side, tags, known):
        tags = {tags[at : at + 16] for at in range(0, len(tags), 16)}
        tag = lambda key: derive("communaut 2026 closed proof", key + side + said)[:16]
        return sorted(key for key in known if tag(raw(key)) in tags)

    return proved(b"\0", ours, case["responder_keys"]) == sorted(case["proved_by_initiator"]) and proved(
        b"\1", theirs, case["initiator_keys"]
    ) == sorted(case["proved_by_responder"])


def bundle_case(case):
    """§9.5: how much of a file is whole, and what is wrong behind it."""
    frames, broken = bundle(raw(case["bytes"]))
    wanted = case["broken"] and (case["broken"]["at"], case["broken"]["refusal"])
    return (frames, broken) == (case["frames"], wanted)


DERIVED.update({
    "private-keys": keys,
    "private-sealed": sealed,
    "private-blobs": sealed_blobs,
    "private-wraps": wrapped,
    "private-closed": closed,
    "private-proof": proof,
})
EVERY = ("day", "week", "month", "year")
DERIVED["occurrences"] = lambda c: occurrences(
    c["start_ms"], c["offset"], [EVERY.index(c["repeat"][0]), *c["repeat"][1:]], c["to_ms"], c["from_ms"], c["most"]
) == c["days"]
DERIVED["invite"] = lambda c: invites.outcome(c["text"], c["now_ms"]) == c["outcome"]
DERIVED["sync-message"] = sync_message
DERIVED["bundle"] = bundle_case
DERIVED["tally"] = tally
KINDS = {
    "entry": entry,
    "operation": operation,
    "payload": payload,
    "leaves": leaves_case,
    "append": append_case,
    "fold": fold,
    "identity-fold": identity_fold,
    "identity-within": identity_within,
    "kept": kept_case,
    "claims": claims_case,
}


def main(folder):
    files = sorted(pathlib.Path(folder).glob("*.json"))
    failed = 0
    for path in files:
        value = json.loads(path.read_text())
        try:
            if value["kind"] in KINDS:
                KINDS[value["kind"]](value)
            else:
                derived = DERIVED[value["kind"]]
                for at, case in enumerate(value["cases"]):
                    assert derived(case), f"case {at}"
        except Exception as error:
            failed += 1
            print(f"{path.name}: {type(error).__name__}: {error}")
    print(f"{len(files)} vectors, {failed} differ")
    return 1 if failed or not files else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
