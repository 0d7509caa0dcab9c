# SPDX-License-Identifier: Apache-2.0
"""Without --namespaces the whole cluster is served, and an Issuer chooses among its namespaces by their labels."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from support.certificates import Objects, certificate, issuer
from support.control_plane import ControlPlane
from support.operator import Operator
from support.waiting import eventually


@pytest.fixture
def elsewhere(control_plane: ControlPlane, objects: Objects) -> Iterator[Objects]:
    """A second namespace."""
    there = Objects(control_plane, f"{objects.namespace}-2")
    control_plane.create_namespace(there.namespace)
    yield there
    control_plane.delete_namespace(there.namespace)


def test_an_issuer_chooses_namespaces_by_label(control_plane: ControlPlane, objects: Objects, elsewhere: Objects,
                                               tmp_path: Path):
    allow = {"namespaces": {"from": "Selector", "selector": {"matchLabels": {"cloud": objects.namespace}}},
             "dnsDomains": ["example.com"]}
    objects.apply(issuer("ca", objects.namespace, authority={"commonName": "Shared"}, allow=allow))
    reference = {"name": "ca", "namespace": objects.namespace}
    elsewhere.apply(certificate("api", elsewhere.namespace, "ca", issuerRef=reference))
    with Operator(control_plane, tmp_path, "--authority-namespace", objects.namespace) as operator:
        operator.await_log("leading")
        message = elsewhere.await_reason("sscert", "api", "DeniedByIssuer")
        assert elsewhere.namespace in message
        control_plane.kubectl("label", "namespace", elsewhere.namespace, f"cloud={objects.namespace}")
        elsewhere.await_ready("api")
        control_plane.kubectl("label", "namespace", elsewhere.namespace, "cloud-")
        elsewhere.apply(certificate("late", elsewhere.namespace, "ca", issuerRef=reference))
        elsewhere.await_reason("sscert", "late", "DeniedByIssuer")
        assert "tls.key" in elsewhere.secret("api-tls"), "what has been issued stays"
        eventually(lambda: operator.get("/readyz").startswith("ok"))
