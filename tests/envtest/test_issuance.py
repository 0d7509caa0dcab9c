# SPDX-License-Identifier: Apache-2.0
"""A Certificate becomes a Secret on a real API server, and stays right, with as few writes as can be."""

import base64
import json
from pathlib import Path

import pytest

from support import verifiers
from support.certificates import Objects, certificate, hierarchy, issuer
from support.control_plane import ControlPlane
from support.operator import ROOT, Operator
from support.waiting import eventually


def four_levels(namespace: str) -> list[dict]:
    """Leaf first, root last: the worst order."""
    return [certificate("leaf", namespace, "third"),
            issuer("third", namespace, authority={"commonName": "Third", "signedBy": {"name": "second"}}),
            issuer("second", namespace, authority={"commonName": "Second", "signedBy": {"name": "first"}}),
            issuer("first", namespace, authority={"commonName": "First"})]


def own_writes(control_plane: ControlPlane, before: dict) -> dict:
    """Writes of Secrets, statuses and events since then."""
    after = control_plane.write_counts()
    keys = [("POST", "secrets", ""), ("PATCH", "secrets", ""), ("PATCH", "certificates", "status"),
            ("PATCH", "issuers", "status"), ("POST", "events", "")]
    return {key: after[key] - before[key] for key in keys if after[key] - before[key]}


@pytest.mark.parametrize("judge", [verifiers.openssl, verifiers.gnutls, verifiers.nss, verifiers.java, verifiers.go],
                         ids=lambda judge: judge.__name__)
def test_four_levels_in_the_worst_order_verify(judge, operator, objects: Objects, tmp_path: Path):
    objects.apply(*four_levels(objects.namespace))
    objects.await_ready("leaf")
    secret = objects.get("secret", "leaf-tls")
    assert secret["type"] == "kubernetes.io/tls"
    judge(objects.save("leaf-tls", tmp_path), "leaf.example.com")


def test_columns_show_what_matters(operator, objects: Objects):
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
    objects.await_ready("api")
    header, row = objects.kubectl("get", "sscert").splitlines()[:2]
    assert header.split() == ["NAME", "READY", "REASON", "SECRET", "ISSUER", "EXPIRES", "RENEWS", "AGE"]
    assert row.split()[:5] == ["api", "True", "Ready", "api-tls", "ca"]


def test_two_writes_and_no_event_per_first_issuance_none_on_restart(
        control_plane: ControlPlane, operator: Operator, objects: Objects):
    objects.apply(*hierarchy(objects.namespace), certificate("first", objects.namespace, "ca"))
    objects.await_ready("first")
    before = control_plane.write_counts()
    names = [f"c{index}" for index in range(20)]
    objects.apply(*(certificate(name, objects.namespace, "ca") for name in names))
    objects.await_ready(*names)
    expected = {("POST", "secrets", ""): 20, ("PATCH", "certificates", "status"): 20}
    eventually(lambda: own_writes(control_plane, before) == expected)
    assert operator.stop() == 0
    before = control_plane.write_counts()
    operator.start()
    eventually(lambda: operator.text().count("leading identity") == 2)
    # A write of its own proves that the rest of the queue was looked at: it is the newest.
    objects.apply(certificate("last", objects.namespace, "ca"))
    objects.await_ready("last")
    assert own_writes(control_plane, before) == {("POST", "secrets", ""): 1, ("PATCH", "certificates", "status"): 1}


def reissued(objects: Objects, name: str, reason: str, revision: int) -> None:
    """Waits for one reissue, and sees that it was the only one, for that reason."""
    eventually(lambda: objects.revision(name) == revision, timeout=30)
    objects.await_ready(name)
    eventually(lambda: objects.events(name)[-1:] == [reason] or reason in objects.events(name), timeout=20)
    assert objects.revision(name) == revision


def test_each_cause_leads_to_exactly_one_reissue(operator, objects: Objects):
    namespace = objects.namespace
    objects.apply(*hierarchy(namespace), issuer("other", namespace, selfSigned={}), certificate("api", namespace, "ca"))
    objects.await_ready("api")
    objects.kubectl("delete", "secret", "api-tls")
    reissued(objects, "api", "DoesNotExist", 2)
    garbage = base64.b64encode(b"no key").decode()
    objects.kubectl("patch", "secret", "api-tls", "--type=merge", "-p", json.dumps({"data": {"tls.key": garbage}}))
    reissued(objects, "api", "InvalidKeyPair", 3)
    objects.patch("api", dnsNames=["api.example.com", "more.example.com"])
    reissued(objects, "api", "RequestChanged", 4)
    objects.patch("api", reissue="now")
    reissued(objects, "api", "ReissueRequested", 5)
    objects.patch("api", issuerRef={"name": "other"})
    reissued(objects, "api", "IncorrectIssuer", 6)


def test_what_is_no_cause_leads_to_none(operator, objects: Objects):
    namespace = objects.namespace
    objects.apply(*hierarchy(namespace), certificate("api", namespace, "ca"))
    objects.await_ready("api")
    serial = objects.get("sscert", "api")["status"]["serialNumber"]
    objects.kubectl("label", "sscert", "api", "team=x")
    objects.kubectl("annotate", "secret", "api-tls", "note=x")
    objects.patch("api", secretTemplate={"labels": {"app": "api"}}, renewBefore="24h")
    eventually(lambda: objects.get("secret", "api-tls")["metadata"]["labels"].get("app") == "api")
    objects.patch("api", secretTemplate={"labels": {"app": None, "tier": "front"}})
    eventually(lambda: "app" not in objects.get("secret", "api-tls")["metadata"]["labels"])
    wrong = base64.b64encode(objects.secret("api-tls")["tls.crt"]).decode()
    objects.kubectl("patch", "secret", "api-tls", "--type=merge", "-p", json.dumps({"data": {"ca.crt": wrong}}))
    eventually(lambda: objects.secret("api-tls")["ca.crt"] != objects.secret("api-tls")["tls.crt"])
    status = objects.get("sscert", "api")["status"]
    assert (status["revision"], status["serialNumber"]) == (1, serial)


def test_the_deletion_policy_is_followed_in_both_directions(operator, objects: Objects):
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca", deletionPolicy="Delete"))
    objects.await_ready("api")
    owners = objects.get("secret", "api-tls")["metadata"]["ownerReferences"]
    assert [one["uid"] for one in owners] == [objects.get("sscert", "api")["metadata"]["uid"]]
    objects.patch("api", deletionPolicy="Retain")
    eventually(lambda: "ownerReferences" not in objects.get("secret", "api-tls")["metadata"])
    assert objects.revision("api") == 1


def test_it_renews_when_due(operator, objects: Objects):
    objects.apply(issuer("self", objects.namespace, selfSigned={}),
                  certificate("short", objects.namespace, "self", duration="6m", renewBefore="5m50s"))
    objects.await_ready("short")
    # Due a fifth into its life, of which a tenth was backdated: 36 seconds from now.
    eventually(lambda: objects.revision("short") == 2, timeout=90)
    eventually(lambda: objects.events("short") == ["Renewing"], timeout=20)


def test_a_secret_of_somebody_else_is_never_touched(operator, objects: Objects):
    namespace = objects.namespace
    objects.kubectl("create", "secret", "generic", "api-tls", "--from-literal=tls.key=theirs")
    objects.apply(*hierarchy(namespace), certificate("api", namespace, "ca"))
    message = objects.await_reason("sscert", "api", "SecretConflict")
    assert "somebody else" in message
    assert objects.secret("api-tls") == {"tls.key": b"theirs"}
    objects.apply(certificate("owner", namespace, "ca"))
    objects.await_ready("owner")
    objects.apply(certificate("thief", namespace, "ca", secretName="owner-tls"))
    message = objects.await_reason("sscert", "thief", "SecretConflict")
    assert f"Certificate {namespace}/owner" in message


def test_every_bad_input_gives_a_condition_and_others_go_on(operator, objects: Objects):
    namespace = objects.namespace
    empty_ca = issuer("empty", namespace, ca={"secretName": "nothing"})
    objects.apply(*hierarchy(namespace), empty_ca,
                  certificate("no-issuer", namespace, "absent"),
                  certificate("no-ca", namespace, "empty"),
                  certificate("is-ca", namespace, "ca", isCA=True),
                  certificate("elsewhere", namespace, "ca", issuerRef={"name": "ca", "namespace": "kube-system"}),
                  certificate("good", namespace, "ca"))
    objects.await_ready("good")
    assert "absent does not exist" in objects.await_reason("sscert", "no-issuer", "IssuerNotFound")
    assert "nothing" in objects.await_reason("ssissuer", "empty", "SecretNotFound")
    assert "allow.isCA" in objects.await_reason("sscert", "is-ca", "DeniedByIssuer")
    assert "kube-system" in objects.await_reason("sscert", "elsewhere", "NamespaceNotServed")
    objects.apply(issuer("absent", namespace, selfSigned={}))
    objects.await_ready("no-issuer")


def test_a_ca_of_somebody_else_signs(operator, objects: Objects, tmp_path: Path):
    verifiers.run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
                  tmp_path / "ca.key", "-out", tmp_path / "ca.pem", "-subj", "/CN=Theirs", "-days", "30",
                  "-addext", "keyUsage=critical,keyCertSign,cRLSign")
    objects.apply(issuer("ca", objects.namespace, ca={"secretName": "their-ca"}),
                  certificate("api", objects.namespace, "ca"))
    objects.kubectl("create", "secret", "tls", "their-ca", f"--cert={tmp_path}/ca.pem", f"--key={tmp_path}/ca.key")
    objects.await_ready("api")
    verifiers.openssl(objects.save("api-tls", tmp_path), "api.example.com")
    assert objects.secret("api-tls")["ca.crt"].strip() == (tmp_path / "ca.pem").read_bytes().strip()


def test_invalid_samples_are_refused(objects: Objects):
    for sample in sorted((ROOT / "crds/samples/invalid").glob("*.yaml")):
        with pytest.raises(AssertionError, match="(?s)invalid|unknown field|error"):
            objects.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(sample))


def test_valid_samples_are_accepted(objects: Objects):
    for sample in sorted((ROOT / "crds/samples/valid").glob("*.yaml")):
        objects.kubectl("apply", "--dry-run=server", "--validate=strict", "-f", str(sample))


def test_metrics_and_health_are_served(operator: Operator, objects: Objects):
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
    objects.await_ready("api")
    assert operator.get("/livez").startswith("ok") and operator.get("/readyz").startswith("ok")
    metrics = operator.get("/metrics")
    labels = (f'namespace="{objects.namespace}"', 'name="api"')
    assert any(line.startswith("stackseal_certificate_not_after_timestamp_seconds{") and all(one in line for one in labels)
               for line in metrics.splitlines())
    assert "controller_runtime_reconcile_total" in metrics and "rest_client_requests_total" in metrics
