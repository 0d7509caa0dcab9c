# SPDX-License-Identifier: Apache-2.0
"""The chart on the tests' control plane: who its operator is, with which flags, and what that one may and does do."""

import json
from pathlib import Path

from support.control_plane import ControlPlane
from support.helm import CHART, Helm
from support.mounted import mount
from support.operator import Operator
from support.waiting import eventually

Permission = tuple[str, str, str, str]
"""Namespace ("" is the cluster), API group, resource with its subresource, verb."""


def apply(control_plane: ControlPlane, objects: list[dict], *flags: str) -> None:
    control_plane.kubectl("apply", *flags, "-f", "-",
                          input=json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}))


def account_of(control_plane: ControlPlane, namespace: str, name: str = "stackseal") -> Path:
    """A kubeconfig with a real token of a ServiceAccount."""
    return control_plane.write_kubeconfig(f"{namespace}-{name}", control_plane.token(name, namespace), namespace)


def rights(helm: Helm, served: str, keys: str, **values: object) -> list[dict]:
    """The chart's ServiceAccount, in the served namespace, with its Roles there and where the authorities' keys lie."""
    values |= {"namespaces": [served], "authorityNamespace": keys, "userRoles": {"enabled": False}}
    return [one for one in helm.template(values, served) if one["kind"] in ("ServiceAccount", "Role", "RoleBinding")]


def grant(helm: Helm, control_plane: ControlPlane, namespace: str) -> Path:
    """Gives a namespace these rights; the account's kubeconfig."""
    apply(control_plane, rights(helm, namespace, namespace))
    await_lease_right(control_plane, f"{namespace}:stackseal", namespace)
    return account_of(control_plane, namespace)


def await_lease_right(control_plane: ControlPlane, account: str, namespace: str) -> None:
    """The API server learns of Roles a moment after they are written; those of the lease are written last."""
    user = f"--as=system:serviceaccount:{account}"
    eventually(lambda: "leases" in control_plane.kubectl("auth", "can-i", "--list", "-n", namespace, user))


def permissions_of(roles: list[dict]) -> set[Permission]:
    """What Roles and ClusterRoles grant."""
    return {(role["metadata"].get("namespace", ""), group, resource, verb)
            for role in roles for rule in role["rules"] for group in rule["apiGroups"]
            for resource in rule["resources"] for verb in rule["verbs"]}


def used_permissions(audit_log: Path, user: str) -> set[Permission]:
    """What a user did and was allowed to do, from the API server's audit log."""
    used = set()
    whole = audit_log.read_text().rpartition("\n")[0]  # the last line may still be in the making
    for line in whole.splitlines():
        event = json.loads(line)
        allowed = event.get("annotations", {}).get("authorization.k8s.io/decision") == "allow"
        reference = event.get("objectRef")
        if event["user"]["username"] != user or not allowed or not reference:
            continue
        resource = "/".join(filter(None, (reference["resource"], reference.get("subresource"))))
        used.add((reference.get("namespace", ""), reference.get("apiGroup", ""), resource, event["verb"]))
    return used


class Release:
    """One release of the chart."""

    def __init__(self, helm: Helm, control_plane: ControlPlane, name: str, namespace: str):
        self.helm, self.control_plane, self.name, self.namespace = helm, control_plane, name, namespace

    def run(self, command: str, *args: str, values: dict | None = None) -> str:
        """helm COMMAND NAME …; install and upgrade take the chart and all its values."""
        chart = [str(CHART)] if command in ("install", "upgrade") else []
        return self.helm.run(command, self.name, *chart, *args, "--namespace", self.namespace, values=values)

    def deployment(self) -> dict:
        label = f"app.kubernetes.io/instance={self.name}"
        found = self.control_plane.kubectl("get", "deployment", "-n", self.namespace, "-l", label, "-o", "json")
        return json.loads(found)["items"][0]

    def account(self) -> str:
        return self.deployment()["spec"]["template"]["spec"]["serviceAccountName"]

    def mount_objects(self, folder: Path) -> Path:
        """Has the folder's `objects` show what the pod would see there by now."""
        objects = json.loads(self.control_plane.kubectl("get", "configmap", "-n", self.namespace,
                                                        f"{self.deployment()['metadata']['name']}-objects", "-o", "json"))
        mount(folder / "objects", objects["data"])
        return folder / "objects"

    def flags(self) -> list[str]:
        """What the Deployment tells the program, but for its command."""
        return self.deployment()["spec"]["template"]["spec"]["containers"][0]["args"][1:]

    def operator(self, folder: Path, name: str = "operator", host: str = "127.0.0.1") -> Operator:
        """What a pod of the Deployment would run, once the chart's Roles have come into force."""
        keys = next(one.partition("=")[2] for one in self.flags() if one.startswith("--authority-namespace"))
        await_lease_right(self.control_plane, f"{self.namespace}:{self.account()}", keys)
        return self.unentitled_operator(folder, name, host)

    def unentitled_operator(self, folder: Path, name: str = "operator", host: str = "127.0.0.1") -> Operator:
        """The same, whatever its ServiceAccount may do. Only address and folder are others than in the pod."""
        flags = [f"--objects={self.mount_objects(folder)}" if one.startswith("--objects=") else one
                 for one in self.flags() if not one.startswith("--status-address")]
        kubeconfig = account_of(self.control_plane, self.namespace, self.account())
        return Operator(self.control_plane, folder, *flags, name=name, kubeconfig=kubeconfig, host=host)
