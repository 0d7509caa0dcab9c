# SPDX-License-Identifier: Apache-2.0
"""What docs/troubleshooting.md shows is what is seen: its commands are run over estates with the fault, and its output
is looked for in theirs."""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from string import Template

import pytest

from page import is_among, lines

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = Path(os.environ.get("STACKSEAL", ROOT / "build/dev/stackseal"))
CASES = {path.stem: path.read_text() for path in sorted((Path(__file__).parent / "troubleshooting").glob("*.yaml"))}
TRIED = re.compile(r"<!-- tried: ([\w-]+) -->\n\n```console\n\$ (.+)\n((?:(?!```).*\n)*)```")
SHOWN = {case: (command, output) for case, command, output
         in TRIED.findall((ROOT / "docs/troubleshooting.md").read_text())}

OLD = """
[ca]
default_ca = old
[old]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = names
x509_extensions = extensions
[names]
commonName = supplied
[extensions]
basicConstraints = critical, CA:TRUE
"""


class Names(Template):
    braceidpattern = r"[a-z.]+"


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA, the key of another, and a CA of 2020, made by another implementation."""
    folder = tmp_path_factory.mktemp("authorities")
    for name in ("ours", "other"):
        openssl(folder, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                f"{name}.key", "-out", f"{name}.crt", "-subj", f"/CN=CA {name}", "-days", "30",
                "-addext", "basicConstraints=critical,CA:TRUE")
    (folder / "old.cnf").write_text(OLD)
    (folder / "index.txt").touch()
    openssl(folder, "req", "-new", "-key", "ours.key", "-subj", "/CN=Example CA", "-out", "old.csr")
    openssl(folder, "ca", "-batch", "-config", "old.cnf", "-selfsign", "-keyfile", "ours.key", "-in", "old.csr", "-out",
            "old.crt", "-startdate", "20200101000000Z", "-enddate", "20210101000000Z", "-notext")
    return folder


def run(folder: Path, command: str) -> str:
    """A command as the page shows it; all that it prints. The log keeps it, where the end of the run looks for keys."""
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", command], cwd=folder, env=os.environ | {"PATH": path}, capture_output=True,
                          text=True, check=False, timeout=60)
    with (folder / "stackseal.log").open("a") as log:
        log.write(done.stdout + done.stderr)
    return done.stdout + done.stderr


def lose_authority(folder: Path) -> None:
    shutil.rmtree(folder / "state/authorities")


def live_in_2999(folder: Path) -> None:
    (folder / "state/clock").write_text("2999-01-01T00:00:00Z\n")
    shutil.rmtree(folder / "state/secrets/openstack/api-tls")


def ask_for_rsa(folder: Path) -> None:
    path = folder / "manifests/all.yaml"
    path.write_text(path.read_text().replace("rotationPolicy: Never", "rotationPolicy: Never, algorithm: RSA"))


LATER: dict[str, Callable[[Path], None]] = {
    "authority-key-missing": lose_authority, "clock": live_in_2999, "key-rotation": ask_for_rsa}
LOCAL = "stackseal local --manifests manifests --state state --once"


def prepare(folder: Path, case: str, authorities: Path) -> None:
    """The world of a case: a kubeconfig, or manifests and what came of them."""
    texts = {path.name: base64.b64encode(path.read_bytes()).decode() for path in authorities.iterdir()}
    text = Names(CASES[case]).substitute(texts)
    if "kind: Config\n" in text:
        (folder / "kubeconfig").write_text(text)
        shutil.copy(authorities / "ours.crt", folder)
        return
    (folder / "manifests").mkdir()
    (folder / "manifests/all.yaml").write_text(text)
    run(folder, LOCAL)
    if case in LATER:
        LATER[case](folder)
        run(folder, LOCAL)


@pytest.mark.parametrize("case", SHOWN)
def test_the_page_shows_what_is_seen(case: str, authorities: Path, tmp_path: Path):
    prepare(tmp_path, case, authorities)
    command, output = SHOWN[case]
    seen = run(tmp_path, command)
    missing = [line for line in lines(output) if not is_among(line, lines(seen))]
    assert output and not missing, seen


def test_each_case_is_shown():
    assert sorted(SHOWN) == sorted(CASES)
