# SPDX-License-Identifier: Apache-2.0
"""What the chart renders is reviewed as code: goldens, refused values, and that nothing is said twice."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from support.helm import CHART, ROOT, Helm, HelmFailed

sys.path.insert(0, str(ROOT / "tools"))
import chart_values  # noqa: E402

FOLDER = Path(__file__).parent / "chart"
VALID = sorted((FOLDER / "valid").glob("*.yaml"))
INVALID = yaml.safe_load((FOLDER / "invalid/values.yaml").read_text())
PROGRAM = os.environ.get("STACKSEAL", str(ROOT / "build/dev/stackseal"))


def values_of(case: Path) -> dict:
    return yaml.safe_load(case.read_text())


def of_kind(objects: list[dict], *kinds: str) -> list[dict]:
    return [one for one in objects if one["kind"] in kinds]


def without_bulk(objects: list[dict]) -> list[dict]:
    """Without what is compared with its source elsewhere: CRDs, and the text of dashboards and rules."""
    for one in of_kind(objects, "ConfigMap"):
        for name, text in one.get("data", {}).items():
            one["data"][name] = yaml.safe_load(text) if name.endswith(".yaml") else "…"
    for one in of_kind(objects, "PrometheusRule"):
        one["spec"] = [rule.get("alert") for group in one["spec"]["groups"] for rule in group["rules"]]
    return [one for one in objects if one["kind"] != "CustomResourceDefinition"]


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.stem)
def test_it_renders_what_was_reviewed(helm: Helm, case: Path, pytestconfig: pytest.Config):
    rendered = without_bulk(helm.template(values_of(case)))
    text = yaml.safe_dump_all(rendered, sort_keys=False, width=120)
    golden = FOLDER / "rendered" / case.name
    if pytestconfig.getoption("update_golden"):
        golden.write_text(text)
    assert text == golden.read_text(), f"look at the difference, then: pytest --update-golden {Path(__file__).parent.name}"


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.stem)
def test_lint_finds_nothing(helm: Helm, case: Path):
    helm.run("lint", "--strict", str(CHART), "--namespace", "stackseal-system", values=values_of(case))


@pytest.mark.parametrize("case", INVALID, ids=lambda case: json.dumps(case["values"]))
def test_wrong_values_are_refused_by_name(helm: Helm, case: dict):
    with pytest.raises(HelmFailed) as refused:
        helm.template(case["values"])
    assert case["says"] in str(refused.value)


def test_null_gives_no_objects(helm: Helm):
    assert helm.template({"issuers": None, "certificates": None}) == helm.template({})


def test_the_crds_are_those_of_the_tree(helm: Helm):
    rendered = {one["metadata"]["name"]: one for one in of_kind(helm.template({}), "CustomResourceDefinition")}
    sources = [yaml.safe_load(path.read_text()) for path in sorted((ROOT / "crds").glob("*.yaml"))]
    assert sorted(rendered) == sorted(one["metadata"]["name"] for one in sources)
    for source in sources:
        crd = rendered[source["metadata"]["name"]]
        assert crd["metadata"]["annotations"] == {"helm.sh/resource-policy": "keep"}
        assert crd["spec"] == source["spec"]


def test_the_package_holds_the_crds_and_not_their_samples(helm: Helm, tmp_path: Path):
    helm.run("package", str(CHART), "--destination", str(tmp_path))
    package, = tmp_path.glob("*.tgz")
    names = subprocess.run(["tar", "-tzf", package], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in names if "/crds/" in name] == [f"stackseal/files/crds/{path.name}"
                                                            for path in sorted((ROOT / "crds").glob("*.yaml"))]
    assert helm.template({}, chart=package) == helm.template({})


def leaves(schema: dict, root: dict, path: tuple = ()) -> set[tuple]:
    """The paths of a schema's fixed properties."""
    schema = root["definitions"][schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    below = schema.get("properties")
    if not below:
        return {path}
    return set().union(*(leaves(one, root, (*path, name)) for name, one in below.items()))


def value_at(values: dict, path: tuple) -> object:
    for key in path:
        values = values[key]
    return values


def test_each_value_has_a_type_a_default_and_a_description():
    schema = json.loads((CHART / "values.schema.json").read_text())
    text = (CHART / "values.yaml").read_text()
    described = dict(chart_values.described(text))
    assert set(described) == leaves(schema, schema) - {("resources", "claims")}
    for path in described:
        value_at(yaml.safe_load(text), path)


def is_changed(path: tuple, values: dict, defaults: dict) -> bool:
    """Whether values give a documented one something else than its default."""
    try:
        return value_at(values, path) != value_at(defaults, path)
    except (KeyError, TypeError):
        return False


def test_each_value_is_changed_in_some_case():
    text = (CHART / "values.yaml").read_text()
    cases = [values_of(case) or {} for case in VALID]
    untried = [path for path, _ in chart_values.described(text)
               if not any(is_changed(path, values, yaml.safe_load(text)) for values in cases)]
    assert not untried


def test_the_table_of_values_is_that_of_now():
    readme = (CHART / "README.md").read_text()
    assert readme == chart_values.with_table(readme), "run: python3 tools/chart_values.py --write"


def test_versions_agree():
    chart = yaml.safe_load((CHART / "Chart.yaml").read_text())
    program = re.search(r"project\(stackseal VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert chart["version"] == chart["appVersion"] == program


def test_artifact_hub_is_told_of_each_crd():
    told = yaml.safe_load(yaml.safe_load((CHART / "Chart.yaml").read_text())["annotations"]["artifacthub.io/crds"])
    crds = [yaml.safe_load(path.read_text()) for path in (ROOT / "crds").glob("*.yaml")]
    assert sorted((one["kind"], one["name"], one["version"]) for one in told) == sorted(
        (one["spec"]["names"]["kind"], one["metadata"]["name"], one["spec"]["versions"][0]["name"]) for one in crds)


def test_the_program_has_each_flag(helm: Helm):
    known = subprocess.run([PROGRAM, "controller", "--help"], capture_output=True, text=True, check=True).stdout
    deployment, = of_kind(helm.template({}), "Deployment")
    for flag in deployment["spec"]["template"]["spec"]["containers"][0]["args"][1:]:
        assert re.search(rf"{flag.split('=')[0]}\b", known), flag


@pytest.mark.parametrize("case", VALID, ids=lambda case: case.stem)
def test_the_operator_is_bound_cluster_wide_only_where_all_namespaces_are_opened(helm: Helm, case: Path):
    values = values_of(case)
    objects = helm.template(values)
    assert bool(of_kind(objects, "ClusterRoleBinding")) == values.get("allNamespaces", False)
    granted = [rule for one in of_kind(objects, "Role", "ClusterRole") for rule in one["rules"]]
    assert not [rule for rule in granted if "*" in rule["verbs"] + rule["resources"] + rule["apiGroups"]]


def test_nobody_but_the_operator_writes_a_status(helm: Helm):
    for role in of_kind(helm.template({}), "ClusterRole"):
        assert not [name for rule in role["rules"] for name in rule["resources"] if "/" in name]
