# SPDX-License-Identifier: Apache-2.0
"""What the chart lets people do, and what it has the API server refuse them."""

import json
from pathlib import Path

import pytest

from support.certificates import certificate, issuer
from support.chart_cluster import Cluster
from support.control_plane import KubectlFailed
from support.release import apply
from support.waiting import eventually


def can(cluster: Cluster, role: str, verb: str, what: str, *flags: str) -> bool:
    """Whether somebody who is bound to one of Kubernetes' own roles in namespace openstack may do it."""
    binding = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "RoleBinding",
               "metadata": {"name": f"somebody-{role}", "namespace": "openstack"},
               "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
               "subjects": [{"kind": "User", "name": role, "apiGroup": "rbac.authorization.k8s.io"}]}
    apply(cluster.control_plane, [binding])
    question = ("auth", "can-i", verb, what, *flags, "-n", "openstack", f"--as={role}")
    answer = cluster.control_plane.kubectl(*question, check=False)
    return answer.startswith("yes")


def test_people_get_what_their_role_is_for(cluster: Cluster):
    certificates, issuers = "certificates.stackseal.io", "issuers.stackseal.io"
    for role, verb, what in [("view", "list", certificates), ("view", "get", issuers), ("edit", "create", certificates),
                             ("edit", "get", issuers), ("admin", "delete", issuers), ("admin", "use", issuers),
                             ("admin", "patch", certificates)]:
        eventually(lambda: can(cluster, role, verb, what), what=f"{role} may {verb} {what}")
    for role, verb, what in [("view", "create", certificates), ("edit", "create", issuers), ("edit", "use", issuers)]:
        assert not can(cluster, role, verb, what), (role, verb, what)
    for role in ("view", "edit", "admin"):
        for kind in ("certificates", "issuers"):
            assert not can(cluster, role, "patch", f"{kind}.stackseal.io", "--subresource=status")


def test_an_authoritys_secret_is_not_deleted_by_chance(cluster: Cluster, tmp_path: Path):
    objects, secret = cluster.objects("stackseal-system"), "stackseal-system.kept.g1"
    with cluster.release.operator(tmp_path):
        objects.apply(issuer("kept", "stackseal-system", authority={"commonName": "Kept"}))
        objects.kubectl("wait", "--for=condition=Ready", "ssissuer/kept", "--timeout=30s")
    objects.kubectl("create", "secret", "generic", "another")
    with pytest.raises(KubectlFailed, match="stackseal.io/allow-deletion=true"):
        objects.kubectl("delete", "secret", secret)
    objects.kubectl("delete", "secret", "another")
    objects.kubectl("delete", "secret", secret, "--dry-run=server",
                    f"--as=system:serviceaccount:stackseal-system:{cluster.release.account()}", "--as-group=system:masters")
    objects.kubectl("annotate", "secret", secret, "stackseal.io/allow-deletion=true")
    objects.kubectl("delete", "secret", secret)


def test_an_issuer_of_another_namespace_needs_the_verb_use(cluster: Cluster):
    people, home = cluster.fresh("use-people"), cluster.fresh("use-home")
    objects = cluster.objects(people)
    role = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "Role", "metadata": {"name": "use", "namespace": home},
            "rules": [{"apiGroups": ["stackseal.io"], "resources": ["issuers"], "resourceNames": ["ca"], "verbs": ["use"]}]}
    foreign = {"name": "ca", "namespace": home}
    wanted = [certificate("api", people, "ca", issuerRef=foreign),
              issuer("below", people, authority={"commonName": "Below", "signedBy": foreign})]
    cluster.control_plane.kubectl("create", "rolebinding", "people", "-n", people, "--clusterrole=admin", "--user=ann")
    apply(cluster.control_plane, [role])

    def create(one: dict) -> str:
        return objects.kubectl("create", "--dry-run=server", "--as=ann", "-f", "-", input=json.dumps(one))

    eventually(lambda: create(certificate("api", people, "ca")), what="ann may create Certificates")
    for one in wanted:
        with pytest.raises(KubectlFailed, match=f'Issuer {home}/ca is of another namespace: the verb "use"'):
            create(one)
    cluster.control_plane.kubectl("create", "rolebinding", "people", "-n", home, "--role=use", "--user=ann")
    for one in wanted:
        eventually(lambda: create(one), what="ann may use the issuer")
    with pytest.raises(KubectlFailed, match="is of another namespace"):
        create(certificate("api", people, "ca", issuerRef={"name": "other", "namespace": home}))
    # What is no change of the reference needs no right: whoever labels the object need not be allowed to use it.
    apply(cluster.control_plane, [wanted[0]])
    cluster.control_plane.kubectl("delete", "rolebinding", "people", "-n", home)
    eventually(lambda: "no" in cluster.control_plane.kubectl(
        "auth", "can-i", "use", "issuers.stackseal.io/ca", "-n", home, "--as=ann", check=False))
    objects.kubectl("label", "sscert", "api", "team=x", "--as=ann")
