"""Payloads and operations (SPEC.md §6): what they must be to be folded."""

import unicodedata

from communaut import *


def bound(field, length, most):
    if length > most:
        raise Bound(field)


# SPEC.md §6.1. The tables are this Python's: of what they do not assign nothing here speaks.
UNSEEN = [
    (0x0000, 0x001F), (0x007F, 0x009F), (0x00AD, 0x00AD), (0x034F, 0x034F), (0x061C, 0x061C), (0x115F, 0x1160),
    (0x17B4, 0x17B5), (0x180B, 0x180F), (0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164),
    (0xFDD0, 0xFDEF), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0), (0xFFF0, 0xFFFB), (0x1BCA0, 0x1BCA3),
    (0x1D173, 0x1D17A), (0xE0000, 0xE0FFF),
]
JOINING = [
    (0x0600, 0x109F), (0x1700, 0x18AF), (0x1900, 0x1AAF), (0x1B00, 0x1C4F), (0xA800, 0xA95F), (0xA980, 0xAAFF),
    (0xABC0, 0xABFF), (0xFB50, 0xFDCF), (0xFDF0, 0xFDFF), (0xFE70, 0xFEFC), (0x10A00, 0x11FFF),
]
PICTURES = [(0x2190, 0x2BFF), (0x1F000, 0x1FAFF)]
MORE_PICTURES = {0xA9, 0xAE, 0x203C, 0x2049, 0x2122, 0x2139, 0x3030, 0x303D, 0x3297, 0x3299}


def among(sign, ranges):
    return any(low <= sign <= high for low, high in ranges)


def belongs(before, sign, behind):
    """Whether an unseen sign stands where a script needs it."""
    if before is None:
        return False
    if sign in (0x200C, 0x200D) and behind is not None and among(before, JOINING) and among(behind, JOINING):
        return True
    if sign == 0x200D:
        joins = among(before, PICTURES) or before in (0xFE0E, 0xFE0F)
        return joins and behind is not None and among(behind, PICTURES)
    if sign == 0xFE0F and chr(before) in "#*0123456789":
        return behind == 0x20E3
    if sign in (0xFE0E, 0xFE0F):
        return among(before, PICTURES) or before in MORE_PICTURES
    return sign in (0x180B, 0x180C, 0x180D, 0x180F) and 0x1820 <= before <= 0x18AA


def seen(value, field, long=False):
    signs = [ord(sign) for sign in value]
    for at, sign in enumerate(signs):
        if not among(sign, UNSEEN) and sign & 0xFFFE != 0xFFFE or long and sign in (0x0A, 0x09):
            continue
        before = signs[at - 1] if at else None
        behind = signs[at + 1] if at + 1 < len(signs) else None
        if not belongs(before, sign, behind):
            raise Bound(field)
    if not unicodedata.is_normalized("NFC", value):
        raise Bound(field)


def text(value, field, most, long=False):
    kind_of(value, str)
    return lambda: (bound(field, len(value.encode()), most), seen(value, field, long))


def optional(value, read):
    return None if value is None else read(value)


def position(value):
    lat, lon = needed(value, 2)
    integer(lat, -(2**31), 2**31 - 1), integer(lon, -(2**31), 2**31 - 1)
    return lat, lon


def on_earth(value, field="position"):
    if value is not None and not (abs(value[0]) <= 900_000_000 and abs(value[1]) <= 1_800_000_000):
        raise Bound(field)


def tags(value):
    kind_of(value, list)
    for tag in value:
        kind_of(tag, str)

    def check():
        bound("tags", len(value), TAGS_MAX)
        for tag in value:
            bound("tag", len(tag.encode()), TAG_MAX)
            seen(tag, "tag")

    return check


def when(value):
    start, end, zone = fields(value, NEEDED, NEEDED, "")
    integer(start, -(2**63), 2**63 - 1), integer(end, -(2**63), 2**63 - 1), kind_of(zone, str)

    def check():
        bound("zone", len(zone.encode()), TAG_MAX)
        seen(zone, "zone")
        if start < WHEN_MIN_MS or end > WHEN_MAX_MS or end < start:
            raise Bound("when")

    return check


def boolean(value):
    return kind_of(value, bool)


def entry(value):
    return octets(value, 32)


def variant(value, count):
    return integer(value, 0, count - 1)


def entries(value, field, most):
    """A list of entry ids, ascending."""
    for one in kind_of(value, list):
        entry(one)

    def check():
        bound(field, len(value), most)
        if any(before >= after for before, after in zip(value, value[1:])):
            raise Bound(field)

    return check


def heads(value, field, most, least=0, leaves=False):
    """Places, ascending; of a frontier without leaves."""
    found = []
    for one in kind_of(value, list):
        author, device, epoch, seq, name, leaf = fields(one, NEEDED, NEEDED, NEEDED, NEEDED, NEEDED, None)
        by = octets(author, 32), octets(device, 32), integer(epoch, 0, 2**64 - 1)
        optional(leaf, lambda v: integer(v, 0, 255))
        found.append((*by, integer(seq, 0, 2**64 - 1), entry(name), -1 if leaf is None else leaf))

    def check():
        bound(field, len(found), most)
        if len(found) < least:
            raise Bound(field)

    def order():
        if any(before >= after for before, after in zip(found, found[1:])):
            raise Bound(field)
        if not leaves and any(one[-1] >= 0 for one in found):
            raise Bound(field)

    return check, order


def stub(value):
    name_id, kind, name, at, time, labels, home = fields(value, NEEDED, NEEDED, "", NEEDED, None, [], NEEDED)
    octets(name_id, 32), variant(kind, 5)
    checks = [text(name, "name", NAME_MAX)]
    at = position(at)
    time = optional(time, when)
    labels = tags(labels)
    read_cell(home, 7)

    def check():
        checks[0]()
        if home == "@" or len(home) > 4:
            raise Bound("home")
        labels()
        if time:
            time()
        on_earth(at)

    return check


# --- Each reads its structure (ValueError: malformed) and gives the check of its bounds (Bound). ---


def inception(item):
    for key in needed(item, 4):
        octets(key, 32)
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
]


def element(item):
    owner, seed, given = fields(item, NEEDED, NEEDED, {})
    octets(owner, 32), kind_of(seed, bytes), kind_of(given, dict)
    checks = []
    for number, value in given.items():
        integer(number, 0, 255)
        try:
            checks.append(ELEMENT_FIELDS[number](value))
        except (IndexError, ValueError):
            # Of another kind than is known here: kept as it is.
            size = len(encode(value))
            checks.append(lambda size=size: bound("field", size, TEXT_MAX))

    def check():
        if len(seed) != 16:
            raise Bound("seed")
        for one in checks:
            one()

    return check


def link(item):
    source, target, kind, role, state, mirror = fields(item, NEEDED, NEEDED, NEEDED, "", NEEDED, None)
    entry(source), entry(target), variant(kind, 6), variant(state, 5)
    role, mirror = text(role, "role", NAME_MAX), optional(mirror, stub)
    return lambda: (role(), mirror and mirror())


def post(item):
    wall, words, reply_to, labels, at, sample = fields(item, None, "", None, [], None, False)
    optional(wall, entry), optional(reply_to, entry), boolean(sample)
    words_bound, labels, at = text(words, "text", TEXT_MAX, long=True), tags(labels), optional(at, position)

    def check():
        if not words.strip():
            raise Bound("text")
        words_bound()
        labels()
        on_earth(at)

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
    absent = ("", "", NEEDED, [], [], NEEDED, False)
    title, words, quorum, frontier, tellers, closes, sample = fields(item, *absent)
    title, words = text(title, "title", NAME_MAX), text(words, "text", TEXT_MAX, long=True)
    integer(quorum, 0, 2**16 - 1), integer(closes, 0, 2**64 - 1), boolean(sample)
    count, order = heads(frontier, "frontier", FRONTIER_MAX)
    for teller in kind_of(tellers, list):
        octets(teller, 32)

    def check():
        title()
        words()
        bound("quorum", quorum, 1000)
        count()
        order()
        if len(tellers) != 1:
            raise Bound("tellers")

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


def ballot(item):
    on, choice, previous = fields(item, NEEDED, NEEDED, None)
    entry(on), variant(choice, 3), optional(previous, entry)
    return lambda: None


def close(item):
    on, ballots, electorate, tally = fields(item, NEEDED, [], NEEDED, NEEDED)
    entry(on), octets(electorate, 32)
    for number in needed(tally, 4):
        integer(number, 0, 2**32 - 1)
    return entries(ballots, "ballots", CERTIFIED_BALLOTS_MAX)


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


OPERATIONS = {
    1: inception,
    2: device,
    3: profile,
    4: out,
    5: recovery,
    6: witness,
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
    27: keep,
    31: wraps,
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


# The act of governance under which something is said: of what may name one (§6.4).
UNDER, SAID_UNDER = 22, (10, 11, 12, 13, 14, 17, 19)


def under(schema, operation):
    """The act that an operation names, if it names one."""
    if schema not in SAID_UNDER or not isinstance(operation, dict) or UNDER not in operation:
        return None
    return entry(operation[UNDER])


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


def not_folded(schema, version, payload):
    """Why a payload, or a leaf, is kept and not folded."""

    def read():
        _, operation = envelope(payload)
        if not understood(schema, version, operation):
            return "unknown"
        under(schema, operation)
        OPERATIONS[schema](operation)()

    return why_not(read)


def said_by(header, payload):
    """Of each operation of an entry its id, and why it is not folded (§5.6)."""
    schema, version = header["schema"], header["schema_version"]
    if not header["flags"] & 4:
        return [(header["id"], not_folded(schema, version, payload))]
    found = [leaf for leaf, *_ in leaves(payload)]

    def parts():
        if found[0] is None:
            raise Bound("leaves")
        _, operation = envelope(found[0])
        if not understood(schema, version, operation):
            return "unknown"
        {18: restate, 21: proposal_of}[schema](operation, found[1:])()

    if schema in PARTS:
        return [(header["id"], why_not(parts))]
    held = [(number, leaf) for number, leaf in enumerate(found) if leaf is not None]
    return [(leaf_id(header["id"], number), not_folded(schema, version, leaf)) for number, leaf in held]
