"""Join texts (SPEC.md §9.7): what is read of one, or why it is refused."""

import nacl.bindings
from communaut import *
from shapes import text

INVITE_TEXT_MAX, INVITE_NAME_MAX, INVITE_CELLS_MAX, PAIRING_ADDRESSES_MAX, PAIRING_ADDRESS_MAX = 2048, 100, 8, 4, 128
LINK, PREFIX = "communaut:join/", "join"
LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
GENERATORS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
BECH32M = 0x2BC830A3


class Refused(Exception):
    pass


def checksum(values):
    """Of bech32 (BIP 173): what the check leaves."""
    found = 1
    for value in values:
        top, found = found >> 25, (found & 0x1FFFFFF) << 5 ^ value
        for at, generator in enumerate(GENERATORS):
            found ^= generator if top >> at & 1 else 0
    return found


def proper(given):
    """The letters behind the prefix."""
    given = "".join(given.split())
    linked = given.lower().startswith(LINK)
    bare = given[len(LINK):] if linked else given
    if not bare.lower().startswith(PREFIX + "1"):
        raise Refused("cut" if linked and len(bare) <= len(PREFIX) else "not one")
    if bare not in (bare.lower(), bare.upper()):
        raise Refused("altered")
    return bare.lower()[len(PREFIX) + 1:]


def held(letters):
    """The bytes that the letters stand for, if they are whole and the check holds."""
    if any(letter not in LETTERS for letter in letters[:4]):
        raise Refused("altered")
    if len(letters) < 4:
        raise Refused("cut")
    bits = lambda part: int("".join(f"{LETTERS.index(letter):05b}" for letter in part), 2)
    length = (bits(letters[:4]) >> 4) + 2
    wanted = -(-length * 8 // 5) + 6
    if len(letters) != wanted:
        raise Refused("cut" if len(letters) < wanted else "altered")
    if len(letters) + len(PREFIX) + 1 > INVITE_TEXT_MAX or any(letter not in LETTERS for letter in letters):
        raise Refused("altered")
    prefix = [ord(sign) >> 5 for sign in PREFIX] + [0] + [ord(sign) & 31 for sign in PREFIX]
    if checksum(prefix + [LETTERS.index(letter) for letter in letters]) != BECH32M:
        raise Refused("altered")
    data = letters[:-6]
    return (bits(data) >> len(data) * 5 - length * 8).to_bytes(length, "big")[2:]


def read(given, now):
    data = held(proper(given))
    try:
        version, network, body, signature = decode(data)
    except ValueError:
        raise Refused("altered") from None
    if version != 1:
        raise Refused("version")
    if network != "dev":
        raise Refused("network")
    invite = decode(body)
    inviter, name, device, addresses, place, community, language, expires = needed(invite, 8)
    if not verify_strict(device, b"communaut/invitation/1\0dev\0" + body, signature):
        raise Refused("altered")
    try:
        text(name, "name", INVITE_NAME_MAX)()
    except Bound:
        raise Refused("bound") from None
    if len(addresses) > PAIRING_ADDRESSES_MAX or any(len(one.encode()) > PAIRING_ADDRESS_MAX for one in addresses):
        raise Refused("bound")
    if now > expires:
        raise Refused("expired")
    return inviter, name, device, addresses, place, community, language, expires


def outcome(given, now):
    """As the vectors state it."""
    try:
        inviter, name, device, addresses, place, community, language, expires = read(given, now)
    except Refused as refused:
        return {"refused": str(refused)}
    if place is not None:
        called, _, _, cells = needed(place, 4)
        place = [called, cells]
    if community is not None:
        name_id, home, _, seed = needed(community, 4)
        key, _ = nacl.bindings.crypto_sign_seed_keypair(seed)
        community = [name_id.hex(), home, key.hex()]
    return {
        "inviter": inviter.hex(),
        "name": name,
        "device": device.hex(),
        "addresses": addresses,
        "place": place,
        "community": community,
        "language": language,
        "expires_ms": expires,
    }
