# SPDX-License-Identifier: Apache-2.0
"""Everything that is in the image, each file with its reason; what is not named here is not in it."""

import re
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

import debian
from debian import Missing

PROGRAM = "/usr/bin/stackseal"
USER = 65532  # as in the chart's pods

# What the program finds by its name, and why it should.
_WRITTEN = {
    "/etc/passwd": ("its user has a name", f"stackseal:x:{USER}:{USER}::/nonexistent:/nonexistent\n"),
    "/etc/group": ("its group has a name", f"stackseal:x:{USER}:\n"),
    "/etc/nsswitch.conf": ("the pod's hosts before DNS", "hosts: files dns\n"),
}
_OS_RELEASE = "/usr/lib/os-release"
_ANCHORS = Path("/usr/share/ca-certificates/mozilla")
_LICENSE = Path(__file__).resolve().parent.parent / "LICENSE"


@dataclass(frozen=True)
class Entry:
    """A file of the image. `package` is the Debian package that its content is of; ours have none."""

    path: str
    reason: str
    data: bytes
    mode: int = 0o644
    package: str = ""


def contents(program: Path) -> list[Entry]:
    """The image's files, by path."""
    from_debian = [*_libraries(program), *_anchors(), _os_release()]
    names = sorted({entry.package for entry in from_debian})
    entries = [_stripped(program), *_written(), *from_debian, *(one for name in names for one in _papers(name))]
    return sorted(entries, key=lambda entry: entry.path)


def _stripped(program: Path) -> Entry:
    """The program without its symbols, which only a debugger would read."""
    with tempfile.NamedTemporaryFile() as file:
        subprocess.run(["strip", "--strip-all", "-o", file.name, program], check=True)
        return Entry(PROGRAM, "the program", Path(file.name).read_bytes(), mode=0o755)


def _libraries(program: Path) -> list[Entry]:
    """The libraries that the loader maps, and the loader. Nothing else is opened later: names are resolved by libc."""
    paths = _linked(program)
    owner = debian.owners(paths)
    return [Entry(path, "the program is linked with it", Path(path).read_bytes(), 0o755, owner[path]) for path in paths]


def _linked(program: Path) -> list[str]:
    """The paths of shared libraries, as the loader finds them."""
    told = subprocess.run(["ldd", program], check=False, capture_output=True, text=True)
    if told.returncode != 0 or "not found" in told.stdout:
        raise Missing(f"{program}: {(told.stderr or told.stdout).strip()}; build it here: ./dev build release")
    return sorted(set(re.findall(r"(/\S+) \(0x", told.stdout)))


def _anchors() -> list[Entry]:
    """The public authorities as Debian ships them, where the program's HTTP client and OpenSSL itself look: none of those
    that were added to this machine."""
    files = sorted(_ANCHORS.glob("*.crt"))
    if not files:
        raise Missing(f"{_ANCHORS}: no certificates; apt-get install ca-certificates")
    bundle = b"".join(file.read_bytes().rstrip() + b"\n" for file in files)
    return [Entry(path, "servers with certificates of public authorities", bundle, package="ca-certificates")
            for path in ("/etc/ssl/certs/ca-certificates.crt", "/usr/lib/ssl/cert.pem")]


def _os_release() -> Entry:
    return Entry("/etc/os-release", "scanners learn whose packages these are", Path(_OS_RELEASE).read_bytes(),
                 package=debian.owners([_OS_RELEASE])[_OS_RELEASE])


def _written() -> list[Entry]:
    ours = [Entry(path, reason, text.encode()) for path, (reason, text) in _WRITTEN.items()]
    return [*ours, Entry("/usr/share/doc/stackseal/copyright", "the program's terms", _LICENSE.read_bytes())]


def _papers(name: str) -> list[Entry]:
    """What must be said of a package: its terms, and to scanners its version."""
    return [Entry(f"/usr/share/doc/{name}/copyright", "the package's terms", debian.terms(name)),
            Entry(f"/var/lib/dpkg/status.d/{name}", "scanners learn the package's version",
                  debian.package(name).stanza().encode())]
