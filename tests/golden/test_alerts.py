# SPDX-License-Identifier: Apache-2.0
"""Each alert fires when it should and alone, and is silent otherwise; judged by Prometheus' own promtool."""

import json
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

import alert_world as world
from support.helm import CHART, ROOT, Helm

ALERTS = {rule["alert"]: rule for group in yaml.safe_load((CHART / "files/alerts.yaml").read_text())["groups"]
          for rule in group["rules"] if "alert" in rule}
RUNBOOKS = ROOT / "docs/runbooks"
_NAME = re.compile(r"\b((?:stackseal|controller_runtime|workqueue|rest_client|leader_election|process)_[a-z0-9_]+)\b")

CERTIFICATE = world.CERTIFICATE | {"issuer_namespace": "openstack", "issuer": "ca"}
CA = {"namespace": "openstack", "issuer": "ca"}
ISSUER = world.ISSUER | {"issuer_namespace": "openstack", "issuer": "ca"}


@dataclass
class Case:
    """What differs from a healthy world, and the alerts that this must lead to: name → labels."""
    name: str
    change: world.Series
    fires: dict[str, dict] = field(default_factory=dict)
    without: str = ""  # series with this text are left out
    at: int = world.NOW // 60


def of_lives() -> list[Case]:
    """What depends on time, for each lifetime: shortly before and shortly after each boundary."""
    cases = []
    for name, life in world.LIVES.items():
        for left, alert in [(1.05, None), (0.9, "RenewalMissed"), (0.32, "RenewalMissed"), (0.28, "Expiring"),
                            (0.01, "Expiring"), (-0.02, "Expired")]:
            fires = {f"StacksealCertificate{alert}": CERTIFICATE} if alert else {}
            cases.append(Case(f"{name}: {left} left", world.certificate(life, left), fires))
        for left, alert in [(0.27, None), (0.23, "StacksealCAExpiring"), (0.11, "StacksealCAExpiring"),
                            (0.09, "StacksealCAExpiringSoon"), (-0.1, "StacksealCAExpiringSoon")]:
            cases.append(Case(f"CA of {name}: {left} left", world.authority(life, left), {alert: CA} if alert else {}))
    return cases


def of_states() -> list[Case]:
    not_ready = {"StacksealIssuerNotReady": ISSUER}
    broken = world.ready("issuer", False)
    return [
        Case("healthy", {}),
        Case("one replica lags behind a renewal", world.certificate(world.LIVES["6 days"], -0.5, ("b",))
             | world.certificate(world.LIVES["6 days"], 2.5, ("a",))),
        Case("a certificate is not ready", world.ready("certificate", False),
             {"StacksealCertificateNotReady": world.CERTIFICATE}),
        Case("expired, and therefore not ready",
             world.ready("certificate", False) | world.certificate(world.LIVES["90 days"], -1),
             {"StacksealCertificateExpired": CERTIFICATE}),
        Case("two failures", world.failures(2)),
        Case("three failures", world.failures(3), {"StacksealIssuanceFailing": world.CERTIFICATE}),
        Case("an issuer is not ready", broken, not_ready),
        Case("the issuer is why certificates are not", broken | world.ready("certificate", False) | world.failures(5)
             | world.certificate(world.LIVES["90 days"], 0.9), not_ready),
        Case("the issuer does not hide the end", broken | world.certificate(world.LIVES["90 days"], 0.1),
             not_ready | {"StacksealCertificateExpiring": CERTIFICATE}),
    ]


def of_counts() -> list[Case]:
    """Where the series of single certificates are switched off."""
    cases = [Case("counts beside the certificates", world.unnamed("expired", 3)),
             Case("counts of nothing", world.unnamed("expired", 0), without="stackseal_certificate_"),
             Case("counts of what is ready", world.unnamed("ready", 3), without="stackseal_certificate_"),
             Case("counts below an issuer", world.unnamed("failing", 3) | world.ready("issuer", False),
                  {"StacksealIssuerNotReady": ISSUER}, without="stackseal_certificate_")]
    for state, alert in [("renewal_missed", "CertificateRenewalMissed"), ("expiring", "CertificateExpiring"),
                         ("expired", "CertificateExpired"), ("not_ready", "CertificateNotReady"),
                         ("failing", "IssuanceFailing")]:
        cases.append(Case(f"count of {state}", world.unnamed(state, 3), without="stackseal_certificate_",
                          fires={f"Stackseal{alert}": {"namespace": "openstack", "state": state}}))
    return cases


def of_the_operator() -> list[Case]:
    leader, standby = world.LEADER, world.STANDBY
    target = {"job": "stackseal", "namespace": "stackseal-system"}
    watch = leader | {"resource": "certificates"}
    stuck = {"StacksealQueueStuck": leader | {"name": "stackseal", "controller": "stackseal"}}
    return [
        Case("nothing is scraped", {}, {"StacksealOperatorAbsent": {}}, without='job="stackseal"'),
        Case("nobody leads", world.leads(leader, world.steady(0)), {"StacksealNoLeader": target | {"name": "stackseal"}}),
        Case("a handover", world.leads(leader, "1+0x57 0+0x80") | world.leads(standby, "0+0x60 1+0x80"), at=60),
        Case("a silent watch", world.heard(standby, "0+60x60 3600+0x80"),
             {"StacksealWatchStale": standby | {"resource": "certificates"}}),
        Case("a watch that pauses", world.heard(leader, "0+60x114 6840+0x10")),
        Case("a cache that never fills", world.synced(leader, False), {"StacksealWatchStale": watch}),
        Case("a worker hangs", world.queue("workqueue_longest_running_processor_seconds", leader, "0+60x130"), stuck),
        Case("keys wait and none is finished", world.queue("workqueue_depth", leader, world.steady(3))
             | world.reconciled(leader, "0+10x60 600+0x80"), stuck),
        Case("busy", world.queue("workqueue_depth", leader, world.steady(300))),
        Case("a permission is missing", world.requests(leader, 403, "0+1x130"),
             {"StacksealRequestsForbidden": target | {"code": "403"}}),
        Case("one refusal, long ago", world.requests(leader, 403, "0+0x30 1+0x100")),
    ]


CASES = of_lives() + of_states() + of_counts() + of_the_operator()


def rendered_groups(helm: Helm, **wanted: object) -> list[dict]:
    values = {"prometheusRule": {"enabled": True, **wanted}}
    rule, = (one for one in helm.template(values) if one["kind"] == "PrometheusRule")
    return rule["spec"]["groups"]


@pytest.fixture(scope="module")
def rules(helm: Helm, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The chart's rules as a file. Their descriptions, which hold figures, are left out of the comparison."""
    groups = rendered_groups(helm)
    for rule in (rule for group in groups for rule in group["rules"] if "alert" in rule):
        del rule["annotations"]["description"]
    path = tmp_path_factory.mktemp("rules") / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": groups}))
    return path


def expected(alert: str, labels: dict) -> dict:
    """A firing alert in promtool's words; a summary that names a label which the alert has not is a KeyError."""
    rule = ALERTS[alert]
    summary = re.sub(r"{{ \$labels\.(\w+) }}", lambda found: labels[found[1]], rule["annotations"]["summary"])
    summary = re.sub(r'{{ or \$labels\.(\w+) `(.*?)` }}', lambda found: labels.get(found[1], found[2]), summary)
    return {"exp_labels": labels | rule["labels"], "exp_annotations": {"summary": summary}}


def promtool(*args: object) -> None:
    done = subprocess.run(["promtool", *map(str, args)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_exactly_these_alerts_fire(case: Case, rules: Path, tmp_path: Path):
    series = {key: values for key, values in (world.healthy() | case.change).items()
              if not case.without or case.without not in key}
    looks = [{"eval_time": f"{case.at}m", "alertname": alert,
              "exp_alerts": [expected(alert, case.fires[alert])] if alert in case.fires else []} for alert in ALERTS]
    test = {"interval": "1m", "alert_rule_test": looks,
            "input_series": [{"series": key, "values": values} for key, values in series.items()]}
    path = tmp_path / "test.yaml"
    path.write_text(yaml.safe_dump({"rule_files": [str(rules)], "evaluation_interval": "1m", "tests": [test]}))
    promtool("test", "rules", path)


def test_each_alert_fires_in_some_case_and_not_in_another():
    assert {alert for case in CASES for alert in case.fires} == set(ALERTS)


def test_promtool_finds_nothing(helm: Helm, tmp_path: Path):
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": rendered_groups(helm)}))
    promtool("check", "rules", path)
    promtool("check", "rules", CHART / "files/alerts.yaml")


def test_an_alert_can_be_changed_and_left_out(helm: Helm):
    changes = {"StacksealNoLeader": {"severity": "page", "for": "2m"}, "StacksealCAExpiring": {"enabled": False}}
    groups = rendered_groups(helm, alerts=changes, runbookBase="https://runbooks.example.com")
    found = {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}
    assert set(found) == set(ALERTS) - {"StacksealCAExpiring"}
    changed = found["StacksealNoLeader"]
    assert (changed["labels"]["severity"], changed["for"]) == ("page", "2m")
    assert changed["annotations"]["runbook_url"] == "https://runbooks.example.com/StacksealNoLeader.md"
    assert found["StacksealWatchStale"]["expr"] == ALERTS["StacksealWatchStale"]["expr"]


def test_the_program_counts_by_the_bounds_of_the_alerts():
    source = (ROOT / "app/fleet_samples.cpp").read_text()
    expiring, failing = (re.search(rf"{name} = ([0-9.]+);", source)[1] for name in ("kExpiring", "kFailing"))
    assert f":ratio <= {expiring} > 0" in ALERTS["StacksealCertificateExpiring"]["expr"]
    assert f"consecutive_failures) >= {failing})" in ALERTS["StacksealIssuanceFailing"]["expr"]


def test_the_schema_knows_each_alert():
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]["prometheusRule"]
    assert schema["properties"]["alerts"]["propertyNames"]["enum"] == list(ALERTS)


def test_each_alert_has_a_runbook_that_begins_with_a_command():
    assert {path.stem for path in RUNBOOKS.glob("*.md")} == set(ALERTS)
    for alert in ALERTS:
        title, blank, fence, command = (RUNBOOKS / f"{alert}.md").read_text().split("\n")[:4]
        assert (title, blank, fence) == (f"# {alert}", "", "```"), alert
        assert command.startswith(("kubectl ", "stackseal ")), alert


def dashboard_expressions() -> list[str]:
    found = []
    for path in sorted((CHART / "files/dashboards").glob("*.json")):
        found += [target["expr"] for panel in json.loads(path.read_text())["panels"] for target in panel["targets"]]
    return found


def test_prometheus_reads_what_the_dashboards_ask(tmp_path: Path):
    rules = [{"record": f"r{index}", "expr": expression.replace("$__rate_interval", "5m")}
             for index, expression in enumerate(dashboard_expressions())]
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "dashboards", "rules": rules}]}))
    promtool("check", "rules", path)


def test_the_program_sets_each_metric_that_is_asked_for():
    asked = _NAME.findall("\n".join([*dashboard_expressions(), *(rule["expr"] for rule in ALERTS.values()),
                                     (CHART / "files/alerts.yaml").read_text()]))
    sources = [path for folder in ("app", "controller", "reconcilers") for path in (ROOT / folder).rglob("*.cpp")
               if path.name != "metric_names.cpp"]
    told = set(_NAME.findall("\n".join(path.read_text() for path in sources))) | {"stackseal_build_info"}
    assert {re.sub("_bucket$", "", name) for name in asked} <= told
