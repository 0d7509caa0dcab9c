# SPDX-License-Identifier: Apache-2.0
"""The operator does exactly what the chart grants: nothing more is granted, and nothing can be left out unnoticed."""

import itertools
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from support.certificates import Objects, as_values, certificate, hierarchy, issuer
from support.chart_cluster import Cluster, bounded
from support.mounted import mount
from support.operator import Operator
from support.release import Release, account_of, apply, permissions_of, rights
from support.waiting import eventually

SERVED = [("stackseal.io", "certificates", "get"), ("stackseal.io", "certificates", "list"),
          ("stackseal.io", "certificates", "watch"), ("stackseal.io", "issuers", "get"),
          ("stackseal.io", "issuers", "list"), ("stackseal.io", "issuers", "watch"),
          ("stackseal.io", "certificates/status", "patch"), ("stackseal.io", "issuers/status", "patch"),
          ("", "secrets", "get"), ("", "secrets", "list"), ("", "secrets", "watch"), ("", "secrets", "create"),
          ("", "secrets", "patch"), ("events.k8s.io", "events", "create"), ("events.k8s.io", "events", "patch")]
GIVEN = [("stackseal.io", resource, verb) for resource in ("certificates", "issuers") for verb in ("create", "patch")]
AUTHORITIES = [("", "secrets", "get"), ("", "secrets", "list"), ("", "secrets", "watch"), ("", "secrets", "create"),
               ("coordination.k8s.io", "leases", "create"), ("coordination.k8s.io", "leases", "get"),
               ("coordination.k8s.io", "leases", "update")]


def roles(cluster: Cluster, *namespaces: str) -> list[dict]:
    return [role for namespace in namespaces
            for role in json.loads(cluster.control_plane.kubectl("get", "role", "-n", namespace, "-o", "json"))["items"]]


@contextmanager
def disturbed(objects: Objects, *names: str) -> Iterator[None]:
    """Labels of some objects change hundreds of times a second, so that writes of their statuses meet conflicts."""
    done = threading.Event()
    paths = [f"/apis/stackseal.io/v1alpha1/namespaces/{objects.namespace}/{name}" for name in names]

    def disturb() -> None:
        with objects.control_plane.connection() as patch:
            for count in itertools.count():
                if done.is_set():
                    return
                patch(paths[count % len(paths)], {"metadata": {"labels": {"count": str(count)}}})

    thread = threading.Thread(target=disturb)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def exercise(objects: Objects, round_: int, seen: Callable[[], bool]) -> None:
    """Everything that the program ever does to a namespace, until that is `seen` which the test is about."""
    ca, leaf = f"ca{round_}", f"leaf{round_}"
    with disturbed(objects, f"issuers/{ca}", f"certificates/{leaf}"):
        objects.apply(issuer(ca, objects.namespace, authority={"commonName": "CA"}),
                      certificate(leaf, objects.namespace, ca))
        for request in ("one", "two", "three"):
            with suppress(AssertionError):  # what is forbidden never becomes ready
                eventually(lambda: seen() or objects.ready("sscert", leaf).get("status") == "True", timeout=5)
            objects.patch(leaf, reissue=request)
    objects.kubectl("delete", "secret", f"{leaf}-tls", "--ignore-not-found")


def exercise_until(objects: Objects, seen: Callable[[], bool]) -> None:
    """Again, if need be: a conflict is only very likely."""
    for round_ in range(6):
        exercise(objects, round_, seen)
        if seen():
            return
    raise AssertionError("not seen in six rounds")


def test_it_does_exactly_what_the_chart_grants(cluster: Cluster, tmp_path: Path):
    release, objects = bounded(cluster, "exact")
    served, keys = objects.namespace, release.namespace.replace("system", "keys")
    granted = permissions_of(roles(cluster, served, keys))
    assert granted == {(served, *one) for one in SERVED} | {(keys, *one) for one in AUTHORITIES}
    with release.operator(tmp_path) as operator:
        exercise_until(objects, lambda: cluster.used(release.namespace) >= granted)
    assert cluster.used(release.namespace) == granted
    assert "is forbidden: User" not in operator.text()


def without(role: dict, group: str, resource: str, verb: str) -> dict:
    """A Role that lacks one verb on one resource."""
    rules = [{**rule, "resources": [one]} for rule in role["rules"] for one in rule["resources"]]
    for rule in rules:
        if rule["apiGroups"] == [group] and rule["resources"] == [resource]:
            rule["verbs"] = [one for one in rule["verbs"] if one != verb]
    return role | {"rules": [rule for rule in rules if rule["verbs"]]}


def limited(cluster: Cluster, served: str, keys: str, lacking: tuple | None = None, **values: object) -> Path:
    """The chart's rights for one namespace and one for the keys, but (namespace, group, resource, verb); the account."""
    rendered = [without(one, *lacking[1:]) if lacking and one["kind"] == "Role" and one["metadata"]["namespace"] == lacking[0]
                else one for one in rights(cluster.helm, served, keys, **values)]
    apply(cluster.control_plane, rendered)
    return account_of(cluster.control_plane, served)


def flags_of(served: str, keys: str) -> tuple[str, ...]:
    return ("--namespaces", served, "--authority-namespace", keys)


@pytest.mark.parametrize("place, group, resource, verb",
                         [("served", *one) for one in SERVED] + [("keys", *one) for one in AUTHORITIES])
def test_it_needs_each_of_them_and_says_which_is_missing(
        cluster: Cluster, place: str, group: str, resource: str, verb: str, tmp_path: Path):
    name = f"lacks-{place}-{verb}-{resource.replace('/', '-')}"
    served, keys = (cluster.fresh(f"{name}-{part}") for part in ("served", "keys"))
    lacking = served if place == "served" else keys
    account = limited(cluster, served, keys, (lacking, group, resource, verb))
    complaint = f'cannot {verb} resource "{resource}" in API group "{group}" in the namespace "{lacking}"'
    with Operator(cluster.control_plane, tmp_path, *flags_of(served, keys), kubeconfig=account) as operator:
        exercise_until(cluster.objects(served), lambda: complaint in operator.text().replace("\\", ""))
        assert operator.running()


@pytest.mark.parametrize("group, resource, verb", GIVEN)
def test_given_objects_need_each_of_their_rights(cluster: Cluster, group: str, resource: str, verb: str, tmp_path: Path):
    name = f"given-lacks-{verb}-{resource}"
    served, keys = (cluster.fresh(f"{name}-{part}") for part in ("served", "keys"))
    wanted = {"issuers": issuer("ca", served, selfSigned={}), "certificates": certificate("leaf", served, "ca")}
    account = limited(cluster, served, keys, (served, group, resource, verb),
                      **{values: as_values(one) for values, one in wanted.items()})
    mount(tmp_path / "objects", {f"{values}.yaml": json.dumps(one) for values, one in wanted.items()})
    complaint = f'cannot {verb} resource "{resource}" in API group "{group}" in the namespace "{served}"'
    other, = {"issuers", "certificates"} - {resource}
    with Operator(cluster.control_plane, tmp_path, *flags_of(served, keys), "--objects", str(tmp_path / "objects"),
                  kubeconfig=account) as operator:
        eventually(lambda: complaint in operator.text().replace("\\", ""))
        eventually(lambda: cluster.objects(served).all(other))
        assert not cluster.objects(served).all(resource)
        assert operator.running()


def test_a_missing_permission_is_a_condition_and_heals(cluster: Cluster, tmp_path: Path):
    served, keys = cluster.fresh("heals-served"), cluster.fresh("heals-keys")
    account = limited(cluster, served, keys, (served, "", "secrets", "create"))
    objects = cluster.objects(served)
    with Operator(cluster.control_plane, tmp_path, *flags_of(served, keys), kubeconfig=account):
        objects.apply(*hierarchy(served), certificate("api", served, "ca"))
        message = objects.await_reason("sscert", "api", "Forbidden")
        assert 'cannot create resource "secrets"' in message and f'in the namespace "{served}"' in message
        limited(cluster, served, keys)
        objects.await_ready("api", timeout=60)


def test_in_all_namespaces_it_does_exactly_what_the_chart_grants(cluster: Cluster, tmp_path: Path):
    system = cluster.fresh("everywhere-system")
    release = Release(cluster.helm, cluster.control_plane, "stackseal", system)
    release.run("install", values={"allNamespaces": True, "crds": {"enabled": False}, "userRoles": {"enabled": False}})
    bound = json.loads(cluster.control_plane.kubectl("get", "clusterrole", f"{system}-stackseal", "-o", "json"))
    granted = {one[1:] for one in permissions_of([bound, *roles(cluster, system)])}
    leases = {one for one in AUTHORITIES if one[1] == "leases"}
    assert granted == {*SERVED, *leases, ("", "namespaces", "list"), ("", "namespaces", "watch")}
    objects = cluster.objects(cluster.fresh("everywhere-served"))
    with release.operator(tmp_path) as operator:
        exercise_until(objects, lambda: {one[1:] for one in cluster.used(system)} >= granted)
    assert {one[1:] for one in cluster.used(system)} == granted
    assert "is forbidden: User" not in operator.text()
    release.run("uninstall")
