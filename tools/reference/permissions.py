# SPDX-License-Identifier: Apache-2.0
"""Permissions as tables, made of what the chart renders; its tests compare the goldens with what Helm makes of it."""
import yaml

import tree
from markdown import Table, code

GOLDENS = "tests/golden/chart/rendered/"
AGGREGATES = "rbac.authorization.k8s.io/aggregate-to-"


def objects(golden, *kinds):
    return [one for one in yaml.safe_load_all(tree.read(GOLDENS + golden)) if one["kind"] in kinds]


def aggregates_to(role):
    """Kubernetes' own role that a ClusterRole adds to, if it does."""
    labels = role["metadata"].get("labels", {})
    return next((key.removeprefix(AGGREGATES) for key in labels if key.startswith(AGGREGATES)), None)


def rights_in(role):
    """verb and resource of each right, in the order of the rules."""
    for rule in role["rules"]:
        named = "".join(f" {name}" for name in rule.get("resourceNames", []))
        group = f".{rule['apiGroups'][0]}" if rule["apiGroups"][0] else ""
        for resource in rule["resources"]:
            name, _, below = resource.partition("/")
            yield from (f"{verb} {name}{group}{'/' + below if below else ''}{named}" for verb in rule["verbs"])


def place_of(role):
    """Where a role of the operator's account holds, by the end of its name."""
    return next((place for place in ("authorities", "objects") if role["metadata"]["name"].endswith(f"-{place}")), "served")


def operators(golden, place):
    """The rights of the operator's account in that place, with what grants them."""
    roles = [role for role in objects(golden, "Role", "ClusterRole") if not aggregates_to(role)]
    return {right: role["kind"] for role in roles if place_of(role) == place for right in rights_in(role)}


def rights(place):
    """One row for each right, with what grants it in the bounded and in the cluster-wide installation."""
    bounded = operators("given.yaml" if place == "objects" else "namespaces.yaml", place)
    everywhere = operators("all-namespaces.yaml", place)
    rows = [[code(right), bounded.get(right, "—"), everywhere.get(right, "—")] for right in {**bounded, **everywhere}]
    return [Table(["right", "with `namespaces`", "with `allNamespaces`", "why"], rows)]


def people():
    roles = {aggregates_to(role): role for role in objects("default.yaml", "ClusterRole") if aggregates_to(role)}
    rows = [[code(name), ", ".join(code(one) for one in rule["resources"]), " ".join(rule["verbs"])]
            for name in ("view", "edit", "admin") for rule in roles.pop(name)["rules"]]
    if roles:
        raise ValueError(f"{__file__} knows no order for the roles {', '.join(roles)}")
    return [Table(["role", "resources", "verbs", "why"], rows)]


def policies():
    rows = []
    for policy in objects("default.yaml", "ValidatingAdmissionPolicy"):
        rule, = policy["spec"]["matchConstraints"]["resourceRules"]
        rows.append([code(policy["metadata"]["name"].removeprefix("stackseal-system-stackseal-")),
                     f"{' and '.join(rule['operations'])} of {', '.join(code(one) for one in rule['resources'])}"])
    return [Table(["policy", "looks at", "refuses", "way through"], rows)]
