# SPDX-License-Identifier: Apache-2.0
"""The image's files: the same each time, each of a known package or a known reason, and told of truthfully."""

import hashlib
import json
import os
import re
import ssl
import subprocess
import sys
import tarfile
from pathlib import Path

from conftest import Image, make
from dockerfile import ROOT
from support.operator import program

_OWN = ["/etc/group", "/etc/nsswitch.conf", "/etc/passwd", "/usr/bin/stackseal", "/usr/share/doc/stackseal/copyright",
        "/usr/share/doc/stackseal/sbom.cdx.json"]


def components(image: Image) -> dict[str, dict]:
    """The packages of the SBOM, by name."""
    return {one["name"]: one for one in json.loads(image.sbom.read_text())["components"]}


def places(image: Image) -> dict[str, str]:
    """The files of which the SBOM tells, with the package that it names."""
    return {place["location"]: name for name, one in components(image).items() for place in one["evidence"]["occurrences"]}


def states(tree: Path) -> dict[Path, tuple]:
    """Modes and times below a folder, and its own."""
    found = {path.relative_to(tree): path.stat() for path in [tree, *tree.rglob("*")]}
    return {path: (oct(one.st_mode), one.st_mtime) for path, one in found.items()}


def packages_of(path: str) -> set[str]:
    """Debian's word on a file of this machine: the links on the way to it are followed."""
    known = [path, str(Path(path).resolve()), str(Path(path).resolve()).removeprefix("/usr")]
    told = subprocess.run(["dpkg", "-S", *known], capture_output=True, text=True, check=False).stdout
    return {line.split(":")[0] for line in told.splitlines()}


def test_two_makes_are_equal(image: Image, tmp_path: Path):
    surroundings = {**os.environ, "TZ": "Asia/Tokyo", "LC_ALL": "C", "PYTHONHASHSEED": "1"}
    again = make(tmp_path / "again", cwd=tmp_path, umask=0o077, env=surroundings)
    assert again.tar.read_bytes() == image.tar.read_bytes()
    assert again.sbom.read_bytes() == image.sbom.read_bytes()
    assert states(again.tree) == states(image.tree)


def test_the_time_is_the_one_that_is_given(tmp_path: Path):
    made = make(tmp_path / "made", env={**os.environ, "SOURCE_DATE_EPOCH": "1700000000"})
    with tarfile.open(made.tar) as tar:
        assert {member.mtime for member in tar} == {1700000000}
    assert {int(path.stat().st_mtime) for path in [made.tree, *made.tree.rglob("*")]} == {1700000000}
    assert json.loads(made.sbom.read_text())["metadata"]["timestamp"] == "2023-11-14T22:13:20Z"


def test_the_tar_is_the_folder(image: Image):
    with tarfile.open(image.tar) as tar:
        members = {f"/{member.name}": member for member in tar}
        files = [path for path, member in members.items() if member.isfile()]
        assert files == image.files()
        assert all(tar.extractfile(members[path]).read() == image.read(path) for path in files)
    for path, member in members.items():
        assert member.mode == (image.tree / path.lstrip("/")).stat().st_mode & 0o7777, path
        assert (member.uid, member.gid) == (0, 0), path


def test_nobody_but_root_may_change_anything(image: Image):
    everything = [image.tree, *image.tree.rglob("*")]
    assert not [path for path in everything if path.is_symlink() or path.stat().st_mode & 0o7022]
    assert {path.name for path in image.tree.iterdir()} == {"etc", "lib", "lib64", "usr", "var"}


def test_the_sbom_names_exactly_the_packages_of_its_files(image: Image):
    told = places(image)
    libraries = [path for path in image.files() if path.startswith("/lib")]
    assert libraries and all({told[path]} == packages_of(path) for path in libraries)
    assert all(image.read(path) == Path(path).read_bytes() for path in libraries)
    others = {"/etc/os-release": "base-files", "/etc/ssl/certs/ca-certificates.crt": "ca-certificates",
              "/usr/lib/ssl/cert.pem": "ca-certificates"}
    assert told == {path: told[path] for path in libraries} | others


def test_each_file_is_listed_with_its_reason(image: Image):
    done = subprocess.run([ROOT / "image/rootfs.py", program(), "--list"], capture_output=True, text=True, check=True)
    told = {path: (int(size), package, reason) for path, size, package, reason
            in (line.split("\t") for line in done.stdout.splitlines())}
    assert {path: size for path, (size, _, _) in told.items()} == {path: len(image.read(path)) for path in image.files()}
    assert {path: package for path, (_, package, _) in told.items() if package != "-"} == places(image)
    assert all(reason for _, _, reason in told.values())


def test_nothing_else_is_in_it(image: Image):
    papers = [path for name in components(image)
              for path in (f"/usr/share/doc/{name}/copyright", f"/var/lib/dpkg/status.d/{name}")]
    assert image.files() == sorted([*places(image), *papers, *_OWN])


def test_versions_are_those_that_are_installed(image: Image):
    for name, one in components(image).items():
        stanza = image.read(f"/var/lib/dpkg/status.d/{name}").decode()
        installed = subprocess.run(["dpkg", "-s", name], capture_output=True, text=True, check=True).stdout
        version = re.search("^Version: (.*)$", installed, re.M)[1]
        assert one["version"] == version and f"\nVersion: {version}\n" in stanza
        assert image.read(f"/usr/share/doc/{name}/copyright") == Path(f"/usr/share/doc/{name}/copyright").read_bytes()


def test_the_sbom_is_in_the_image_and_knows_its_program(image: Image):
    assert image.read("/usr/share/doc/stackseal/sbom.cdx.json") == image.sbom.read_bytes()
    document = json.loads(image.sbom.read_text())
    described = document["metadata"]["component"]
    assert described["hashes"][0]["content"] == hashlib.sha256(image.read("/usr/bin/stackseal")).hexdigest()
    assert document["dependencies"] == [{"ref": described["bom-ref"],
                                         "dependsOn": [one["bom-ref"] for one in document["components"]]}]


def test_public_authorities_load(image: Image):
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    trust.load_verify_locations(image.tree / "etc/ssl/certs/ca-certificates.crt")
    assert len(trust.get_ca_certs()) == len(list(Path("/usr/share/ca-certificates/mozilla").glob("*.crt")))


def refusal(*args: object) -> str:
    """What the script says when it cannot do what is asked."""
    done = subprocess.run([sys.executable, ROOT / "image/rootfs.py", *args], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "Traceback" not in done.stderr
    return done.stderr


def test_a_library_of_no_package_is_refused(tmp_path: Path):
    (tmp_path / "library.c").write_text("int stray(void) { return 0; }")
    (tmp_path / "program.c").write_text("int stray(void); int main(void) { return stray(); }")
    library, linked = tmp_path / "libstray.so", tmp_path / "program"
    subprocess.run(["gcc", "-shared", "-o", library, tmp_path / "library.c"], check=True)
    subprocess.run(["gcc", "-o", linked, tmp_path / "program.c", library], check=True)
    assert f"rootfs: {library}: of no Debian package" in refusal(linked, "--tar", tmp_path / "a.tar")
    library.unlink()
    assert "not found" in refusal(linked, "--tar", tmp_path / "a.tar")
    assert not (tmp_path / "a.tar").exists()


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path):
    assert f"'{tmp_path}'" in refusal(program(), "--tree", tmp_path)
    assert not list(tmp_path.iterdir())
