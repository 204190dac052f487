"""Payloads and operations (SPEC.md §6): what they must be to be folded."""

from shapes import *

# --- Each reads its structure (ValueError: malformed) and gives the check of its bounds (Bound). ---


def inception(item):
    *keys, deciding = fields(item, NEEDED, NEEDED, NEEDED, NEEDED, None)
    for key in keys:
        octets(key, 32)
    optional(deciding, lambda key: octets(key, 32))
    return lambda: None


def decide(item):
    chosen, key, proof = needed(item, 3)
    entry(chosen), octets(key, 32), octets(proof, 64)
    return lambda: None


def device(item):
    key, sealing, label, consent, previous = fields(item, NEEDED, NEEDED, "", NEEDED, None)
    octets(key, 32), octets(sealing, 32), octets(consent, 64), optional(previous, entry)
    return text(label, "label", LABEL_MAX)


def out(item):
    devices, accepted, previous = fields(item, [], [], None)
    optional(previous, entry)
    checks = [entries(devices, "devices", DEVICES_MAX), entries(accepted, "accepted", ACCEPTED_MAX)]

    def check():
        if not devices:
            raise Bound("devices")
        for one in checks:
            one()

    return check


def recovery_terms(item):
    return fields(item, NEEDED, NEEDED, NEEDED, "", NEEDED, NEEDED, [], [], None)


def recovery(item):
    terms, key, proof = needed(item, 3)
    octets(key, 32), octets(proof, 64)
    number, new, sealing, label, after, after_sealing, keep, accepted, previous = recovery_terms(terms)
    integer(number, 0, 2**32 - 1), optional(previous, entry)
    for one in (new, sealing, after, after_sealing):
        octets(one, 32)
    checks = [text(label, "label", LABEL_MAX), entries(keep, "keep", DEVICES_MAX)]
    checks.append(entries(accepted, "accepted", ACCEPTED_MAX))
    return lambda: [check() for check in checks]


def profile(item):
    name, about, home = fields(item, "", "", None)
    checks = [text(name, "name", NAME_MAX), text(about, "about", TEXT_MAX, long=True)]
    home = optional(home, position)
    return lambda: ([check() for check in checks], on_earth(home))


def provenance(value):
    parts = fields(value, "", "", "")
    names = ("source", "source id", "licence")
    checks = [text(part, name, FIELD_MAX) for part, name in zip(parts, names)]
    return lambda: [check() for check in checks]


def nothing(_):
    return lambda: None


def word(value, field):
    """A slug, or nothing."""
    return slug(value, field) if value != "" else nothing(value)


# By number.
ELEMENT_FIELDS = [
    lambda v: nothing(variant(v, 5)),
    lambda v: text(v, "name", NAME_MAX),
    lambda v: text(v, "description", TEXT_MAX, long=True),
    lambda v: (lambda at: lambda: on_earth(at))(position(v)),
    lambda v: text(v, "address", FIELD_MAX),
    lambda v: text(v, "phone", FIELD_MAX),
    lambda v: text(v, "email", FIELD_MAX),
    lambda v: text(v, "website", FIELD_MAX),
    lambda v: text(v, "opening hours", FIELD_MAX),
    tags,
    lambda v: optional(v, when) or nothing(v),
    lambda v: nothing(optional(v, entry)),
    lambda v: optional(v, provenance) or nothing(v),
    lambda v: nothing(boolean(v)),
    lambda v: nothing(boolean(v)),
    blobs,
    lambda v: word(v, "subkind"),
    lambda v: word(v, "stage"),
    languages,
    contacts,
    lambda v: optional(v, instead) or nothing(v),
    lambda v: text(v, "foreign", FOREIGN_MAX, long=True),
]


def element_fields(given):
    kind_of(given, dict)
    checks = []
    for number, value in given.items():
        integer(number, 0, 255)
        try:
            checks.append(ELEMENT_FIELDS[number](value))
        except (IndexError, ValueError):
            # Of another kind than is known here: kept as it is.
            size = len(encode(value))
            checks.append(lambda size=size: bound("field", size, TEXT_MAX))

    return lambda: [check() for check in checks]


def element(item):
    owner, seed, given = fields(item, NEEDED, NEEDED, {})
    octets(owner, 32), kind_of(seed, bytes)
    given = element_fields(given)

    def check():
        if len(seed) != 16:
            raise Bound("seed")
        given()

    return check


def link(item):
    absent = (NEEDED, NEEDED, NEEDED, "", NEEDED, None, None, None)
    source, target, kind, role, state, mirror, of, proof = fields(item, *absent)
    key, signature = (bytes(32), bytes(64)) if proof is None else needed(proof, 2)
    octets(key, 32), octets(signature, 64)
    of = optional(of, lambda v: origin(v, source))
    entry(source), entry(target), variant(kind, 6), variant(state, 5)
    role, mirror = text(role, "role", NAME_MAX), optional(mirror, stub)
    return lambda: (role(), of and of(), mirror and mirror())


def post(item):
    absent = (None, "", None, [], None, False, [], [], [], None, False, None)
    wall, words, reply_to, labels, at, sample, after, files, mentions, audience, room, first = fields(item, *absent)
    optional(wall, entry), optional(reply_to, entry), boolean(sample)
    optional(audience, entry), boolean(room), optional(first, entry)
    mentions = entries(mentions, "mentions", MENTIONS_MAX)
    words_bound, labels, at = text(words, "text", TEXT_MAX, long=True), tags(labels), optional(at, position)
    after, files = entries(after, "after", AFTER_MAX), blobs(files)

    def check():
        if not words.strip():
            raise Bound("text")
        words_bound()
        labels()
        on_earth(at)
        after()
        mentions()
        files()

    return check


def territory(item):
    seed, name, cells, centre = fields(item, NEEDED, "", [], NEEDED)
    kind_of(seed, bytes), kind_of(cells, list)
    name = text(name, "name", NAME_MAX)
    for cell in cells:
        read_cell(cell, 7)
    centre = position(centre)

    def check():
        name()
        bound("cells", len(cells), TERRITORY_CELLS_MAX)
        if len(seed) != 16 or not cells or "@" in cells:
            raise Bound("cells")
        if any(before >= after or after.startswith(before) for before, after in zip(cells, cells[1:])):
            raise Bound("cells")
        on_earth(centre)

    return check


def stub_op(item):
    value, expires = needed(item, 2)
    integer(expires, 0, 2**64 - 1)
    return stub(value)


def erase(item):
    targets, refs, reason = fields(item, [], None, "")
    count, order = heads(targets, "targets", ERASED_MAX, 1, leaves=True)
    refs_check = entries(refs, "refs", REFS_MAX) if refs is not None else None
    reason = text(reason, "reason", NAME_MAX)

    def check():
        count()
        if refs is not None:
            bound("refs", len(refs), REFS_MAX)
        reason()
        order()
        if refs_check:
            refs_check()

    return check


def void(item):
    erasure, refs = fields(item, NEEDED, [])
    entry(erasure)
    return entries(refs, "refs", REFS_MAX)



def keep(item):
    kept, refs = fields(item, [], [])
    checks = [entries(kept, "entries", KEPT_MAX), entries(refs, "refs", REFS_MAX)]

    def check():
        if not kept:
            raise Bound("entries")
        bound("entries", len(kept), KEPT_MAX), bound("refs", len(refs), REFS_MAX)
        for each in checks:
            each()

    return check


def reaction(item):
    target, what = fields(item, NEEDED, None)
    entry(target), optional(what, lambda v: variant(v, 4))
    return lambda: None


def bookmark(item):
    on, url, said = fields(item, NEEDED, "", None)
    entry(on)
    checks = [text(url, "url", FIELD_MAX)]

    def address():
        rest = [url[len(begin):] for begin in ("https://", "http://") if url.startswith(begin)]
        if not any(rest) or any(sign.isspace() for sign in url):
            raise Bound("url")

    checks.append(address)
    if said is not None:
        title, note = fields(said, "", "")
        kind_of(title, str)

        def named():
            if not title.strip():
                raise Bound("title")

        checks += [named, text(title, "title", NAME_MAX), text(note, "note", FIELD_MAX, long=True)]
    return lambda: [check() for check in checks]


def restate(item, said=None):
    (items,) = fields(item, [])
    places, lists, width = [], [], 0
    for one in kind_of(items, list):
        seq, backlink, stamp, schema, version, flags, size, hashed, extra, signature, numbers = restated_item(one)
        integer(seq, 0, 2**64 - 1), optional(backlink, entry), integer(stamp, 0, 2**64 - 1)
        integer(schema, 0, 2**16 - 1), integer(version, 0, 255), integer(size, 0, 2**32 - 1)
        entry(hashed), octets(signature, 64), integer(flags, 0, 2**16 - 1), numbered(extra)
        for number in kind_of(numbers, list):
            integer(number, 0, 255)
        places.append((seq, numbers[0] if numbers else -1))
        lists.append(numbers)
        width += max(len(numbers), 1)

    def check():
        bound("items", len(items), LEAVES_MAX)
        if any(before >= after for before, after in zip(places, places[1:])):
            raise Bound("items")
        if any(before >= after for one in lists for before, after in zip(one, one[1:])):
            raise Bound("leaves")
        if said is not None and len(said) != width:
            raise Bound("leaves")
    return check


def role(item):
    person, given, refs, lowers = fields(item, NEEDED, None, [], False)
    octets(person, 32), optional(given, lambda v: variant(v, 4)), boolean(lowers)
    if lowers and given in (None, 3):
        raise Bound("lowers")
    return entries(refs, "refs", REFS_MAX)


def proposal(item):
    absent = ("", "", NEEDED, NEEDED, NEEDED, NEEDED, False)
    title, words, quorum, tellers, agree, closes, sample = fields(item, *absent)
    title, words = text(title, "title", NAME_MAX), text(words, "text", TEXT_MAX, long=True)
    integer(quorum, 0, 2**16 - 1), integer(closes, 0, 2**64 - 1), boolean(sample)
    integer(agree, 0, 2**8 - 1)
    for teller in kind_of(tellers, list):
        octets(teller, 32)

    def check():
        title()
        words()
        bound("quorum", quorum, 1000)
        bound("tellers", len(tellers), TELLERS_MAX)
        if any(before >= after for before, after in zip(tellers, tellers[1:])):
            raise Bound("tellers")
        if not 1 <= agree <= len(tellers):
            raise Bound("agree")

    return check


def proposal_of(item, said):
    """A proposal whose text, if it has one, is the other leaf (§5.6)."""
    check = proposal(item)

    def check_all():
        if len(said) > 1:
            raise Bound("leaves")
        check()
        if fields(item, "", "")[1]:
            raise Bound("text")
        if said and said[0] is not None:
            salt, body = envelope(said[0])
            (words,) = fields(body, "")
            text(words, "text", TEXT_MAX, long=True)()

    return check_all


def opening(item):
    on, refs, electorate = fields(item, NEEDED, [], NEEDED)
    entry(on), octets(electorate, 32)
    return entries(refs, "refs", REFS_MAX)


def ballot(item):
    on, electorate, choice, previous = fields(item, NEEDED, NEEDED, NEEDED, None)
    entry(on), octets(electorate, 32), variant(choice, 3), optional(previous, entry)
    return lambda: None


def whole_entry(value):
    for part in needed(value, 2):
        kind_of(part, bytes)


def carry(item):
    on, ballots = fields(item, NEEDED, [])
    entry(on)
    for one in kind_of(ballots, list):
        optional(one, whole_entry)
    return lambda: bound("ballots", len(ballots), CARRIED_MAX)


def carry_of(item, said):
    """Ballots, each in a leaf of its own (§8.5)."""
    check = carry(item)

    def check_all():
        check()
        if fields(item, NEEDED, [])[1]:
            raise Bound("ballots")
        for leaf in said:
            if leaf is not None:
                salt, body = envelope(leaf)
                whole_entry(body)
        bound("ballots", len(said), CARRIED_MAX)

    return check_all


def founding(item):
    owner, seed, keepers, agree = fields(item, NEEDED, NEEDED, [], 0)
    octets(owner, 32), kind_of(seed, bytes), integer(agree, 0, 2**8 - 1)
    for keeper in kind_of(keepers, list):
        octets(keeper, 32)

    def check():
        if len(seed) != 16:
            raise Bound("seed")
        bound("keepers", len(keepers), KEEPERS_MAX)
        if any(before >= after for before, after in zip(keepers, keepers[1:])):
            raise Bound("keepers")
        if agree > len(keepers) or (agree == 0) != (not keepers):
            raise Bound("agree")

    return check


def settle(item):
    previous, refs, root = fields(item, None, NEEDED, NEEDED)
    optional(previous, lambda v: octets(v, 32)), octets(root, 32)
    ascend = entries(refs, "refs", REFS_MAX)

    def check():
        if not refs:
            raise Bound("refs")
        ascend()

    return check


def close(item):
    on, electorate, parts, tally = fields(item, NEEDED, NEEDED, [], NEEDED)
    entry(on), octets(electorate, 32)
    for number in needed(tally, 4):
        integer(number, 0, 2**32 - 1)
    return entries(parts, "parts", PARTS_MAX)


def offer(item):
    key, given, uses, expires, refs = fields(item, NEEDED, NEEDED, NEEDED, NEEDED, [])
    octets(key, 32), variant(given, 4), integer(uses, 0, 2**16 - 1), integer(expires, 0, 2**64 - 1)
    ascend = entries(refs, "refs", REFS_MAX)
    return lambda: (bound("uses", uses, OFFER_USES_MAX), ascend())


def wraps(item):
    finder, bundle, given = fields(item, NEEDED, NEEDED, [])
    octets(finder, 32), kind_of(bundle, bytes)
    for wrap in kind_of(given, list):
        kind_of(wrap, bytes)

    def check():
        bound("bundle", len(bundle), BUNDLE_MAX)
        count = len(given)
        if not WRAPS_MIN <= count <= WRAPS_MAX or count & (count - 1) or any(len(wrap) != WRAP_LEN for wrap in given):
            raise Bound("wraps")
        if any(a[:WRAP_TAG_LEN] >= b[:WRAP_TAG_LEN] for a, b in zip(given, given[1:])):
            raise Bound("wraps")

    return check


def witness(item):
    (acts,) = fields(item, [])
    for act in kind_of(acts, list):
        for part in needed(act, 2):
            kind_of(part, bytes)
    return lambda: bound("acts", len(acts), WITNESSED_MAX)


def claim(item):
    resource, places, during, day, guest = fields(item, NEEDED, NEEDED, None, None, "")
    optional(day, lambda v: integer(v, -(2**31), 2**31 - 1))
    guest_text = text(guest, "guest", NAME_MAX)
    entry(resource), integer(places, 0, 2**16 - 1)
    start, end = (0, 1) if during is None else needed(during, 2)
    integer(start, -(2**63), 2**63 - 1), integer(end, -(2**63), 2**63 - 1)

    def check():
        bound("places", places, CLAIM_PLACES_MAX)
        guest_text()
        if guest and not guest.strip():
            raise Bound("guest")
        if day is not None and (during is not None or not is_day(day)):
            raise Bound("occurrence")
        if start < WHEN_MIN_MS or end > WHEN_MAX_MS or end <= start:
            raise Bound("during")

    return check


def confirm(item):
    resource, previous, decisions, terms = fields(item, NEEDED, [], [], None)
    entry(resource), optional(terms, entry)
    previous = entries(previous, "previous", CONFIRM_PREVIOUS_MAX)
    decided = [fields(one, NEEDED, False) for one in kind_of(decisions, list)]
    for _, given in decided:
        boolean(given)
    claims = entries([name for name, _ in decided], "decisions", CONFIRM_DECISIONS_MAX)
    return lambda: (previous(), claims())


def terms(item):
    resource, capacity, exclusive, confirmers, automatic = fields(item, NEEDED, None, False, [], False)
    entry(resource), optional(capacity, lambda v: integer(v, 0, 2**32 - 1)), boolean(exclusive), boolean(automatic)
    return entries(confirmers, "confirmers", CONFIRMERS_MAX)


def label(item):
    on, said, withdrawn = fields(item, NEEDED, "", False)
    octets(on, 32), boolean(withdrawn)
    return slug(said, "label")


def vouch(item):
    person, withdrawn = fields(item, NEEDED, False)
    octets(person, 32), boolean(withdrawn)
    return lambda: None


def correction(item):
    on, given, reason = fields(item, NEEDED, {}, "")
    entry(on)
    checks = [element_fields(given), text(reason, "reason", NAME_MAX)]
    return lambda: [check() for check in checks]


OPERATIONS = {
    1: inception,
    2: device,
    3: profile,
    4: out,
    5: recovery,
    6: witness,
    7: decide,
    10: element,
    11: link,
    12: post,
    13: territory,
    14: stub_op,
    15: erase,
    16: void,
    17: reaction,
    18: restate,
    19: bookmark,
    20: role,
    21: proposal,
    22: ballot,
    23: close,
    24: witness,
    25: opening,
    26: carry,
    27: founding,
    28: settle,
    29: keep,
    31: wraps,
    34: offer,
    41: claim,
    42: confirm,
    43: terms,
    44: label,
    45: vouch,
    46: correction,
}


# What an operation may need to be known in order to be understood (§6.3): nothing has been needed yet.
NEEDS, FEATURES = 23, set()


def understood(schema, version, operation):
    """Whether an operation is of those above, and needs nothing else (§6.3)."""
    if version != 1 or schema not in OPERATIONS:
        return False
    needs = operation.get(NEEDS, []) if isinstance(operation, dict) else []
    for feature in kind_of(needs, list):
        integer(feature, 0, 2**16 - 1)
    if any(before >= after for before, after in zip(needs, needs[1:])):
        raise Bound("needs")
    return set(needs) <= FEATURES


# The act of governance under which something is said: of what may name one (§6.5).
UNDER, SAID_UNDER = 22, (10, 11, 12, 13, 14, 17, 19, 41, 42, 43, 44, 45, 46)


def under(schema, operation):
    """The act that an operation names, if it names one."""
    if schema not in SAID_UNDER or not isinstance(operation, dict) or UNDER not in operation:
        return None
    return entry(operation[UNDER])


def blobs_named(schema, operation):
    """The blob references of an operation that is read (§5.7): hash, size, media type, alternative text of each."""
    if schema == 12:
        found = operation.get(7, [])
    elif schema in (10, 46):
        found = operation.get(2 if schema == 10 else 1, {}).get(15, [])
        try:
            blobs(found)
        except ValueError:
            # Of another shape than is known here.
            found = []
    else:
        found = []
    return [fields(one, NEEDED, NEEDED, "", "") for one in found]


def blobs_total(header, schema, operation, restated):
    """§5.7: whether the header says rightly how much is named. The header of what is sealed, or is said again, may say
    more."""
    said, named = header["extra"].get(0), sum(size for _, size, *_ in blobs_named(schema, operation))
    if said is not None and (type(said) is not int or not 1 <= said <= BLOBS_TOTAL_MAX):
        raise Bound("blobs_total")
    in_leaf, coarse = header["flags"] & 4, restated or header["flags"] & 2
    if in_leaf and (named or said) or (said or 0) < named or not coarse and (said or 0) > named:
        raise Bound("blobs_total")


def envelope(payload):
    """Salt and operation of a payload, or of a leaf."""
    items = decode(payload)
    if not isinstance(items, list) or len(items) != 2:
        raise ValueError("not an envelope")
    salt, operation = items
    kind_of(salt, bytes)
    if len(salt) != 16:
        raise Bound("nonce")
    return salt, operation


def why_not(read):
    """None if it is folded; "unknown", "malformed", {"bound": field} if it is kept and not folded."""
    try:
        return read()
    except ValueError:
        return "malformed"
    except Bound as error:
        return {"bound": str(error)}


def not_folded(header, payload, inside=None, restated=False):
    """Why a payload, or a leaf, is kept and not folded; `inside`: schema and version of what was sealed."""
    schema, version = inside or (header["schema"], header["schema_version"])

    def read():
        _, operation = envelope(payload)
        if not understood(schema, version, operation):
            return "unknown"
        under(schema, operation)
        OPERATIONS[schema](operation)()
        blobs_total(header, schema, operation, restated)

    return why_not(read)


def said_by(header, payload):
    """Of each operation of an entry its id, and why it is not folded (§5.6)."""
    schema, version = header["schema"], header["schema_version"]
    if not header["flags"] & 4:
        return [(header["id"], not_folded(header, payload))]
    found = [leaf for leaf, *_ in leaves(payload)]

    def parts():
        if found[0] is None:
            raise Bound("leaves")
        _, operation = envelope(found[0])
        if not understood(schema, version, operation):
            return "unknown"
        {18: restate, 21: proposal_of, 26: carry_of}[schema](operation, found[1:])()
        blobs_total(header, schema, operation, False)

    if schema in PARTS:
        return [(header["id"], why_not(parts))]
    held = [(number, leaf) for number, leaf in enumerate(found) if leaf is not None]
    return [(leaf_id(header["id"], number), not_folded(header, leaf)) for number, leaf in held]
