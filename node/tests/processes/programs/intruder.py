"""Another user of the same machine, and what they try.

    intruder.py look FOLDER       read every file, list every folder below it: prints what could be opened
    intruder.py connect SOCKET    connect, ask for the status: prints how many bytes came back, or why it failed
    intruder.py plant FOLDER      put a pointer, a socket and a file into it: prints what could be made
    intruder.py serve SOCKET [POINTER]
                                  answer at a socket, and write its path into POINTER: prints "ready", then, once its
                                  standard input ends, how many bytes were sent to it
"""

import os
import select
import socket
import struct
import sys


def look(folder):
    for at, folders, files in os.walk(folder):
        for name in folders:
            print("listed", os.path.join(at, name))
        for name in files:
            try:
                with open(os.path.join(at, name), "rb") as file:
                    file.read(1)
                print("read", os.path.join(at, name))
            except OSError:
                pass


def connect(path):
    talk = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        talk.connect(path)
        asked = b'"Status"'
        talk.sendall(struct.pack(">I", len(asked)) + asked)
        print("got", len(talk.recv(4096)))
    except (BrokenPipeError, ConnectionResetError):
        print("got 0")
    except OSError as error:
        print("failed", error.errno)


def plant(folder):
    def tried(what, make):
        try:
            make()
            print("made", what)
        except OSError:
            pass

    def file(name):
        with open(os.path.join(folder, name), "w") as made:
            made.write("/tmp/elsewhere.sock")

    tried("a pointer", lambda: file("node.sock.path"))
    tried("a file", lambda: file("device.key"))
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    tried("a socket", lambda: listener.bind(os.path.join(folder, "planted.sock")))
    tried("a hole", lambda: os.unlink(os.path.join(folder, "node.sock")))


def serve(path, pointer=None):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    if os.path.exists(path):
        os.unlink(path)
    listener.bind(path)
    os.chmod(path, 0o666)
    listener.listen()
    if pointer:
        with open(pointer, "w") as made:
            made.write(path)
    print("ready", flush=True)
    got, talks = 0, []
    while True:
        ready, _, _ = select.select([listener, sys.stdin, *talks], [], [])
        if sys.stdin in ready and not sys.stdin.read(1):
            break
        for talk in ready:
            if talk is listener:
                talks.append(listener.accept()[0])
            elif talk is not sys.stdin:
                said = talk.recv(4096)
                got += len(said)
                if not said:
                    talks.remove(talk)
    print("sent", got)


{"look": look, "connect": connect, "plant": plant, "serve": serve}[sys.argv[1]](*sys.argv[2:])
