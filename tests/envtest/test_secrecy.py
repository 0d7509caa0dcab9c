# SPDX-License-Identifier: Apache-2.0
"""Keys and tokens stay where they belong: none lingers in memory, in no form, and none gets into a log."""

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support import memory, verifiers
from support.certificates import Objects, certificate, decoded, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator
from support.waiting import eventually
from vault import Vault

ISSUANCES = 1000

# A process that holds so many bytes of its input, and says so.
_HOLDER = "import sys; held = sys.stdin.buffer.read(int(sys.argv[1])); print(flush=True); sys.stdin.read()"


@pytest.fixture
def operator(control_plane: ControlPlane, objects: Objects, tmp_path: Path):
    """One that writes no lease, so that it comes to rest."""
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace, "--leader-elect=false")
    with Operator(control_plane, tmp_path, *flags) as running:
        yield running


def test_the_look_finds_every_form(tmp_path: Path):
    pem = verifiers.run("openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256").encode()
    shown = verifiers.run("openssl", "pkey", "-text", "-noout", input=pem.decode())
    scalar = bytes.fromhex("".join(re.search(r"priv:([\s0-9a-f:]+)pub", shown)[1].replace(":", "").split()))[-32:]
    held = b"|".join([scalar, scalar[::-1], pem, base64.b64encode(pem)])
    with subprocess.Popen([sys.executable, "-c", _HOLDER, str(len(held))], stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as holder:
        holder.stdin.write(held)
        holder.stdin.flush()
        holder.stdout.readline()
        seen = memory.dump(holder.pid, tmp_path / "memory")
        holder.stdin.close()
    for form, pieces in memory.forms(pem).items():
        assert memory.found(seen, pieces) == set(pieces), form


def issue(objects: Objects, count: int) -> list[bytes]:
    """Has so many certificates issued; pieces of all their keys in all forms."""
    objects.create(*hierarchy(objects.namespace),
                   *(certificate(f"c{index}", objects.namespace, "ca") for index in range(count)))
    objects.await_all_ready(count)
    keys = [data["tls.key"] for data in objects.all_pairs().values()]
    return [piece for key in keys for form in memory.forms(key).values() for piece in form]


def test_no_key_lingers(control_plane: ControlPlane, operator: Operator, objects: Objects, tmp_path: Path):
    pieces = issue(objects, ISSUANCES)

    def look(wanted: list[bytes]) -> set[bytes]:
        seen = memory.dump(operator.pid, tmp_path / "memory")
        try:
            return memory.found(seen, wanted)
        finally:
            seen.unlink()

    # A watch may still bring the last Secrets: what counts is what stays.
    eventually(lambda: not look(pieces), timeout=60, what="no key is left in memory", interval=1)
    token = re.search(rb"token: (\S+)", control_plane.kubeconfig.read_bytes())[1]
    assert look([token]) == {token}, "it must be there: every request needs it"
    assert not look([b"token: " + token, b"Authorization: Bearer " + token])
    signer = memory.forms(decoded(objects.get("secret", f"{objects.namespace}.ca.g1"))["tls.key"])
    assert look(signer["a number"]), "the authority's key must be there: it signs"
    assert not look(signer["PEM"] + signer["JSON"])


def test_the_end_of_a_run_would_find_a_leak(tmp_path: Path):
    key, token = verifiers.run("openssl", "genpkey", "-algorithm", "ED25519"), "0123456789abcdef" * 2
    vault, log = Vault(), tmp_path / "program.log"
    vault.add(key)
    vault.add(token)
    body = key.splitlines()[1]
    harmless = "issued revision=1 fingerprint=" + "5e" * 32
    leaks = [f'"key":"{base64.b64encode(key.encode()).decode()}"', f"error={body[:50]}", f"Authorization: Bearer {token}",
             "-----BEGIN PRIVATE KEY-----"]
    log.write_text("\n".join([harmless, *leaks, harmless]))
    assert vault.leaks(tmp_path) == [f"{log}:{number}" for number in (2, 3, 4, 5)]
    log.write_text(harmless)
