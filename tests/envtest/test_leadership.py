# SPDX-License-Identifier: Apache-2.0
"""Several operators, crashes, and servers that go away: one leads, nothing is lost or made twice."""

from pathlib import Path

from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator
from support.waiting import eventually


def test_one_leads_and_the_other_takes_over(control_plane: ControlPlane, objects: Objects, account: Path, tmp_path: Path):
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace)
    with Operator(control_plane, tmp_path, *flags, name="one", kubeconfig=account) as one:
        one.await_log("leading identity")
        with Operator(control_plane, tmp_path, *flags, name="two", kubeconfig=account) as two:
            two.await_log("waiting for the lease")
            objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
            objects.await_ready("api")
            assert "issued" not in two.text()
            one.kill()
            two.await_log("leading identity", timeout=40)
            objects.apply(certificate("next", objects.namespace, "ca"))
            objects.await_ready("next")
            assert objects.revision("api") == 1
            assert two.stop() == 0


def test_crashes_lose_and_duplicate_nothing(control_plane: ControlPlane, objects: Objects, account: Path, tmp_path: Path):
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace, "--leader-elect=false")
    names = [f"c{index}" for index in range(40)]
    operator = Operator(control_plane, tmp_path, *flags, kubeconfig=account)
    objects.apply(*hierarchy(objects.namespace), *(certificate(name, objects.namespace, "ca") for name in names))
    for crash in range(6):
        operator.start()
        # Each life ends after a few more issuances, in the midst of the next. The log does not count: a write may
        # have reached the server whose answer the crash cut off.
        eventually(lambda: len(objects.kubectl("get", "secret", "-o", "name").splitlines()) >= 5 * (crash + 1), timeout=30)
        operator.kill()
    with operator:
        objects.await_ready(*names)
    assert {objects.revision(name) for name in names} == {1}


def test_a_restart_of_the_server_is_survived(control_plane: ControlPlane, objects: Objects, account: Path, tmp_path: Path):
    # Without a lease: one that cannot be renewed in time ends the process, and nobody restarts it here.
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace, "--leader-elect=false")
    with Operator(control_plane, tmp_path, *flags, kubeconfig=account) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("before", objects.namespace, "ca"))
        objects.await_ready("before")
        control_plane.restart_apiserver()
        objects.apply(certificate("after", objects.namespace, "ca"))
        eventually(lambda: objects.ready("sscert", "after").get("status") == "True", timeout=90)
        assert objects.revision("before") == 1 and operator.running()
