"""The .ics files of the source package of icalendar, and when their events take place by recurring-ical-events.

    calendars.py FOLDER

FOLDER/as_is gets the files as they are, FOLDER/placed the same with a place and a name for each event that has none.
Printed are lines of columns between tabs, of the files in `placed`, and of those that lie in FOLDER/ours already:

    error  FILE  WHY
    time   FILE  START  END        seconds since 1970 UTC
    days   FILE  FIRST  LAST       days since 1970, of whole days
"""

import pathlib
import subprocess
import sys
import tarfile
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import icalendar
import recurring_ical_events

# What has no zone is read where the events are put.
PLACE, ZONE = b"GEO:43.7311;7.4197", ZoneInfo("Europe/Monaco")
FROM, TO = datetime(1970, 1, 2, tzinfo=timezone.utc), datetime(2031, 1, 1, tzinfo=timezone.utc)


def fetch(folder):
    """The files of the source package, by a name that says where each stood."""
    version = f"icalendar=={icalendar.__version__}"
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    subprocess.run([*pip, "--no-binary", ":all:", "--dest", folder, version], check=True, stdout=sys.stderr)
    (package,) = folder.glob("icalendar-*.tar.gz")
    with tarfile.open(package) as archive:
        for member in archive:
            if member.isfile() and member.name.endswith(".ics"):
                name = "-".join(pathlib.PurePosixPath(member.name).parts[-2:])
                yield name, archive.extractfile(member).read()


def placed(content):
    """With a place and a name in each event that has none."""
    lines, event = [], None
    for line in content.split(b"\n"):
        word = line.strip().upper()
        if word == b"BEGIN:VEVENT":
            event = len(lines) + 1
        if word == b"END:VEVENT" and event is not None:
            own = [one.upper() for one in lines[event:]]
            for name, more in ((b"GEO", PLACE), (b"SUMMARY", b"SUMMARY:x")):
                if not any(one.startswith((name + b":", name + b";")) for one in own):
                    lines.insert(event, more + (b"\r" if line.endswith(b"\r") else b""))
            event = None
        lines.append(line)
    return b"\n".join(lines)


def seconds(at):
    if at.tzinfo is None:
        at = at.replace(tzinfo=ZONE)
    return int((at - datetime(1970, 1, 1, tzinfo=timezone.utc)).total_seconds())


def times(content):
    """When the events of a file take place."""
    for calendar in icalendar.Calendar.from_ical(content, multiple=True):
        for event in recurring_ical_events.of(calendar, components=["VEVENT"]).between(FROM, TO):
            start, end = event["DTSTART"].dt, event.end
            if str(event.get("STATUS", "")).upper() == "CANCELLED":
                continue
            if isinstance(start, datetime):
                yield "time", seconds(start), seconds(end)
            else:
                first = (start - date(1970, 1, 1)).days
                last = max(first, (end - timedelta(days=1) - date(1970, 1, 1)).days)
                yield "days", first, last


def main():
    folder = pathlib.Path(sys.argv[1])
    for name in ("as_is", "placed"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    files = {}
    for name, content in fetch(folder):
        (folder / "as_is" / name).write_bytes(content)
        files[name] = placed(content)
        (folder / "placed" / name).write_bytes(files[name])
    files |= {path.name: path.read_bytes() for path in folder.glob("ours/*.ics")}
    for name, content in sorted(files.items()):
        try:
            found = sorted(times(content))
        except Exception as error:  # whatever it is, the file is not read there
            print("error", name, f"{type(error).__name__} {error}".replace("\n", " ").replace("\t", " "), sep="\t")
            continue
        for what, start, end in found:
            print(what, name, start, end, sep="\t")


main()
