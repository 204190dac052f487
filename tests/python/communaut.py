"""A second decoder of Communaut's entries, written from SPEC.md alone.

It shares no code with the Rust crates. Where the two disagree about a vector, SPEC.md or one of them is wrong.
Section numbers are those of SPEC.md.
"""

import io

import blake3
import cbor2
import nacl.bindings

# §2
HEADER_MAX, EXTRA_MAX, PAYLOAD_MAX, ENTRY_MAX = 512, 64, 65536, 66064
WIDE_BELOW, WIDE_ENTRIES_MAX = 3, 64
NAME_MAX, FIELD_MAX, TEXT_MAX, TAGS_MAX, TAG_MAX = 300, 1000, 16000, 16, 100
SLUG_MAX, AFTER_MAX, MENTIONS_MAX = 40, 4, 16
LANGUAGES_MAX, LANGUAGE_MAX, CONTACTS_MAX, FOREIGN_MAX = 16, 35, 16, 16000
OFFER_USES_MAX = 1000
BLOBS_MAX, BLOB_SIZE_MAX, BLOBS_TOTAL_MAX, MEDIA_TYPE_MAX = 16, 67108864, 1073741824, 100
OFFSET_MAX, REPEAT_INTERVAL_MAX, REPEAT_COUNT_MAX, EXCEPTIONS_MAX = 1080, 1000, 1040, 64
WHEN_MIN_MS, WHEN_MAX_MS = -62135596800000, 253402300799999
CLAIM_PLACES_MAX, CONFIRM_PREVIOUS_MAX, CONFIRM_DECISIONS_MAX, CONFIRMERS_MAX = 1000, 16, 64, 8
CONFIRMS_MAX, CONFIRMS_EACH_MAX = 4096, 512
DEVICES_MAX, LABEL_MAX, ACCEPTED_MAX, WITNESSED_MAX, KEPT_MAX = 16, 60, 1800, 100, 1500
RESTATE_PARTS_MAX, LEAVES_MAX, LEAVES_BYTES_MAX = 64, 256, 55808
# Schemas of parts, and those that have no leaves (§6.2).
PARTS, LEAFLESS = (18, 21, 26), (12, 13, 14, 15, 16, 17, 20, 22, 23, 24, 25, 27, 28, 29, 31, 32, 33, 41, 42, 43)
TELLERS_MAX, KEEPERS_MAX, REFS_MAX, ERASED_MAX, CARRIED_MAX, PARTS_MAX, TERRITORY_CELLS_MAX = (
    16, 16, 64, 64, 255, 256, 4096)

# Schemas whose payloads are sealed, and the sizes that padding gives them (§10.1).
SEALED = (30, 40)
SEALED_SIZES = [2**power + 80 for power in range(8, 16)] + [PAYLOAD_MAX]
WRAP_LEN, WRAP_TAG_LEN, WRAPS_MIN, WRAPS_MAX, BUNDLE_MAX = 96, 16, 8, 256, 32768

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
SIGN_DOMAIN = b"communaut/entry/1\0"
# The group's order, and the field's prime (RFC 8032).
L = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19


class Refused(Exception):
    """A refusal, by its name (§5)."""


class Bound(Exception):
    """A field of a payload is out of its bound (§6)."""


def derive(context, data):
    return blake3.blake3(data, derive_key_context=context).digest()


def blake(data):
    return blake3.blake3(data).digest()


# --- Canonical CBOR (§4): a property of the bytes. ---

DEPTH_MAX = 16


def decode(data):
    """One item in canonical form; ValueError if the bytes are not."""
    if canonical(data, 0, 0) != len(data):
        raise ValueError("bytes behind the item")
    return lax(data)


def canonical(data, at, depth):
    """Where the item ends that begins there; ValueError if it is not canonical."""
    if depth > DEPTH_MAX or at >= len(data):
        raise ValueError("too deep, or cut off")
    first = data[at]
    major, short = first >> 5, first & 31
    at += 1
    if major == 7:
        if first not in (0xF4, 0xF5, 0xF6):
            raise ValueError("a float or simple value")
        return at
    if major == 6 or short > 27:
        raise ValueError("a tag, or a length that is not said")
    number = short
    if short >= 24:
        size = 1 << (short - 24)
        number = int.from_bytes(data[at : at + size], "big")
        if at + size > len(data) or number < (24 if size == 1 else 1 << (4 * size)):
            raise ValueError("not in its shortest form")
        at += size
    if major < 2:
        return at
    if number > len(data) - at:
        raise ValueError("a length beyond the end")
    if major in (2, 3):
        if major == 3:
            data[at : at + number].decode()
        return at + number
    if major == 4:
        for _ in range(number):
            at = canonical(data, at, depth + 1)
        return at
    before = b""
    for _ in range(number):
        end = canonical(data, at, depth + 1)
        key = data[at:end]
        if key[0] >> 5 not in (0, 3) or before and (before[0] >> 5 != key[0] >> 5 or before >= key):
            raise ValueError("keys that do not ascend, or of another kind")
        before, at = key, canonical(data, end, depth + 1)
    return at


def lax(data):
    """One item in any form, with nothing behind: for checks that come before the canonical one (§5)."""
    stream = io.BytesIO(data)
    try:
        item = cbor2.CBORDecoder(stream).decode()
    except Exception as error:
        raise ValueError(str(error)) from error
    if stream.read():
        raise ValueError("bytes behind the item")
    return item


def encode(item):
    """§4. Maps keep the order in which they were read: fields ascend, which the caller checks."""
    if item is None:
        return b"\xf6"
    if isinstance(item, bool):
        return b"\xf5" if item else b"\xf4"
    if isinstance(item, int):
        return head(0, item) if item >= 0 else head(1, -1 - item)
    if isinstance(item, bytes):
        return head(2, len(item)) + item
    if isinstance(item, str):
        raw = item.encode()
        return head(3, len(raw)) + raw
    if isinstance(item, list):
        return head(4, len(item)) + b"".join(map(encode, item))
    return head(5, len(item)) + b"".join(encode(key) + encode(value) for key, value in item.items())


def head(major, number):
    major <<= 5
    if number < 24:
        return bytes([major | number])
    for size, code in ((1, 24), (2, 25), (4, 26), (8, 27)):
        if number < 1 << (8 * size):
            return bytes([major | code]) + number.to_bytes(size, "big")
    raise ValueError("a number of more than 64 bits")


# Stands for a field that may not be absent.
NEEDED = object()


def fields(item, *absent):
    """The values of a structure's fields, in their order; `absent` says what the absence of each means. What is not
    known is passed over (§4)."""
    if not isinstance(item, dict) or any(isinstance(key, str) for key in item):
        raise ValueError("not a structure")
    values = [item.get(number, default) for number, default in enumerate(absent)]
    if NEEDED in [value for value in values if value is NEEDED]:
        raise ValueError("a field is absent")
    return values


def needed(item, count):
    """The values of a structure of which no field may be absent."""
    return fields(item, *[NEEDED] * count)


def integer(value, low, high):
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise ValueError("not an integer of this size")
    return value


def octets(value, length):
    if not isinstance(value, bytes) or len(value) != length:
        raise ValueError("not so many bytes")
    return value


def kind_of(value, kind):
    if not isinstance(value, kind):
        raise ValueError("not of this type")
    return value


# --- Cells, scopes, identifiers (§3) ---


def cell_of(position, length):
    """The geohash of a position: integers all the way, so that borders fall where §3 says."""
    lat, lon = position[0] + 900_000_000, position[1] + 1_800_000_000
    bits_lon, bits_lat = (5 * length + 1) // 2, 5 * length // 2
    x = min(lon * 2**bits_lon // 3_600_000_000, 2**bits_lon - 1) if bits_lon else 0
    y = min(lat * 2**bits_lat // 1_800_000_000, 2**bits_lat - 1) if bits_lat else 0
    text, buffer = "", 0
    for at in range(5 * length):
        source, left = (x, bits_lon - 1 - at // 2) if at % 2 == 0 else (y, bits_lat - 1 - at // 2)
        buffer = buffer << 1 | source >> left & 1
        if at % 5 == 4:
            text += ALPHABET[buffer]
            buffer = 0
    return text


def read_cell(text, longest):
    kind_of(text, str)
    if text not in ("@", "!") and (len(text) > longest or any(char not in ALPHABET for char in text)):
        raise ValueError("not a cell")
    return text


def scope_key(cell, container):
    return cell.encode().ljust(8, b"\0") + container


def read_scope_key(key):
    """Cell and container, or ValueError."""
    octets(key, 40)
    cell = key[:8].rstrip(b"\0")
    text = cell.decode("ascii")
    return read_cell(text, 4), key[8:]


def log_key(key, author, device, epoch):
    return key + author + device + epoch.to_bytes(8, "big")


def element_id(owner, seed):
    return owner if seed == bytes(16) else derive("communaut 2026 element id", owner + seed)


def import_seed(source, source_id):
    source = source.encode()
    said = len(source).to_bytes(8, "big") + source + source_id.encode()
    return derive("communaut 2026 import seed", said)[:16]


def log_state(floor, tips):
    tips = sorted(tips, key=lambda tip: tip[1])
    said = b"".join(number.to_bytes(8, "big") + entry for number, entry in tips)
    return derive("communaut 2026 log state", floor.to_bytes(8, "big") + said)


# --- Signatures (§1): strict ---


def verify_strict(device, message, signature):
    """RFC 8032, cofactorless; S below the order, no key or point of small order, canonical points."""
    point, scalar = signature[:32], signature[32:]
    if int.from_bytes(scalar, "little") >= L:
        return False
    for one in (device, point):
        if int.from_bytes(one, "little") % 2**255 >= P or is_small(one):
            return False
    try:
        nacl.bindings.crypto_sign_open(signature + message, device)
    except Exception:
        return False
    return True


def is_small(point):
    """Whether eight times the point is the neutral element; points that are none count as small."""
    y = int.from_bytes(point, "little") % 2**255
    d = -121665 * pow(121666, P - 2, P) % P
    x2 = (y * y - 1) * pow(d * y * y + 1, P - 2, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P:
        return True
    for _ in range(3):
        # Doubling on the twisted Edwards curve.
        k = d * x * x % P * y % P * y % P
        x, y = (
            2 * x * y * pow(1 + k, P - 2, P) % P,
            (y * y + x * x) * pow(1 - k, P - 2, P) % P,
        )
    return (x, y) == (0, 1)


# --- Entries (§5) ---

HEADER = (
    ("version", lambda v: integer(v, 0, 2**8 - 1)),
    ("network", lambda v: kind_of(v, str)),
    ("scope", lambda v: kind_of(v, bytes)),
    ("author", lambda v: octets(v, 32)),
    ("device", lambda v: octets(v, 32)),
    ("epoch", lambda v: integer(v, 0, 2**64 - 1)),
    ("seq", lambda v: integer(v, 0, 2**64 - 1)),
    ("backlink", lambda v: None if v is None else octets(v, 32)),
    ("stamp", lambda v: integer(v, 0, 2**64 - 1)),
    ("schema", lambda v: integer(v, 0, 2**16 - 1)),
    ("schema_version", lambda v: integer(v, 0, 2**8 - 1)),
    ("flags", lambda v: integer(v, 0, 2**16 - 1)),
    ("payload_size", lambda v: integer(v, 0, 2**32 - 1)),
    ("payload_hash", lambda v: octets(v, 32)),
    ("extra", lambda v: numbered(v)),
    ("signature", lambda v: octets(v, 64)),
)


def numbered(value):
    """A map from numbers (§5, field 14)."""
    if not all(isinstance(key, int) and key >= 0 for key in kind_of(value, dict)):
        raise ValueError("a key that is no number")
    return value


def verify(header_bytes, payload):
    """The header's fields of a verified entry; Refused by the first check that fails, in the order of §5."""
    if len(header_bytes) > HEADER_MAX:
        raise Refused("too_large")
    try:
        items = lax(header_bytes)
        if not isinstance(items, list) or len(items) != len(HEADER):
            raise ValueError("not an array of 16")
        header = {name: read(value) for (name, read), value in zip(HEADER, items)}
    except ValueError as error:
        raise Refused("malformed") from error
    if header["version"] != 1:
        raise Refused("version")
    if header["network"] != "dev":
        raise Refused("network")
    try:
        cell, container = read_scope_key(header["scope"])
    except ValueError as error:
        raise Refused("scope") from error
    if len(encode(header["extra"])) > EXTRA_MAX:
        raise Refused("too_large")
    if header["payload_size"] > (LEAVES_BYTES_MAX if header["flags"] & 4 else PAYLOAD_MAX):
        raise Refused("too_large")
    sealed = header["schema"] in SEALED
    if not flags_fit(header, sealed, container):
        raise Refused("flags")
    if sealed and header["payload_size"] not in SEALED_SIZES:
        raise Refused("sealed")
    if header["seq"] > 0 and header["backlink"] is None:
        raise Refused("backlink")
    identity, closed = cell == "@", cell == "!"
    if not identity and not closed and len(cell) < 3 and header["schema"] not in (13, 14):
        raise Refused("scope")
    if not identity and not closed and len(cell) < WIDE_BELOW and header["seq"] >= WIDE_ENTRIES_MAX:
        raise Refused("budget")
    if identity != (1 <= header["schema"] <= 9):
        raise Refused("scope")
    if identity and header["author"] != container:
        raise Refused("scope")
    if header["schema"] == 18 and container != bytes(32):
        raise Refused("scope")
    private = header["schema"] in (30, 31, 40)
    if (private or closed) and container == bytes(32) or closed and not private:
        raise Refused("scope")
    try:
        decode(header_bytes)
    except ValueError as error:
        raise Refused("malformed") from error
    if not names(header, payload):
        raise Refused("payload")
    if not verify_strict(header["device"], SIGN_DOMAIN + encode(items[:-1]), header["signature"]):
        raise Refused("signature")
    header["cell"], header["container"], header["id"] = cell, container, blake(header_bytes)
    return header


def flags_fit(header, sealed, container):
    """§5: bit 1 says that the payload is sealed, bit 2 that it consists of leaves; bit 0 ends a restatement (§5.5), and
    then bits 8 to 13 say how many precede."""
    flags, schema, cell = header["flags"], header["schema"], header["scope"][:8].rstrip(b"\0")
    if flags & 1:
        before = flags >> 8
        known = flags == before << 8 | 5 and before < RESTATE_PARTS_MAX
        return known and schema == 18 and container == bytes(32) and len(cell) > 2 and header["seq"] >= before
    if sealed:
        return flags == 2
    wide = cell not in (b"@", b"!") and len(cell) < WIDE_BELOW and container == bytes(32)
    if wide or cell == b"@" or 1 <= schema <= 9 or schema in LEAFLESS:
        return flags == 0
    return flags == 4 if schema in PARTS else flags in (0, 4)


def leaves(payload):
    """Of each leaf its bytes, or None if it is gone, its hash and its length; ValueError if the payload does not
    consist of leaves (§5.6)."""
    found = []
    for item in kind_of(decode(payload), list):
        if isinstance(item, bytes):
            found.append((item, derive("communaut 2026 leaf", item), len(item)))
        else:
            hashed, size = kind_of(item, list)
            found.append((None, octets(hashed, 32), integer(size, 0, 2**16 - 1)))
    if not 1 <= len(found) <= LEAVES_MAX:
        raise ValueError("not so many leaves")
    return found


def names(header, payload):
    """Whether it is the payload that the header names, perhaps without some of its leaves (§5, §5.6)."""
    if not header["flags"] & 4:
        return header["payload_size"] == len(payload) and header["payload_hash"] == blake(payload)
    if len(payload) > PAYLOAD_MAX:
        return False
    try:
        found = leaves(payload)
    except ValueError:
        return False
    head = lambda count: 1 if count < 24 else 2 if count < 256 else 3
    size = head(len(found)) + sum(head(length) + length for _, _, length in found)
    said = b"".join(length.to_bytes(2, "big") + hashed for _, hashed, length in found)
    root = derive("communaut 2026 leaves", len(found).to_bytes(2, "big") + said)
    return header["payload_hash"] == root and header["payload_size"] == size


def leaf_id(entry, number):
    return derive("communaut 2026 leaf id", entry + bytes([number]))


def begins_at(header):
    """Of the last entry of a restatement, the number of its first (§5.5)."""
    return header["seq"] - (header["flags"] >> 8) if header["flags"] & 1 else None


def kept(entries):
    """Of the headers of one log: the floor, the entries that are kept, the tips, the restatement (§5.2, §5.5)."""
    by_id = {header["id"]: header for header in entries}

    def run(last):
        found, at = [last], last
        while at["seq"] > begins_at(last):
            at = by_id.get(at["backlink"])
            if at is None or at["schema"] != 18 or at["flags"] != 4:
                return None
            found.append(at)
        return found[::-1]

    runs = [found for found in (run(last) for last in entries if begins_at(last) is not None) if found]
    best = min(runs, key=lambda found: (-found[0]["seq"], found[-1]["id"]), default=[])

    def behind(header):
        follows = [
            one for one in entries if (one["backlink"] == header["id"] if header else one["seq"] == 0)
        ]
        return sorted(follows, key=lambda one: one["id"])

    def chain(header):
        found = [header]
        while behind(found[-1]):
            found.append(behind(found[-1])[0])
        return found

    held = list(best)
    while len(behind(held[-1] if held else None)) == 1:
        held.append(behind(held[-1] if held else None)[0])
    branches = [chain(one) for one in behind(held[-1] if held else None)[:2]]
    tips = [branch[-1] for branch in branches] or held[-1:]
    return best[0]["seq"] if best else 0, held + sum(branches, []), tips, best


def restated_header(item, last):
    """The header that a restated entry had, as bytes (§5.5)."""
    seq, backlink, stamp, schema, version, flags, size, hashed, extra, signature, _ = restated_item(item)
    log = [last["scope"], last["author"], last["device"], last["epoch"]]
    return encode([1, "dev", *log, seq, backlink, stamp, schema, version, flags, size, hashed, extra, signature])


def restated_item(item):
    """Of an item: number, backlink, stamp, schema, version, flags, size, hash, extra, signature, leaves (§5.5)."""
    return fields(item, NEEDED, None, NEEDED, NEEDED, 1, 0, NEEDED, NEEDED, {}, NEEDED, [])


def is_restated(schema):
    """Whether a restatement says it again: what is not known, by its number (§6.2, §6.3)."""
    known = schema in (10, 11, 12, 13, 14, 15, 17, 19)
    by_number = 10 <= schema <= 19 or 40 <= schema <= 1023 or schema >= 2048
    return known or by_number and schema not in (16, 18, 30, 31, 40)


def restated(run, payloads, reads):
    """Number and id of what a restatement says and counts (§5.5); `reads`: whether the operation of a header (schema,
    version, flags, extra) and a payload is read."""
    if not run:
        return []
    last, found, above = run[-1], [], None
    parts = []
    for header in run:
        (first, *_), *said = leaves(payloads[header["id"]])
        items = decode(first)[1].get(0, []) if first is not None else None
        if items is None or sum(max(len(restated_item(item)[10]), 1) for item in items) != len(said):
            return []
        parts.append((items, said))
    for items, said in parts:
        for item in items:
            seq, backlink, stamp, schema, version, flags, size, hashed, extra, _, numbers = restated_item(item)
            entry, width = blake(restated_header(item, last)), max(len(numbers), 1)
            mine, said = said[:width], said[width:]
            fits = seq < run[0]["seq"] and stamp <= last["stamp"] and (seq == 0 or backlink is not None)
            header = {"flags": flags, "schema": schema, "scope": last["scope"], "seq": seq}
            header |= {"schema_version": version, "extra": extra}
            fits = fits and is_restated(schema) and flags_fit(header, schema in SEALED, last["scope"][8:])
            fits = fits and size <= (LEAVES_BYTES_MAX if flags & 4 else PAYLOAD_MAX)
            fits = fits and len(encode(extra)) <= EXTRA_MAX and (flags & 4 != 0) == bool(numbers)
            for number, (leaf, *_) in zip(numbers or [None], mine):
                place = (seq, entry, -1 if number is None else number)
                follows = above is None or above < place and (above[0] < seq or above[1] == entry)
                same = numbers or schema == 10 or leaf is not None and blake(leaf) == hashed
                if fits and follows and same and leaf is not None and reads(header, leaf):
                    above = place
                    found.append((seq, entry if number is None else leaf_id(entry, number)))
    return found


def open_sealed(header_bytes, payload, key):
    """Schema, version, author and payload of a sealed payload (§10.1).

    "sealed": not under this key; "seal": it does not open."""
    items = decode(header_bytes)
    place = b"communaut/sealed/1\0" + encode(items[:12])
    try:
        nonce, hint, ciphertext = decode(payload)
        octets(nonce, 24), octets(hint, 32), kind_of(ciphertext, bytes)
    except ValueError as error:
        raise Refused("seal") from error
    if hint != derive("communaut 2026 seal hint", key + nonce):
        raise Refused("sealed")
    try:
        seal_key = derive("communaut 2026 seal key", key + nonce)
        text = nacl.bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, place, nonce, seal_key)
        inner = text.rstrip(b"\0")
        if inner[-1:] != b"\x80" or len(text) != min(max(256, 1 << (len(inner) - 1).bit_length()), 65456):
            raise ValueError("not padded in this way")
        schema, version, author, said = decode(inner[:-1])
        octets(author, 32), kind_of(said, bytes)
    except Exception as error:
        raise Refused("seal") from error
    return integer(schema, 0, 2**16 - 1), integer(version, 0, 255), author, said


BUNDLE_MAGIC, BUNDLE_VERSION, BUNDLE_CHECK_LEN = b"communaut bundle", 1, 16


def framed(data):
    """§9.1: the place of a frame in a bundle (§9.5); ValueError if it is none."""
    frame = decode(data)
    if not isinstance(frame, dict) or not isinstance(frame.get(0), bytes):
        raise ValueError("not a frame")
    header = decode(frame[0])
    if not isinstance(header, list) or len(header) != 16:
        raise ValueError("not a header")
    payload, erased = frame.get(1), frame.get(2)
    if not isinstance(payload, (bytes, type(None))) or not isinstance(erased, (bytes, type(None))):
        raise ValueError("not a frame")
    cell, _ = read_scope_key(header[2])
    return cell != "@", log_key(header[2], header[3], header[4], header[5]), header[6]


def bundle(data):
    """§9.5: how many frames stand whole, and where what is refused begins, with its name."""
    at, frames, check, last = 0, 0, bytes(BUNDLE_CHECK_LEN), None
    if not BUNDLE_MAGIC.startswith(data[:16]):
        return frames, (0, "magic")
    if len(data) < 17:
        return frames, (len(data), "cut")
    if data[16] != BUNDLE_VERSION:
        return frames, (0, "version")
    at = 17
    while True:
        if len(data) < at + 4:
            return frames, (len(data), "cut")
        length = int.from_bytes(data[at : at + 4], "big")
        if length > ENTRY_MAX:
            return frames, (at, "length")
        end = at + 4 + length + BUNDLE_CHECK_LEN
        if len(data) < end:
            return frames, (len(data), "cut")
        frame = data[at + 4 : at + 4 + length]
        check = derive("communaut 2026 bundle", check + frame)[:BUNDLE_CHECK_LEN]
        if check != data[end - BUNDLE_CHECK_LEN : end]:
            return frames, (at, "check")
        if not frame:
            return frames, (end, "behind") if len(data) > end else None
        try:
            place = framed(frame)
        except (ValueError, TypeError, Refused):
            return frames, (at, "frame")
        if last is not None and place < last:
            return frames, (at, "order")
        at, frames, last = end, frames + 1, place


def append(state, header):
    """What becomes of an entry in a log held from 0 to one tip (number, id) (§5.1)."""
    if state is None:
        return "accepted" if header["seq"] == 0 else {"gap": {"from": 0}}
    number, entry = state
    if header["seq"] == number + 1:
        return "accepted" if header["backlink"] == entry else "backlink"
    if header["seq"] > number + 1:
        return {"gap": {"from": number + 1}}
    return "known"
