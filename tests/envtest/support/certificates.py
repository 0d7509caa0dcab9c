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


def as_values(*documents: dict) -> list[dict]:
    """Objects as the chart's values give them."""
    return [one["metadata"] | {"spec": one["spec"]} for one in documents]


def hierarchy(namespace: str) -> list[dict]:
    """A root and an intermediate called ca."""
    return [issuer("ca", namespace, authority={"commonName": "Test CA", "signedBy": {"name": "root"}}),
            issuer("root", namespace, authority={"commonName": "Test Root"})]


def condition(document: dict, kind: str = "Ready") -> dict:
    """A condition of an object, or {}."""
    conditions = document.get("status", {}).get("conditions", [])
    return next((one for one in conditions if one["type"] == kind), {})


def is_ready(document: dict) -> bool:
    return condition(document).get("status") == "True"


def decoded(secret: dict) -> dict[str, bytes]:
    """A Secret's data."""
    return {key: base64.b64decode(value) for key, value in secret.get("data", {}).items()}


class Objects:
    """The objects of one namespace."""

    def __init__(self, control_plane: ControlPlane, namespace: str):
        self.control_plane, self.namespace = control_plane, namespace

    def kubectl(self, *args: str, **options: object) -> str:
        return self.control_plane.kubectl("-n", self.namespace, *args, **options)

    def apply(self, *objects: dict) -> None:
        self.kubectl("apply", "-f", "-", input=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def create(self, *objects: dict) -> None:
        """Makes new objects, with half the requests of apply()."""
        listed = {"apiVersion": "v1", "kind": "List", "items": list(objects)}
        self.kubectl("create", "-f", "-", input=json.dumps(listed), timeout=300)

    def patch(self, name: str, **spec: object) -> None:
        """Merges fields into a Certificate's spec."""
        self.kubectl("patch", "sscert", name, "--type=merge", "-p", json.dumps({"spec": spec}))

    def get(self, kind: str, name: str) -> dict:
        return json.loads(self.kubectl("get", kind, name, "-o", "json"))

    def all(self, kind: str) -> list[dict]:
        """Every object of a kind in the namespace."""
        return json.loads(self.kubectl("get", kind, "-o", "json"))["items"]

    def count(self, resource: str) -> int:
        """How many objects of a core resource the namespace has, at the cost of one."""
        listed = json.loads(self.control_plane.get(f"/api/v1/namespaces/{self.namespace}/{resource}?limit=1"))
        return len(listed["items"]) + listed["metadata"].get("remainingItemCount", 0)

    def all_pairs(self) -> dict[str, dict[str, bytes]]:
        """The data of the Secrets that Certificates made, by name."""
        return {one["metadata"]["name"]: decoded(one) for one in self.all("secret")
                if one["metadata"]["name"].endswith("-tls")}

    def await_all_ready(self, count: int, timeout: float = 120) -> list[dict]:
        """Waits until the namespace has so many Certificates and all are ready; those Certificates."""
        def all_ready() -> list[dict]:
            ready = [one for one in self.all("sscert") if is_ready(one)]
            return ready if len(ready) == count else []
        return eventually(all_ready, timeout, f"{count} Certificates are ready", interval=0.5)

    def ready(self, kind: str, name: str) -> dict:
        """The Ready condition, or {}."""
        return condition(self.get(kind, name))

    def await_ready(self, *names: str, timeout: float = 30) -> None:
        """Waits for Certificates as a user would."""
        for name in names:
            self.kubectl("wait", "--for=condition=Ready", f"sscert/{name}", f"--timeout={timeout:.0f}s",
                         timeout=timeout + 30)

    def await_reason(self, kind: str, name: str, reason: str, timeout: float = 20) -> str:
        """Waits for Ready=False with a reason; the message."""
        eventually(lambda: self.ready(kind, name).get("reason") == reason, timeout=timeout)
        return self.ready(kind, name)["message"]

    def secret(self, name: str) -> dict[str, bytes]:
        """A Secret's data, decoded."""
        return decoded(self.get("secret", name))

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
