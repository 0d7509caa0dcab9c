# SPDX-License-Identifier: Apache-2.0
"""What `stackseal inspect` says to a script: 0 for what is right, 1 for what is wrong, 2 for what cannot be had."""

import base64
import os
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from support.authority import Authority
from support.certificates import Objects, certificate, hierarchy
from support.operator import program
from support.process import free_ports


def inspect(target: object, objects: Objects, **environment: str) -> subprocess.CompletedProcess:
    """One run, with the cluster at hand."""
    command = [program(), "inspect", str(target), "--kubeconfig", str(objects.control_plane.kubeconfig)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60,
                          env={**os.environ, **environment})
    assert "PRIVATE KEY" not in done.stdout + done.stderr
    return done


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A TLS server that shows a folder's pair; its HOST:PORT."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.crt", folder / "tls.key")

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with suppress(OSError), context.wrap_socket(client, server_side=True) as connection:
                    connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, daemon=True).start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        listener.shutdown(socket.SHUT_RDWR)


def test_what_is_right(operator, objects: Objects, tmp_path: Path):
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca", ipAddresses=["127.0.0.1"]))
    objects.await_ready("api")
    folder = objects.save("api-tls", tmp_path)
    with served(folder) as address:
        at_server = inspect(address, objects, SSL_CERT_FILE=str(folder / "ca.crt"))
        for done in (inspect(folder, objects), inspect(folder / "tls.crt", objects),
                     inspect(f"{objects.namespace}/api-tls", objects), at_server):
            assert (done.returncode, done.stderr) == (0, ""), done.stdout
            assert "api.example.com" in done.stdout


def test_what_is_wrong(operator, objects: Objects, tmp_path: Path):
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca", ipAddresses=["127.0.0.1"]),
                  certificate("other", objects.namespace, "ca"))
    objects.await_ready("api", "other")
    folder = objects.save("api-tls", tmp_path)
    with served(folder) as address:
        stranger = Authority(tmp_path, "stranger").certificate
        assert inspect(address, objects, SSL_CERT_FILE=str(stranger)).returncode == 1, "it does not trust our CA"
    swapped = {"tls.crt": objects.secret("api-tls")["tls.crt"], "tls.key": objects.secret("other-tls")["tls.key"]}
    objects.create({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "swapped"}, "type": "kubernetes.io/tls",
                    "data": {key: base64.b64encode(value).decode() for key, value in swapped.items()}})
    assert inspect(f"{objects.namespace}/swapped", objects).returncode == 1
    (folder / "tls.key").write_bytes(swapped["tls.key"])
    assert inspect(folder, objects).returncode == 1
    (folder / "tls.crt").write_text("no certificate")
    assert inspect(folder / "tls.crt", objects).returncode == 1


def test_what_cannot_be_had(objects: Objects, tmp_path: Path):
    trust = Authority(tmp_path, "any").certificate
    targets = {tmp_path / "absent.crt": "no such file", f"{objects.namespace}/absent": "not found",
               f"127.0.0.1:{free_ports(1)[0]}": "127.0.0.1", "https://127.0.0.1": "scheme", "bare": "bare"}
    for target, words in targets.items():
        done = inspect(target, objects, SSL_CERT_FILE=str(trust))
        assert (done.returncode, done.stdout) == (2, "") and words in done.stderr, done
    done = inspect("127.0.0.1:1", objects, SSL_CERT_FILE=str(tmp_path / "absent.crt"))
    assert done.returncode == 2 and "SSL_CERT_FILE" in done.stderr
