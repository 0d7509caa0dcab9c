# SPDX-License-Identifier: Apache-2.0
"""A right that is missing is named where an administrator looks, and used as soon as it is granted."""

import json
from pathlib import Path

from support.certificates import Objects, certificate, issuer
from support.operator import Operator
from support.waiting import eventually

READ = ["get", "list", "watch"]


def grant(objects: Objects, name: str, resources: list[str], verbs: list[str]) -> None:
    """Lets the ServiceAccount robot do something in its namespace."""
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role",
            "metadata": {"name": name, "namespace": objects.namespace},
            "rules": [{"apiGroups": ["", "stackseal.io", "events.k8s.io"], "resources": resources, "verbs": verbs}]}
    objects.apply(role)
    objects.kubectl("create", "rolebinding", name, f"--role={name}", f"--serviceaccount={objects.namespace}:robot")


def test_missing_rights_are_named_and_used_when_granted(objects: Objects, tmp_path: Path):
    namespace, control_plane = objects.namespace, objects.control_plane
    objects.kubectl("create", "serviceaccount", "robot")
    grant(objects, "reader", ["certificates", "issuers"], READ)
    grant(objects, "teller", ["certificates/status", "issuers/status"], ["patch"])
    kubeconfig = control_plane.write_kubeconfig(namespace, control_plane.token("robot", namespace), namespace)
    objects.apply(issuer("self", namespace, selfSigned={}), certificate("api", namespace, "self"))
    flags = ("--namespaces", namespace, "--authority-namespace", namespace, "--leader-elect=false")
    with Operator(control_plane, tmp_path, *flags, kubeconfig=kubeconfig) as operator:
        operator.await_log(f'cannot watch resource \\"secrets\\" in API group \\"\\" in the namespace \\"{namespace}\\"')
        assert "caches are complete" not in operator.text()
        grant(objects, "secret-reader", ["secrets"], READ)
        operator.await_log("caches are complete", timeout=60)
        message = objects.await_reason("sscert", "api", "Forbidden")
        assert f'cannot create resource "secrets" in API group "" in the namespace "{namespace}"' in message
        assert operator.running()
        grant(objects, "secret-maker", ["secrets"], ["create"])
        objects.await_ready("api", timeout=60)
        objects.patch("api", secretTemplate={"labels": {"tier": "front"}})
        eventually(lambda: objects.ready("sscert", "api")["reason"] == "Forbidden")
        assert "cannot patch" in objects.ready("sscert", "api")["message"]
        assert objects.revision("api") == 1
