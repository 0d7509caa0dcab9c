# SPDX-License-Identifier: Apache-2.0
"""What the chart's switches take away is not there, and whoever brings it by other means has a working operator."""

from pathlib import Path

import pytest
import yaml

from support.certificates import Objects, certificate, hierarchy
from support.chart_cluster import Cluster, namespace_of
from support.control_plane import ControlPlane
from support.helm import ROOT, Helm
from support.operator import Operator
from support.release import Release, apply
from support.waiting import eventually

RIGHTS = ("role", "rolebinding", "clusterrole", "clusterrolebinding")
OTHERS = ("serviceaccount", "poddisruptionbudget", "validatingadmissionpolicy", "validatingadmissionpolicybinding")
BARE = yaml.safe_load((ROOT / "tests/golden/chart/valid/bare.yaml").read_text())
NO_RIGHTS = {"rbac": {"create": False}, "userRoles": {"enabled": False}, "crds": {"enabled": False}}
WATCHED = [("served", "stackseal.io", "certificates"), ("served", "stackseal.io", "issuers"), ("served", "", "secrets"),
           ("keys", "", "secrets")]


def brought(release: Release, *kinds: str) -> str:
    """The names of what the release has of these kinds, wherever it lies."""
    return release.control_plane.kubectl("get", ",".join(kinds), "--all-namespaces", "-o", "name", "-l",
                                         f"app.kubernetes.io/instance={release.name}")


def grant_by_hand(release: Release, values: dict) -> None:
    """What docs/reference/permissions.md lists, which is made of the Roles that the chart would have brought."""
    rendered = release.helm.template(values | {"rbac": {"create": True}}, release.namespace)
    wanted = [one for one in rendered if one["kind"] in ("Role", "RoleBinding")]
    for subject in (subject for one in wanted for subject in one.get("subjects", [])):
        subject["name"] = release.account()
    apply(release.control_plane, wanted)


def await_each_missing_right(operator: Operator, places: dict[str, str]) -> None:
    """The log names verb, resource and namespace of all that it cannot watch; it goes on trying."""
    for place, group, resource in WATCHED:
        lacking = f'cannot watch resource "{resource}" in API group "{group}" in the namespace "{places[place]}"'
        eventually(lambda: lacking in operator.text().replace("\\", ""), what=lacking)
    assert operator.running() and "caches are complete" not in operator.text()


@pytest.mark.parametrize("name, switches, missing", [("no-rights", NO_RIGHTS, RIGHTS), ("bare", BARE, RIGHTS + OTHERS)],
                         ids=["no rights", "nothing but the program"])
def test_without_what_the_chart_brings_it_says_what_is_missing_and_works_once_it_has_it(
        cluster: Cluster, name: str, switches: dict, missing: tuple, tmp_path: Path):
    places = {place: cluster.fresh(f"{name}-{place}") for place in ("system", "served", "keys")}
    values = switches | {"namespaces": [places["served"]], "authorityNamespace": places["keys"]}
    release, objects = Release(cluster.helm, cluster.control_plane, name, places["system"]), cluster.objects(places["served"])
    release.run("install", values=values)
    assert not brought(release, *missing) and brought(release, "deployment")
    if "serviceaccount" in missing:
        cluster.objects(release.namespace).kubectl("create", "serviceaccount", release.account())
    objects.apply(*hierarchy(objects.namespace), certificate("api", objects.namespace, "ca"))
    with release.unentitled_operator(tmp_path) as operator:
        await_each_missing_right(operator, places)
        grant_by_hand(release, values)
        objects.await_ready("api", timeout=90)
        assert operator.running()
    with release.unentitled_operator(tmp_path, "entitled") as operator:
        objects.apply(certificate("next", objects.namespace, "ca"))
        objects.await_ready("next")
        assert "is forbidden: User" not in operator.text()


def test_crds_that_are_not_kept_go_with_the_release(control_plane_binaries: Path, helm_program: Path, tmp_path: Path):
    """Beside other switches that only a cluster of its own can try."""
    with ControlPlane(control_plane_binaries) as control_plane:
        control_plane.start_controller_manager()
        apply(control_plane, [namespace_of("seal")])
        release = Release(Helm(helm_program, tmp_path, control_plane.kubeconfig), control_plane, "own", "seal")
        release.run("install", values={"nameOverride": "sealer", "crds": {"keep": False}, "policies": {"enabled": False},
                                       "metrics": {"perCertificate": False}, "extraArgs": ["--context=seal-own-sealer"]})
        objects = Objects(control_plane, "seal")
        with release.operator(tmp_path) as operator:
            objects.apply(*hierarchy("seal"), certificate("api", "seal", "ca"))
            objects.await_ready("api")
            eventually(lambda: 'stackseal_certificates{namespace="seal",state="ready"} 1' in operator.get("/metrics"))
            assert 'name="api"' not in operator.get("/metrics")
        objects.kubectl("delete", "secret", "seal.ca.g1")  # an admission policy would refuse this
        release.run("uninstall")
        eventually(lambda: "stackseal.io" not in control_plane.kubectl("get", "crd", "-o", "name"))
        assert "tls.key" in objects.secret("api-tls"), "what was issued stays"
