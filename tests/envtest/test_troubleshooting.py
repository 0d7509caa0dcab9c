# SPDX-License-Identifier: Apache-2.0
"""What docs/troubleshooting.md shows of a cluster is what is seen there, and what it advises helps: its commands are run
against a release of the chart with the fault, and the object is good after the remedy."""

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from page import Block, missing
from support.certificates import Objects, certificate, issuer
from support.control_plane import ControlPlane
from support.helm import Helm
from support.release import Release, apply
from support.waiting import eventually
from troubleshooting import ESTATES, PROGRAM, SHOWN
from vault import Vault

SYSTEM, SERVED, OTHER = "stackseal-system", "openstack", "ceph"
VALUES = {"namespaces": [SERVED], "crds": {"enabled": False}, "userRoles": {"enabled": False},
          "policies": {"enabled": False}, "tests": {"enabled": False}}
ROLE = f"{SYSTEM}-stackseal"
ACCOUNT = f"--as=system:serviceaccount:{SYSTEM}:stackseal"
NEW_SECRETS = [{"apiGroups": [""], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": ["secrets"]}]
SERVED_ONLY = {"matchLabels": {"kubernetes.io/metadata.name": SERVED}}
WEBHOOK = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration",
           "metadata": {"name": "absent"},
           "webhooks": [{"name": "absent.example.com", "sideEffects": "None", "admissionReviewVersions": ["v1"],
                         "clientConfig": {"url": "https://127.0.0.1:1/"}, "namespaceSelector": SERVED_ONLY,
                         "rules": NEW_SECRETS}]}
POLICY = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicy",
          "metadata": {"name": "owned"},
          "spec": {"matchConstraints": {"resourceRules": NEW_SECRETS},
                   "validations": [{"expression": "has(object.metadata.labels) && 'owner' in object.metadata.labels",
                                    "message": "say whose it is by the label owner"}]}}
BINDING = {"apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingAdmissionPolicyBinding",
           "metadata": {"name": "owned"},
           "spec": {"policyName": "owned", "validationActions": ["Deny"],
                    "matchResources": {"namespaceSelector": SERVED_ONLY}}}


def case_of(function: str) -> str:
    return function.removeprefix("test_").replace("_", "-")


@pytest.fixture(scope="module")
def release(control_plane: ControlPlane, crds: None, helm_program: Path,
            tmp_path_factory: pytest.TempPathFactory) -> Iterator[Release]:
    """The chart's release in the namespaces that the page names."""
    helm = Helm(helm_program, tmp_path_factory.mktemp("helm"), control_plane.kubeconfig)
    made = Release(helm, control_plane, "stackseal", SYSTEM)
    for name in (SYSTEM, SERVED, OTHER):
        control_plane.create_namespace(name)
    made.run("install", values=VALUES)
    yield made
    made.run("uninstall")


@pytest.fixture
def objects(release: Release, vault: Vault) -> Iterator[Objects]:
    """The namespace that is served, empty before and after."""
    yield Objects(release.control_plane, SERVED)
    for secret in release.control_plane.secrets_in_use(SERVED):
        vault.add(secret)
    for namespace in (SERVED, OTHER):
        release.control_plane.kubectl("-n", namespace, "delete", "sscert,ssissuer,secret", "--all")


@pytest.fixture
def entry(request: pytest.FixtureRequest) -> Block:
    """What the page shows of the test's case."""
    return SHOWN[case_of(request.function.__name__)]


@pytest.fixture
def run(control_plane: ControlPlane, control_plane_binaries: Path, tmp_path: Path) -> Callable[[str], str]:
    """Runs a command as the page shows it; all that it prints."""
    path = f"{PROGRAM.parent}:{control_plane_binaries}:{os.environ['PATH']}"
    surroundings = os.environ | {"PATH": path, "KUBECONFIG": str(control_plane.kubeconfig), "KUBERC": "off"}

    def run(command: str) -> str:
        done = subprocess.run(["bash", "-c", command], cwd=tmp_path, env=surroundings, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, text=True, check=False, timeout=60)
        return done.stdout
    return run


@pytest.fixture
def is_shown(entry: Block, run: Callable[[str], str]) -> Callable[[], bool]:
    """Whether the page's command prints what the page says, now; within eventually() what was printed is told."""
    def is_shown() -> bool:
        printed = run(entry.commands)
        assert not missing(entry.shown, printed), printed
        return True
    return is_shown


def order(objects: Objects, **spec: object) -> None:
    """A Certificate, and an Issuer that would sign it at once."""
    objects.apply(issuer("root", SERVED, selfSigned={}), certificate("api", SERVED, "root", **spec))


def may_create_secrets(objects: Objects) -> bool:
    return objects.kubectl("auth", "can-i", "create", "secrets", ACCOUNT, check=False).startswith("yes")


def await_new_attempt(objects: Objects) -> None:
    """By a change of the spec, once the API server has learned of the Role: not waiting for the next minute."""
    eventually(lambda: may_create_secrets(objects))
    objects.patch("api", reissue="now")
    objects.await_ready("api", timeout=9)


def test_missing_permission(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    role = objects.get("role", ROLE)
    for rule in role["rules"]:
        if "secrets" in rule["resources"]:
            rule["verbs"].remove("create")
    with release.operator(tmp_path) as operator:
        operator.await_log("leading")
        objects.kubectl("replace", "-f", "-", input=json.dumps(role))
        eventually(lambda: not may_create_secrets(objects))
        order(objects)
        eventually(is_shown)
        release.run("upgrade", "--force-conflicts", values=VALUES)
        await_new_attempt(objects)


def test_lost_role(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    with release.operator(tmp_path) as operator:
        operator.await_log("leading")
        objects.kubectl("delete", "role", ROLE)
        eventually(lambda: not may_create_secrets(objects))
        order(objects)
        operator.await_log("is forbidden")
        eventually(is_shown)
        release.run("upgrade", values=VALUES)
        await_new_attempt(objects)


def test_namespace_not_served(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    allow = {"namespaces": {"from": "Names", "names": [SERVED]}, "dnsDomains": ["example.com"]}
    apply(objects.control_plane, [issuer("root", OTHER, selfSigned={}, allow=allow)])
    order(objects, issuerRef={"name": "root", "namespace": OTHER})
    with release.operator(tmp_path):
        eventually(is_shown)
    release.run("upgrade", values=VALUES | {"namespaces": [SERVED, OTHER]})
    with release.operator(tmp_path):
        objects.await_ready("api")


def test_nothing_happens(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    order(objects)
    assert is_shown()
    with release.operator(tmp_path):
        objects.await_ready("api")


def overwrite(objects: Objects, earlier: str) -> str:
    return objects.kubectl("patch", "secret", "api-tls", "--field-manager=gitops", "-p", earlier)


def test_loop(release: Release, objects: Objects, run: Callable[[str], str], is_shown: Callable[[], bool], tmp_path: Path):
    """Another writer brings an earlier certificate back each time."""
    order(objects)
    with release.operator(tmp_path):
        objects.await_ready("api")
        earlier = json.dumps({"data": objects.get("secret", "api-tls")["data"]})
        objects.patch("api", reissue="once")
        eventually(lambda: objects.revision("api") == 2)
        eventually(lambda: overwrite(objects, earlier) and is_shown())
    assert "manager: gitops" in run("kubectl -n openstack get secret api-tls --show-managed-fields -o yaml")
    with release.operator(tmp_path):
        objects.await_ready("api")


@contextmanager
def refusing(objects: Objects, *rules: dict) -> Iterator[None]:
    """The API server lets no new Secret in."""
    def refused() -> bool:
        answer = objects.kubectl("create", "secret", "generic", "any", "--dry-run=server", check=False)
        return "created" not in answer

    apply(objects.control_plane, list(rules))
    try:
        eventually(refused)
        yield
    finally:
        for rule in rules:
            objects.kubectl("delete", rule["kind"], rule["metadata"]["name"])
        eventually(lambda: not refused())


def test_issuing_fails(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    with release.operator(tmp_path), refusing(objects, POLICY, BINDING):
        order(objects)
        eventually(is_shown)
        assert "say whose it is" in objects.ready("sscert", "api")["message"]
        objects.patch("api", secretTemplate={"labels": {"owner": "keystone"}})
        objects.await_ready("api", timeout=9)


def test_unanswered(release: Release, objects: Objects, is_shown: Callable[[], bool], tmp_path: Path):
    with release.operator(tmp_path) as operator:
        objects.apply(issuer("root", SERVED, selfSigned={}))
        eventually(lambda: objects.ready("ssissuer", "root").get("status") == "True")
        with refusing(objects, WEBHOOK):
            order(objects)
            operator.await_log("failed calling webhook")
            assert is_shown()
        objects.await_ready("api")


def kubeconfig(control_plane: ControlPlane) -> dict:
    """The admin's, whose context is called prod."""
    config = yaml.safe_load(control_plane.kubeconfig.read_text())
    config["contexts"][0]["name"] = config["current-context"] = "prod"
    return config


def test_kubeconfig_context(objects: Objects, entry: Block, run: Callable[[str], str], is_shown: Callable[[], bool],
                            tmp_path: Path):
    config = kubeconfig(objects.control_plane) | {"current-context": "prd"}
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    assert is_shown()
    order(objects)
    assert "openstack/api" in run(f"{entry.commands} --context prod")
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config | {"current-context": "prod"}))
    assert "openstack/api" in run(entry.commands)


def test_kubeconfig_unreachable(objects: Objects, entry: Block, run: Callable[[str], str], is_shown: Callable[[], bool],
                                tmp_path: Path):
    config = kubeconfig(objects.control_plane)
    cluster = config["clusters"][0]["cluster"]
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config).replace(cluster["server"], "https://127.0.0.1:1"))
    assert is_shown()
    order(objects)
    (tmp_path / "kubeconfig").write_text(yaml.safe_dump(config))
    assert "openstack/api" in run(entry.commands)


def test_each_entry_of_a_cluster_is_tried():
    tried = {case_of(name) for name in globals() if name.startswith("test_")}
    assert SHOWN.keys() - ESTATES.keys() <= tried
