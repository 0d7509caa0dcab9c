# SPDX-License-Identifier: Apache-2.0
"""The other tests of this folder are only worth what their control plane is worth, so it is tested like a product."""

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.control_plane import ControlPlane, KubectlFailed
from support.request_counts import parse_writes
from support.waiting import eventually

_CREATED = ("POST", "configmaps", "")

# A test run of its own, which says where it works and then waits for its end. It heeds interrupts even when this
# run does not, as in the background of a shell.
_RUN = """
import signal, sys
from pathlib import Path
from support.control_plane import ControlPlane
signal.signal(signal.SIGINT, signal.default_int_handler)
with ControlPlane(Path(sys.argv[1])) as running:
    print(running.directory, flush=True)
    sys.stdin.read()
"""


def create_config_map(control_plane: ControlPlane, namespace: str, name: str, *flags: str) -> None:
    """Creates an empty ConfigMap."""
    control_plane.kubectl("create", "configmap", name, f"--namespace={namespace}", *flags)


def names(control_plane: ControlPlane, namespace: str) -> list[str]:
    """The ConfigMaps of a namespace."""
    return control_plane.kubectl("get", "configmaps", f"--namespace={namespace}", "--output=name").split()


def test_serves_the_version_that_it_was_built_from(control_plane: ControlPlane) -> None:
    version = json.loads(control_plane.kubectl("version", "--output=json"))
    assert version["serverVersion"]["gitVersion"] == version["clientVersion"]["gitVersion"]
    assert version["serverVersion"]["major"] == "1"


def test_kubectl_says_why_it_failed(control_plane: ControlPlane, namespace: str) -> None:
    with pytest.raises(KubectlFailed, match="NotFound"):
        control_plane.kubectl("get", "configmap", "absent", f"--namespace={namespace}")
    assert "NotFound" in control_plane.kubectl("get", "configmap", "absent", f"--namespace={namespace}", check=False)


def test_kubectl_reads_its_input(control_plane: ControlPlane, namespace: str) -> None:
    manifest = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "piped", "namespace": namespace}}
    control_plane.kubectl("apply", "--filename=-", input=json.dumps(manifest))
    assert "configmap/piped" in names(control_plane, namespace)


def test_counts_a_created_config_map(control_plane: ControlPlane, namespace: str) -> None:
    before = control_plane.write_counts()
    create_config_map(control_plane, namespace, "counted")
    eventually(lambda: (control_plane.write_counts() - before)[_CREATED] == 1, 5, "one POST of a ConfigMap is counted")


def test_counts_a_refused_write_only_with_all_codes(control_plane: ControlPlane, namespace: str) -> None:
    create_config_map(control_plane, namespace, "taken")
    all_before = control_plane.write_counts(all_codes=True)
    with pytest.raises(KubectlFailed, match="already exists"):
        create_config_map(control_plane, namespace, "taken")
    eventually(lambda: (control_plane.write_counts(all_codes=True) - all_before)[_CREATED] >= 1)
    refused = control_plane.write_counts(all_codes=True) - control_plane.write_counts()
    assert refused[_CREATED] >= 1


def test_reads_verb_resource_and_subresource_of_one_group() -> None:
    sample = 'apiserver_request_total{{code="{}",dry_run="{}",group="{}",resource="{}",subresource="{}",verb="{}"}} {}'
    metrics = "\n".join(sample.format(*labels) for labels in [
        (200, "", "stackseal.io", "certificates", "status", "PATCH", 2),
        (200, "", "cert-manager.io", "certificates", "status", "PATCH", 5),
        (200, "All", "stackseal.io", "certificates", "", "POST", 7),
        (200, "", "stackseal.io", "certificates", "", "GET", 1e6),
        (409, "", "stackseal.io", "certificates", "status", "PATCH", 1)])
    status = ("PATCH", "certificates", "status")
    assert parse_writes(metrics, "stackseal.io", all_codes=False) == Counter({status: 2})
    assert parse_writes(metrics, None, all_codes=False) == Counter({status: 7})
    assert parse_writes(metrics, "stackseal.io", all_codes=True) == Counter({status: 3})


@pytest.mark.parametrize("kill", [False, True], ids=["orderly", "crash"])
def test_a_restarted_api_server_keeps_address_and_data(control_plane: ControlPlane, namespace: str, kill: bool) -> None:
    create_config_map(control_plane, namespace, "kept")
    control_plane.stop_apiserver(kill)
    with pytest.raises(OSError):
        control_plane.get("/readyz")
    control_plane.start_apiserver()
    assert "configmap/kept" in names(control_plane, namespace)


def test_a_restarted_storage_keeps_its_data(control_plane: ControlPlane, namespace: str) -> None:
    create_config_map(control_plane, namespace, "kept")
    control_plane.restart_etcd()
    assert "configmap/kept" in names(control_plane, namespace)


def test_an_api_server_without_its_storage_is_still_ended(control_plane: ControlPlane, namespace: str) -> None:
    create_config_map(control_plane, namespace, "kept")
    control_plane.stop_etcd(kill=True)
    control_plane.stop_apiserver()
    control_plane.start_etcd()
    control_plane.start_apiserver()
    assert "configmap/kept" in names(control_plane, namespace)


def watch(control_plane: ControlPlane, resource: str, since: str) -> dict:
    """The first event of a watch of a core resource that begins at an old resourceVersion."""
    path = f"/api/v1/{resource}?watch=true&resourceVersion={since}&timeoutSeconds=1"
    return json.loads(control_plane.get(path).splitlines()[0])


@pytest.fixture
def old_version(control_plane: ControlPlane, namespace: str) -> str:
    """A resourceVersion that two changes have since followed."""
    version = json.loads(control_plane.get("/api/v1/configmaps"))["metadata"]["resourceVersion"]
    create_config_map(control_plane, namespace, "later")
    create_config_map(control_plane, namespace, "latest")
    return version


def test_compaction_ends_uncached_watches_of_the_past(control_plane: ControlPlane, old_version: str) -> None:
    assert control_plane.compact() > int(old_version)
    event = watch(control_plane, "events", old_version)  # the one kind that the API server does not cache
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


def test_expired_history_ends_every_watch_of_the_past(control_plane: ControlPlane, old_version: str) -> None:
    assert watch(control_plane, "configmaps", old_version)["type"] == "ADDED"
    control_plane.expire_history()
    event = watch(control_plane, "configmaps", old_version)
    assert (event["type"], event["object"]["code"]) == ("ERROR", 410)


def test_a_token_acts_as_its_service_account(control_plane: ControlPlane, namespace: str) -> None:
    control_plane.kubectl("create", "serviceaccount", "robot", f"--namespace={namespace}")
    kubeconfig = control_plane.write_kubeconfig("robot", control_plane.token("robot", namespace), namespace)
    as_robot = f"--kubeconfig={kubeconfig}"
    who = json.loads(control_plane.kubectl("auth", "whoami", "--output=json", as_robot))
    assert who["status"]["userInfo"]["username"] == f"system:serviceaccount:{namespace}:robot"
    with pytest.raises(KubectlFailed, match="Forbidden"):
        control_plane.kubectl("get", "secrets", as_robot)


@contextmanager
def run_of_its_own(binaries: Path) -> Iterator[tuple[subprocess.Popen, Path]]:
    """A test run in another process and its directory, once its control plane is ready."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, "-c", _RUN, str(binaries)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          env=environment, text=True) as run:
        yield run, Path(run.stdout.readline().strip())


def processes_of(directory: Path) -> list[str]:
    """The processes of this machine with a flag that names a directory."""
    found = []
    for commandline in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            found += [commandline.parent.name] if f"={directory}/".encode() in commandline.read_bytes() else []
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


@pytest.mark.parametrize("end", [None, signal.SIGINT], ids=["finished", "interrupted"])
def test_nothing_is_left_of_a_run(control_plane_binaries: Path, end: signal.Signals | None) -> None:
    with run_of_its_own(control_plane_binaries) as (run, directory):
        assert len(processes_of(directory)) == 2
        run.send_signal(end) if end else run.stdin.close()
        run.wait(timeout=60)
    assert processes_of(directory) == []
    assert not directory.exists()


def test_no_process_is_left_of_a_killed_run(control_plane_binaries: Path, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with run_of_its_own(control_plane_binaries) as (run, directory):
        assert len(processes_of(directory)) == 2
        run.kill()
    eventually(lambda: processes_of(directory) == [], 10, "the servers of a killed run end")


def test_collects_what_lost_its_owner(control_plane: ControlPlane, namespace: str) -> None:
    control_plane.start_controller_manager()
    in_namespace = f"--namespace={namespace}"
    create_config_map(control_plane, namespace, "owner")
    uid = control_plane.kubectl("get", "configmap", "owner", in_namespace, "--output=jsonpath={.metadata.uid}")
    owner = {"apiVersion": "v1", "kind": "ConfigMap", "name": "owner", "uid": uid}
    dependent = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "owned", "ownerReferences": [owner]}}
    control_plane.kubectl("create", "--filename=-", in_namespace, input=json.dumps(dependent))
    control_plane.kubectl("delete", "configmap", "owner", in_namespace)
    eventually(lambda: "configmap/owned" not in names(control_plane, namespace), what="the dependent is collected")


def test_deletes_namespaces(control_plane: ControlPlane) -> None:
    control_plane.start_controller_manager()
    control_plane.create_namespace("passing")
    assert "configmap/kube-root-ca.crt" in names(control_plane, "passing")
    control_plane.delete_namespace("passing")
    eventually(lambda: "NotFound" in control_plane.kubectl("get", "namespace", "passing", check=False),
               what="the namespace is gone")
