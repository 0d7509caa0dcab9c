# SPDX-License-Identifier: Apache-2.0
"""What docs/troubleshooting.md shows is what is seen, and what it advises helps: its commands are run over estates with
the fault, and again after the remedy."""

import base64
import os
import re
import subprocess
from pathlib import Path
from typing import NamedTuple

import pytest

from page import missing
from troubleshooting import ESTATES, PROGRAM, SHOWN, UNTRIED

STEP = re.compile(r"^# (first|then|remedy): (.+)\n", re.M)
# What a case goes through.
LIFE = """
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
work() {{ stackseal local --manifests manifests --state state --once >>stackseal.log 2>&1; }}
{first}
work || true
{then}
({command}) >shown.log 2>&1 || true
{remedy}
work
({command}) >good.log 2>&1
"""
# Mounts and a network of its own, for what changes them; whoever is not root becomes it in there.
NEEDS_APART = re.compile(r"\b(mount|ip link) ")
APART = ["unshare", "--mount", "--net", *([] if os.geteuid() == 0 else ["--map-root-user"])]
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


class Case(NamedTuple):
    """Manifests, and what happens to what came of them: before, after, and each of the ways out."""

    manifests: str
    first: str
    then: str
    remedies: list[str]


def case_of(text: str) -> Case:
    """A case from its file, where the steps are comments."""
    steps: dict[str, list[str]] = {"first": [], "then": [], "remedy": []}
    for when, step in STEP.findall(text):
        steps[when].append(step)
    return Case(STEP.sub("", text), "\n".join(steps["first"]), "\n".join(steps["then"]), steps["remedy"])


CASES = {name: case_of(path.read_text()) for name, path in ESTATES.items()}


def openssl(folder: Path, *args: str) -> None:
    subprocess.run(["openssl", *args], cwd=folder, check=True, capture_output=True, timeout=60)


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """A CA, the key of another, and a CA of 2020, made by another implementation: their files, as Secrets have them."""
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
    return {path.name: base64.b64encode(path.read_bytes()).decode() for path in folder.iterdir()}


def live(folder: Path, script: str) -> None:
    """Runs a case's life; what it prints stays in the folder, where the end of the run looks for keys."""
    path = f"{PROGRAM.parent}:/usr/sbin:{os.environ['PATH']}"
    apart = APART if NEEDS_APART.search(script) else []
    done = subprocess.run(["timeout", "60", *apart, "bash", "-ec", script],
                          cwd=folder, env=os.environ | {"PATH": path}, capture_output=True, text=True, check=False)
    logs = [one.read_text() for one in folder.glob("*.log")]
    assert done.returncode == 0, "\n".join([done.stderr, *logs])


@pytest.mark.parametrize("name, remedy", [(name, remedy) for name, case in CASES.items()
                                          for remedy in range(len(case.remedies))])
def test_the_page_shows_what_is_seen_and_what_helps(name: str, remedy: int, authorities: dict[str, str], tmp_path: Path):
    def filled(text: str) -> str:
        return re.sub(r"\$\{(\w+\.\w+)\}", lambda found: authorities[found[1]], text)

    case, block = CASES[name], SHOWN[name]
    (tmp_path / "manifests").mkdir()
    (tmp_path / "manifests/all.yaml").write_text(filled(case.manifests))
    live(tmp_path, LIFE.format(first=case.first, then=case.then, remedy=filled(case.remedies[remedy]),
                               command=block.commands))
    shown, good = ((tmp_path / f"{log}.log").read_text() for log in ("shown", "good"))
    assert block.shown and not missing(block.shown, shown), shown
    assert missing(block.shown, good), good


def test_each_case_is_shown_and_each_entry_is_tried():
    assert not UNTRIED
    assert CASES.keys() <= SHOWN.keys()
    assert all(case.remedies for case in CASES.values())
