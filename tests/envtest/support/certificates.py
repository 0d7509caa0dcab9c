# SPDX-License-Identifier: Apache-2.0
"""Manifests and looks at what came of them."""

import base64
import json
from pathlib import Path

from support.control_plane import ControlPlane
from support.waiting import eventually


def issuer(name: str, namespace: str, **source: object) -> dict:
    """An Issuer; authority={...}, ca={...} or selfSigned={}, and allow={...}."""
    return {"apiVersion": "stackseal.io/v1alpha1", "kind": "Issuer",
            "metadata": {"name": name, "namespace": namespace}, "spec": source}


def certificate(name: str, namespace: str, issuer_name: str, **spec: object) -> dict:
    """A Certificate with one DNS name, stored in Secret NAME-tls."""
    wanted = {"secretName": f"{name}-tls", "dnsNames": [f"{name}.example.com"], "issuerRef": {"name": issuer_name}}
    return {"apiVersion": "stackseal.io/v1alpha1", "kind": "Certificate",
            "metadata": {"name": name, "namespace": namespace}, "spec": wanted | spec}


def hierarchy(namespace: str) -> list[dict]:
    """A root and an intermediate called ca."""
    return [issuer("ca", namespace, authority={"commonName": "Test CA", "signedBy": {"name": "root"}}),
            issuer("root", namespace, authority={"commonName": "Test Root"})]


class Objects:
    """The objects of one namespace."""

    def __init__(self, control_plane: ControlPlane, namespace: str):
        self.control_plane, self.namespace = control_plane, namespace

    def kubectl(self, *args: str, **options: object) -> str:
        return self.control_plane.kubectl("-n", self.namespace, *args, **options)

    def apply(self, *objects: dict) -> None:
        self.kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def patch(self, name: str, **spec: object) -> None:
        """Merges fields into a Certificate's spec."""
        self.kubectl("patch", "sscert", name, "--type=merge", "-p", json.dumps({"spec": spec}))

    def get(self, kind: str, name: str) -> dict:
        return json.loads(self.kubectl("get", kind, name, "-o", "json"))

    def ready(self, kind: str, name: str) -> dict:
        """The Ready condition, or {}."""
        conditions = self.get(kind, name).get("status", {}).get("conditions", [])
        return next((one for one in conditions if one["type"] == "Ready"), {})

    def await_ready(self, *names: str, timeout: float = 30) -> None:
        """Waits for Certificates as a user would."""
        for name in names:
            self.kubectl("wait", "--for=condition=Ready", f"sscert/{name}", f"--timeout={timeout:.0f}s")

    def await_reason(self, kind: str, name: str, reason: str, timeout: float = 20) -> str:
        """Waits for Ready=False with a reason; the message."""
        eventually(lambda: self.ready(kind, name).get("reason") == reason, timeout=timeout)
        return self.ready(kind, name)["message"]

    def secret(self, name: str) -> dict[str, bytes]:
        """A Secret's data, decoded."""
        return {key: base64.b64decode(value) for key, value in self.get("secret", name)["data"].items()}

    def revision(self, name: str) -> int:
        return self.get("sscert", name).get("status", {}).get("revision", 0)

    def events(self, name: str) -> list[str]:
        """The reasons of a Certificate's events."""
        listed = json.loads(self.kubectl("get", "events", "-o", "json"))["items"]
        return [one["reason"] for one in listed if one["involvedObject"]["name"] == name]

    def save(self, name: str, folder: Path) -> Path:
        """Writes a Secret's files into a folder, for verifiers."""
        target = folder / name
        target.mkdir(exist_ok=True)
        for key, value in self.secret(name).items():
            (target / key).write_bytes(value)
        return target
