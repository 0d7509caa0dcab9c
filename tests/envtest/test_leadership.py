# SPDX-License-Identifier: Apache-2.0
"""Several operators and a server that goes away: one leads, nothing is lost or made twice."""

from pathlib import Path

from support.certificates import Objects, certificate, hierarchy
from support.control_plane import ControlPlane
from support.operator import Operator


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


def test_a_restart_of_the_server_is_survived(control_plane: ControlPlane, objects: Objects, account: Path, tmp_path: Path):
    flags = ("--namespaces", objects.namespace, "--authority-namespace", objects.namespace)
    with Operator(control_plane, tmp_path, *flags, kubeconfig=account) as operator:
        objects.apply(*hierarchy(objects.namespace), certificate("before", objects.namespace, "ca"))
        objects.await_ready("before")
        serial = objects.get("sscert", "before")["status"]["serialNumber"]
        control_plane.restart_apiserver()
        objects.apply(certificate("after", objects.namespace, "ca"))
        if not operator.running():  # the server was away for longer than a lease lasts: a pod would start anew
            assert operator.await_end(timeout=1) == 1 and "lost the lease" in operator.text()
            operator.start()
        objects.await_ready("after", timeout=90)
        assert objects.get("sscert", "before")["status"]["serialNumber"] == serial
