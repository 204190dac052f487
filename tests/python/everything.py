#!/usr/bin/env python3
"""Imports every file of a folder into one fresh node by the real binary, and says whether all of it adds up.

    python3 -B tests/python/everything.py target/debug/communaut-node ../shared/data

* Of each file: records read are those created, updated, unchanged or left out with a reason.
* The same files once more bring nothing new.
* Each element is found by its own name.

What is no file of records is listed with the reason for which it is refused. Standard library only; no network.
"""

import concurrent.futures
import json
import pathlib
import subprocess
import sys
import tempfile

# Searches at once: the node answers one after the other, and the programs that ask start meanwhile.
AT_ONCE = 2
# Seconds after which a program hangs.
PATIENCE = 1800


class Node:
    def __init__(self, program, data):
        self.base = [program, "--data", str(data), "--unsealed", "--json"]
        self.run("init", "--name", "All", "--at", "48.8566,2.3522")
        command = [*self.base, "run", "--no-mdns", "--listen", "/ip4/127.0.0.1/udp/0/quic-v1"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.process.stdout:
            if '"ready"' in line:
                return
        sys.exit("the node does not become ready")

    def run(self, *args):
        """The last line of what it says, and what it says of its failure."""
        done = subprocess.run([*self.base, *args], capture_output=True, text=True, timeout=PATIENCE, check=False)
        lines = done.stdout.strip().splitlines()
        try:
            return json.loads(lines[-1]) if lines else {}, done.stderr.strip()
        except ValueError:
            return {}, done.stderr.strip() or done.stdout.strip()

    def hits(self, *words):
        return self.run("search", "--limit", "0", *words)[0].get("hits", [])

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=60)


def element(hit):
    return hit.get("element", hit)


def imported(node, files):
    """The report of each file that could be read."""
    reports = {}
    for file in files:
        report, error = node.run("import", "--no-streets", str(file))
        if "read" in report:
            reports[file] = report
        else:
            print(f"  no records in {file.name}: {error[:160]}")
    return reports


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    wrong = []
    with tempfile.TemporaryDirectory(prefix="everything-") as place:
        node = Node(program, pathlib.Path(place) / "data")
        try:
            first = imported(node, files)
            for file, report in first.items():
                parts = [report["created"], report["updated"], report["unchanged"], report["skipped_count"]]
                print(f"  {file.name}: {report['read']} read, {parts} created, updated, unchanged, left out")
                if report["read"] != sum(parts):
                    wrong.append(f"{file.name}: {report['read']} read, but {sum(parts)} accounted for")
                wrong += [f"{file.name}: left out without a reason" for one in report["skipped"] if not one["why"]]
            for file, report in imported(node, list(first)).items():
                if report["created"]:
                    wrong.append(f"{file.name}: {report['created']} created when it came again")
            names = {}
            for hit in node.hits():
                names.setdefault(element(hit)["name"], set()).add(element(hit)["id"])
            total = sum(map(len, names.values()))

            def missed(name):
                found = {element(hit)["id"] for hit in node.hits("--", name)}
                return name, names[name] - found

            with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
                misses = [(name, ids) for name, ids in pool.map(missed, sorted(names)) if ids]
            wrong += [f"not found by its own name: '{name}' ({len(ids)})" for name, ids in misses]
            print(f"{len(first)} files, {total} elements of {len(names)} names, {len(misses)} names not found")
        finally:
            node.stop()
    for line in wrong:
        print(f"WRONG {line}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
