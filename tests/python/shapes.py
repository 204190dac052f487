"""What operations are made of (SPEC.md §6, §6.1, §6.4): texts, times, references."""

import datetime
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
    start, end, zone, offset, whole, again = fields(value, NEEDED, NEEDED, "", None, False, None)
    optional(offset, lambda v: integer(v, -(2**15), 2**15 - 1)), boolean(whole)
    again = optional(again, repeat)
    integer(start, -(2**63), 2**63 - 1), integer(end, -(2**63), 2**63 - 1), kind_of(zone, str)

    def check():
        bound("zone", len(zone.encode()), TAG_MAX)
        seen(zone, "zone")
        if start < WHEN_MIN_MS or end > WHEN_MAX_MS or end < start:
            raise Bound("when")
        if offset is not None and abs(offset) > OFFSET_MAX or offset is None and (whole or again):
            raise Bound("offset")
        wall = start + 60_000 * (offset or 0)
        if whole and (wall % DAY or (end - start) % DAY or start == end):
            raise Bound("when")
        if again:
            again(wall // DAY)

    return check


DAY = 86_400_000


def repeat(value):
    """§6.4."""
    every, interval, count, until, weekdays, left_out = fields(value, NEEDED, 1, None, None, 0, [])
    variant(every, 4), integer(interval, 0, 2**16 - 1), integer(weekdays, 0, 255)
    optional(count, lambda v: integer(v, 0, 2**16 - 1))
    for day in kind_of(left_out, list) + ([] if until is None else [until]):
        integer(day, -(2**31), 2**31 - 1)

    def check(first):
        bound("interval", interval, REPEAT_INTERVAL_MAX)
        bound("count", count or 0, REPEAT_COUNT_MAX)
        bound("except", len(left_out), EXCEPTIONS_MAX)
        if any(before >= after for before, after in zip(left_out, left_out[1:])):
            raise Bound("except")
        own = 1 << (first + 3) % 7
        fits = not weekdays or every == 1 and weekdays < 128 and weekdays & own or every == 2 and weekdays == own
        if interval == 0 or count == 0 or None not in (count, until) or not fits:
            raise Bound("repeat")
        days = left_out + ([] if until is None else [until])
        if not all(map(is_day, days)):
            raise Bound("repeat")

    return check


def occurrences(start, offset, again, until_ms, from_ms, most):
    """§6.4, of each day whether it begins then: (every, interval, count, until, weekdays, except); without length."""
    wall = start + 60_000 * offset
    every, interval, count, until, weekdays, left_out = again
    first, at = wall // DAY, datetime.date(1970, 1, 1) + datetime.timedelta(days=wall // DAY)
    found, counted, day = [], 0, first - 1
    while len(found) < most and (count is None or counted < count):
        day += 1
        if until is not None and day > until or day * DAY + wall % DAY >= until_ms:
            break
        date = datetime.date(1970, 1, 1) + datetime.timedelta(days=day)
        months = (date.year - at.year) * 12 + date.month - at.month
        weeks = (day - date.weekday() - first + at.weekday()) // 7
        begins = [
            (day - first) % interval == 0,
            weeks % interval == 0 and (weekdays or 1 << at.weekday()) & 1 << date.weekday(),
            months % interval == 0
            and (date.day == at.day if not weekdays
                 else date.weekday() == at.weekday() and (date.day - 1) // 7 == (at.day - 1) // 7),
            months % (12 * interval) == 0 and date.day == at.day,
        ]
        if begins[every]:
            counted += 1
            if day not in left_out and day * DAY + wall % DAY >= from_ms:
                found.append(day)
    return found


def names_of_type(value):
    """Of a media type both names, if it is one (§6)."""
    first = set("abcdefghijklmnopqrstuvwxyz0123456789")
    names = value.split("/")
    return len(names) == 2 and all(name and name[0] in first and set(name) <= first | set(".+-") for name in names)


def blobs(value):
    """Blob references (§6)."""
    found = [fields(one, NEEDED, NEEDED, "", "") for one in kind_of(value, list)]
    for hashed, size, media_type, alt in found:
        octets(hashed, 32), integer(size, 0, 2**64 - 1), kind_of(media_type, str), kind_of(alt, str)

    def check():
        bound("blobs", len(found), BLOBS_MAX)
        if len({hashed for hashed, *_ in found}) != len(found):
            raise Bound("blobs")
        for _, size, media_type, alt in found:
            if not 1 <= size <= BLOB_SIZE_MAX or len(media_type) > MEDIA_TYPE_MAX or not names_of_type(media_type):
                raise Bound("blobs")
            text(alt, "alt", FIELD_MAX)()

    return check


def slug(value, field):
    kind_of(value, str)

    def check():
        bound(field, len(value.encode()), SLUG_MAX)
        if any(not word or word.strip("abcdefghijklmnopqrstuvwxyz0123456789") for word in value.split("-")):
            raise Bound(field)

    return check


def languages(value):
    """Tags of BCP 47, each once (§6)."""
    for tag in kind_of(value, list):
        kind_of(tag, str)

    def is_tag(tag):
        first, *rest = tag.split("-")
        fits = all(1 <= len(one) <= 8 and one.isascii() and one.isalnum() for one in [first, *rest])
        return fits and len(first) >= 2 and first.isalpha() and len(tag) <= LANGUAGE_MAX

    def check():
        bound("languages", len(value), LANGUAGES_MAX)
        if len(set(value)) != len(value) or not all(map(is_tag, value)):
            raise Bound("languages")

    return check


def contacts(value):
    """Ways to reach somebody: kind and value of each (§6)."""
    found = [needed(one, 2) for one in kind_of(value, list)]
    checks = [(slug(kind, "contact"), text(said, "contact", FIELD_MAX), said) for kind, said in found]

    def check():
        bound("contacts", len(found), CONTACTS_MAX)
        for kind, value, said in checks:
            kind(), value()
            if not said.strip():
                raise Bound("contact")

    return check


def is_day(day):
    return WHEN_MIN_MS <= day * DAY <= WHEN_MAX_MS


def instead(value):
    series, day = needed(value, 2)
    entry(series), integer(day, -(2**31), 2**31 - 1)

    def check():
        if not is_day(day):
            raise Bound("instead")

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


def origin(value, name):
    """Owner and seed of an element, of which its id is made."""
    owner, seed = needed(value, 2)
    octets(owner, 32), kind_of(seed, bytes)

    def check():
        if len(seed) != 16 or element_id(owner, seed) != name:
            raise Bound("origin")

    return check


def stub(value):
    absent = (NEEDED, NEEDED, "", NEEDED, None, [], NEEDED, None)
    name_id, kind, name, at, time, labels, home, of = fields(value, *absent)
    of = optional(of, lambda v: origin(v, name_id))
    octets(name_id, 32), variant(kind, 5)
    checks = [text(name, "name", NAME_MAX)]
    at = position(at)
    time = optional(time, when)
    labels = tags(labels)
    read_cell(home, 7)

    def check():
        checks[0]()
        if of:
            of()
        if home == "@" or len(home) > 4:
            raise Bound("home")
        labels()
        if time:
            time()
        on_earth(at)

    return check
