# SPDX-License-Identifier: Apache-2.0
"""Kubernetes' API behaviour is not faked where the real one can run; this runs it: etcd and kube-apiserver."""

import atexit
import http.client
import json
import os
import secrets
import ssl
import subprocess
import tempfile
import urllib.request
from base64 import b64decode, b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPResponse
from pathlib import Path
from typing import NamedTuple

from support.process import Process, free_ports
from support.request_counts import Write, parse_writes
from support.waiting import eventually

_START_TIMEOUT = 120.0
_STOP_GRACE = 15.0
_ETCD_STOP_GRACE = 1.0  # while clients hold streams open it would wait seven seconds for them; its log is written
_BUILD = Path(__file__).resolve().parent.parent / "tools" / "build"

_KUBECONFIG = """\
apiVersion: v1
kind: Config
clusters:
- name: envtest
  cluster:
    server: {server}
    certificate-authority-data: {ca_data}
users:
- name: {user}
  user:
    token: {token}
contexts:
- name: {user}
  context:
    cluster: envtest
    user: {user}
    namespace: {namespace}
current-context: {user}
"""


class KubectlFailed(AssertionError):
    """kubectl said no. It fails the test that did not expect it; within eventually() it means "not yet"."""


def build_binaries() -> Path:
    """The folder with the control plane's programs. Builds them if need be: minutes once, with progress on stderr."""
    return Path(subprocess.run([_BUILD], check=True, stdout=subprocess.PIPE, text=True).stdout.strip())


class Stored(NamedTuple):
    """One change in the storage: of which object, and its how-manieth since it was created; 0 is its deletion."""

    name: str
    version: int


class ControlPlane:
    """A Kubernetes control plane of one test run, on loopback ports and in a temporary directory of its own.

    Use it as a context manager: it is ready inside, and nothing of it is left afterwards, also when the run is
    interrupted. Start it in a thread that stays (see Process). Ports, storage, certificate and credentials
    outlive every restart, so clients simply reconnect. One thread at a time.
    """

    def __init__(self, binaries: Path | None = None, apiserver_flags: tuple[str, ...] = ()):
        """Starts nothing yet. `binaries` default to what tools/build makes; `apiserver_flags` come last, and win."""
        self._binaries = binaries or build_binaries()
        self._scratch = tempfile.TemporaryDirectory(prefix="stackseal-envtest-")
        self.directory = Path(self._scratch.name)
        self._admin_token = secrets.token_hex(16)
        client, peer, api = free_ports(3)
        self._etcd_url = f"http://127.0.0.1:{client}"
        self.url = f"https://127.0.0.1:{api}"
        self._etcd = self._server("etcd", self._etcd_flags(f"http://127.0.0.1:{peer}"))
        self._apiserver = self._server("kube-apiserver", [*self._apiserver_flags(api), *apiserver_flags])
        self._controller_manager = self._server("kube-controller-manager", self._controller_manager_flags())

    def __enter__(self) -> "ControlPlane":
        """Starts it."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Ends it and removes its directory."""
        self.stop()

    # The whole

    def start(self) -> None:
        """Starts etcd and the API server, returns when the API is ready and the admin's kubeconfig is written."""
        atexit.register(self.stop)
        try:
            self._write_credentials()
            self.start_etcd()
            self.start_apiserver()
            self.kubeconfig = self.write_kubeconfig("admin", self._admin_token)
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Ends every process that it started and removes its directory; harmless twice. It cannot be started again."""
        self.stop_controller_manager()
        self.stop_apiserver()
        self.stop_etcd()
        self._scratch.cleanup()
        atexit.unregister(self.stop)

    # Its parts

    def start_etcd(self) -> None:
        """Starts the storage with what it held before, returns when it is healthy."""
        self._etcd.start(lambda: self._ask_etcd("/health")["health"] == "true", _START_TIMEOUT)

    def stop_etcd(self, kill: bool = False) -> None:
        """Ends the storage, with `kill` as a crash would. The API server stays and fails."""
        self._etcd.stop(0 if kill else _ETCD_STOP_GRACE)

    def restart_etcd(self, kill: bool = False) -> None:
        """Ends and starts the storage; returns when the API is ready again."""
        self.stop_etcd(kill)
        self.start_etcd()
        if self._apiserver.running:
            eventually(self._api_ready, _START_TIMEOUT, "the API server has its storage back")

    def start_apiserver(self) -> None:
        """Starts the API server on the port that it always had, returns when it is ready."""
        self._apiserver.start(self._api_ready, _START_TIMEOUT)

    def stop_apiserver(self, kill: bool = False) -> None:
        """Ends the API server, with `kill` as a crash would: every connection breaks, nobody answers."""
        orderly = self._etcd.running and not kill  # without its storage it does not heed SIGTERM
        self._apiserver.stop(_STOP_GRACE if orderly else 0)

    def restart_apiserver(self, kill: bool = False) -> None:
        """Ends and starts the API server: watches break, its caches are filled anew, write_counts() begins at zero."""
        self.stop_apiserver(kill)
        self.start_apiserver()

    def start_controller_manager(self) -> None:
        """Adds garbage collection, namespace deletion, aggregated ClusterRoles and what every namespace holds.

        Returns when it has begun to work, in about a second. It then stays for the rest of the run.
        """
        if not self._controller_manager.running:
            self._controller_manager.start(lambda: self._is_furnished("default"), _START_TIMEOUT)

    def stop_controller_manager(self) -> None:
        """Ends the controller manager, if it runs."""
        self._controller_manager.stop(_STOP_GRACE)

    # What tests do with it

    def kubectl(self, *args: str, input: str | None = None, check: bool = True, timeout: float = 60.0) -> str:
        """Runs kubectl as cluster admin with `input` on its stdin, and returns its stdout.

        A failure raises KubectlFailed with its stderr; without `check` the answer is then stdout followed by stderr.
        """
        command = [str(self._binaries / "kubectl"), f"--kubeconfig={self.kubeconfig}",
                   f"--cache-dir={self.directory / 'kubectl-cache'}", *args]
        done = subprocess.run(command, input=input or "", capture_output=True, text=True, timeout=timeout,
                              env={**os.environ, "KUBERC": "off"})
        if check and done.returncode != 0:
            raise KubectlFailed(f"kubectl {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout if done.returncode == 0 else done.stdout + done.stderr

    def pids(self) -> list[int]:
        """Process ids of the storage and of the API server, while they run."""
        return [self._etcd.pid, self._apiserver.pid]

    def get(self, path: str, timeout: float = 10.0) -> str:
        """The body of a GET of the API server by cluster admin. OSError if it is refused or nobody answers."""
        with self._open(path, timeout) as response:
            return response.read().decode()

    @contextmanager
    def connection(self) -> Iterator[Callable[[str, dict], int]]:
        """One connection of cluster admin's, kept alive: merge-patches a path and answers with the status code."""
        trust = ssl.create_default_context(cadata=self.ca_certificate())
        headers = {"Authorization": f"Bearer {self._admin_token}", "Content-Type": "application/merge-patch+json"}
        with closing(http.client.HTTPSConnection(self.url.removeprefix("https://"), context=trust, timeout=10)) as to:
            def patch(path: str, body: dict) -> int:
                to.request("PATCH", path, json.dumps(body), headers)
                answer = to.getresponse()
                answer.read()
                return answer.status
            yield patch

    def write_counts(self, group: str | None = None, all_codes: bool = False) -> Counter[Write]:
        """How many writes the API server has answered with 2xx since it started, by (verb, resource, subresource).

        `group` narrows them to one API group ("" is core); `all_codes` adds the refused ones. Two of them can be
        subtracted. The server counts shortly after it has answered: await an expected count with eventually().
        """
        return parse_writes(self.get("/metrics"), group, all_codes)

    def compact(self) -> int:
        """Makes etcd forget all history before its current revision, and returns that revision.

        The API server goes on answering watches of the past from its own cache: see expire_history().
        """
        revision = self.revision()
        self._ask_etcd("/v3/kv/compaction", {"revision": str(revision), "physical": True})
        return revision

    def revision(self) -> int:
        """The storage's revision now, which stored() can count from."""
        return int(self._ask_etcd("/v3/maintenance/status", {})["header"]["revision"])

    def stored(self, resource: str, namespace: str, since: int, last: str) -> list[Stored]:
        """Every change that the storage made of a resource in a namespace after a revision, up to an object's first.

        `resource` is a path below /registry. No crash and no lost answer falsifies this account, but compaction
        ends it. `last` is an object that the caller makes to mark the end.
        """
        prefix = f"/registry/{resource}/{namespace}/".encode()
        wanted = {"key": b64encode(prefix).decode(), "range_end": b64encode(prefix[:-1] + b"0").decode(),
                  "start_revision": str(since + 1)}
        changes: list[Stored] = []
        with self._post_etcd("/v3/watch", {"create_request": wanted}) as answer:
            while not any(one.name == last for one in changes):
                events = json.loads(answer.readline())["result"].get("events", [])
                changes += [_stored(event, prefix.decode()) for event in events]
        return changes

    def expire_history(self) -> None:
        """Breaks every watch, and has each resourceVersion from before answered with 410 Expired."""
        self.stop_apiserver(kill=True)  # an orderly end would wait for whoever watches
        self.compact()
        self.start_apiserver()

    def token(self, service_account: str, namespace: str) -> str:
        """A fresh token of a ServiceAccount, which must exist."""
        return self.kubectl("create", "token", service_account, f"--namespace={namespace}").strip()

    def write_kubeconfig(self, user: str, token: str, namespace: str = "default", server: str = "") -> Path:
        """Writes a kubeconfig with one user by token and a default namespace. `user` names the file.

        `server` is where the API server is reached, if not at its own address.
        """
        path = self.directory / f"{user}.kubeconfig"
        ca_data = b64encode(self.ca_certificate().encode()).decode()
        path.write_text(_KUBECONFIG.format(
            server=server or self.url, ca_data=ca_data, user=user, token=token, namespace=namespace))
        return path

    def admin_by_way_of(self, server: str) -> Path:
        """A kubeconfig of cluster admin that reaches the API server by way of another address."""
        return self.write_kubeconfig(f"admin-{server.rpartition(':')[2]}", self._admin_token, server=server)

    def ca_certificate(self) -> str:
        """The PEM certificate that signed the API server's. The server makes both when it first starts."""
        served = (self.directory / "apiserver" / "apiserver.crt").read_text()
        return served[served.rindex("-----BEGIN CERTIFICATE-----"):]

    def create_namespace(self, name: str) -> None:
        """Creates a namespace, with a controller manager complete with what that puts into every namespace."""
        self.kubectl("create", "namespace", name)
        if self._controller_manager.running:
            eventually(lambda: self._is_furnished(name), what=f"namespace {name} has its default ServiceAccount and CA")

    def delete_namespace(self, name: str) -> None:
        """Has a namespace emptied in the background. Without a controller manager nobody could: then it stays."""
        if self._controller_manager.running:
            self.kubectl("delete", "namespace", name, "--wait=false")

    def secrets_in_use(self, namespace: str) -> list[str]:
        """The keys of a namespace's Secrets, and every token in a kubeconfig: what no log may show."""
        listed = json.loads(self.get(f"/api/v1/namespaces/{namespace}/secrets"))["items"]
        keys = [b64decode(one["data"]["tls.key"]).decode(errors="replace")
                for one in listed if "tls.key" in one.get("data", {})]
        tokens = [line.split()[1] for file in self.directory.glob("*.kubeconfig")
                  for line in file.read_text().splitlines() if line.split()[0] == "token:"]
        return keys + tokens

    # How it is made

    def _server(self, program: str, flags: list[str]) -> Process:
        """One of its servers, logging into its directory."""
        return Process([str(self._binaries / program), *flags], self.directory / f"{program}.log")

    def _write_credentials(self) -> None:
        """Writes the admin's token and the key that signs the tokens of ServiceAccounts."""
        (self.directory / "tokens.csv").write_text(f'{self._admin_token},admin,admin,"system:masters"\n')
        subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout",
                        "-out", self.directory / "service-accounts.key"], check=True, capture_output=True)

    def _etcd_flags(self, peer_url: str) -> list[str]:
        """A storage that need not survive the machine."""
        return [f"--data-dir={self.directory / 'etcd'}", "--unsafe-no-fsync", "--log-level=warn",
                f"--listen-client-urls={self._etcd_url}", f"--advertise-client-urls={self._etcd_url}",
                f"--listen-peer-urls={peer_url}", f"--initial-advertise-peer-urls={peer_url}",
                f"--initial-cluster=default={peer_url}"]

    def _apiserver_flags(self, port: int) -> list[str]:
        """An API server for clients of this machine, whose storage is compacted only by the tests."""
        key = self.directory / "service-accounts.key"
        return [f"--etcd-servers={self._etcd_url}", "--etcd-compaction-interval=0",
                "--bind-address=127.0.0.1", "--advertise-address=127.0.0.1", "--endpoint-reconciler-type=none",
                f"--secure-port={port}", f"--cert-dir={self.directory / 'apiserver'}",
                f"--service-account-key-file={key}", f"--service-account-signing-key-file={key}",
                "--service-account-issuer=https://kubernetes.default.svc", "--service-cluster-ip-range=10.0.0.0/24",
                f"--token-auth-file={self.directory / 'tokens.csv'}", "--authorization-mode=RBAC,Node",
                "--disable-admission-plugins=ServiceAccount"]

    def _controller_manager_flags(self) -> list[str]:
        """All controllers but the one that would have to see kubelets."""
        return [f"--kubeconfig={self.directory / 'admin.kubeconfig'}", "--controllers=*,-nodelifecycle",
                "--leader-elect=false", "--secure-port=0",
                f"--service-account-private-key-file={self.directory / 'service-accounts.key'}",
                f"--root-ca-file={self.directory / 'apiserver' / 'apiserver.crt'}"]

    def _api_ready(self) -> bool:
        """Whether the API server calls itself ready; OSError while it does not answer."""
        return self.get("/readyz") == "ok"

    def _is_furnished(self, namespace: str) -> bool:
        """Whether a namespace has what the controller manager puts into every one; KubectlFailed while not."""
        furniture = ["serviceaccount/default", "configmap/kube-root-ca.crt"]
        return bool(self.kubectl("get", f"--namespace={namespace}", *furniture))

    def _open(self, path: str, timeout: float) -> HTTPResponse:
        """The API server's answer to a GET by cluster admin, to be read and closed by the caller."""
        request = urllib.request.Request(self.url + path, headers={"Authorization": f"Bearer {self._admin_token}"})
        trust = ssl.create_default_context(cadata=self.ca_certificate())
        return urllib.request.urlopen(request, timeout=timeout, context=trust)

    def _ask_etcd(self, path: str, body: dict | None = None) -> dict:
        """etcd's JSON answer to a GET, or with a `body` to a POST."""
        with self._post_etcd(path, body) as response:
            return json.load(response)

    def _post_etcd(self, path: str, body: dict | None) -> HTTPResponse:
        """etcd's answer, to be read and closed by the caller."""
        data = None if body is None else json.dumps(body).encode()
        return urllib.request.urlopen(self._etcd_url + path, data, timeout=10)


def _stored(event: dict, prefix: str) -> Stored:
    """An event of etcd's watch, which says a put by saying nothing."""
    kv = event["kv"]
    name = b64decode(kv["key"]).decode().removeprefix(prefix)
    return Stored(name, int(kv.get("version", 0)))
