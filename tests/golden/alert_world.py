# SPDX-License-Identifier: Apache-2.0
"""What Prometheus would have scraped: a healthy deployment, of which a test changes what it is about."""

NOW = 120 * 60
"""When alerts are looked at: after two hours of samples, one a minute."""

DAY = 86_400
LIVES = {"10 years": 3650 * DAY, "90 days": 90 * DAY, "6 days": 6 * DAY}
STEADY = f"x{NOW // 60}"

LEADER = {"job": "stackseal", "instance": "a", "namespace": "stackseal-system"}
STANDBY = LEADER | {"instance": "b"}
OTHER = {"job": "somebody", "instance": "c", "namespace": "else"}
CERTIFICATE = {"namespace": "openstack", "name": "keystone"}
ISSUED = CERTIFICATE | {"issuer_kind": "Issuer", "issuer_namespace": "openstack", "issuer": "ca"}
ISSUER = {"namespace": "openstack", "name": "ca"}
CA = {"namespace": "openstack", "issuer": "ca", "role": "current"}

Series = dict[str, str]


def series(metric: str, labels: dict[str, str]) -> str:
    return metric + "{" + ",".join(f'{name}="{value}"' for name, value in sorted(labels.items())) + "}"


def steady(value: float) -> str:
    return f"{value:.0f}+0{STEADY}"


def scraped(metric: str, labels: dict[str, str], values: str, replicas: tuple = ("a", "b")) -> Series:
    """One metric as every replica shows it; honorLabels keeps the namespace that it has itself."""
    return {series(metric, {"job": "stackseal", "instance": one} | labels): values for one in replicas}


def certificate(life: float, left: float, replicas: tuple = ("a", "b")) -> Series:
    """A certificate, renewed at two thirds of its life; `left`: of the last third, 1 when due and 0 at the end."""
    end = NOW + left * life / 3
    times = {"not_before": end - life, "not_after": end, "renewal": end - life / 3}
    return {key: value for name, time in times.items() for key, value in
            scraped(f"stackseal_certificate_{name}_timestamp_seconds", ISSUED, steady(time), replicas).items()}


def authority(life: float, left: float) -> Series:
    """The CA's certificate; `left`: of its life."""
    end = NOW + left * life
    return (scraped("stackseal_ca_not_after_timestamp_seconds", CA, steady(end))
            | scraped("stackseal_ca_not_before_timestamp_seconds", CA, steady(end - life)))


def ready(kind: str, yes: bool) -> Series:
    labels = CERTIFICATE if kind == "certificate" else ISSUER
    return (scraped(f"stackseal_{kind}_ready", labels | {"condition": "True"}, steady(yes))
            | scraped(f"stackseal_{kind}_ready", labels | {"condition": "False"}, steady(not yes)))


def unnamed(state: str, count: int) -> Series:
    """How many are in that state, as all that is told of certificates."""
    return scraped("stackseal_certificates", {"namespace": "openstack", "state": state}, steady(count))


def failures(count: int) -> Series:
    return scraped("stackseal_certificate_consecutive_failures", CERTIFICATE, steady(count))


def leads(replica: dict, values: str) -> Series:
    return {series("leader_election_master_status", replica | {"name": "stackseal"}): values}


def queue(metric: str, replica: dict, values: str) -> Series:
    return {series(metric, replica | {"name": "stackseal", "controller": "stackseal"}): values}


def reconciled(replica: dict, values: str) -> Series:
    return {series("controller_runtime_reconcile_total",
                   replica | {"controller": "certificate", "result": "success"}): values}


def requests(replica: dict, code: int, values: str) -> Series:
    return {series("rest_client_requests_total", replica | {"code": str(code), "method": "GET", "host": "h"}): values}


def heard(replica: dict, values: str) -> Series:
    return {series("stackseal_kube_last_event_timestamp_seconds", replica | {"resource": "certificates"}): values}


def synced(replica: dict, yes: bool) -> Series:
    return {series("stackseal_kube_cache_synced", replica | {"resource": "certificates"}): steady(yes)}


def replica(labels: dict, leading: bool) -> Series:
    """A healthy process. One that does not lead collects keys and finishes none."""
    return {series("stackseal_build_info", labels | {"version": "0"}): steady(1),
            **leads(labels, steady(leading)), **synced(labels, True), **heard(labels, f"0+60{STEADY}"),
            **queue("workqueue_depth", labels, steady(0 if leading else 500)),
            **queue("workqueue_longest_running_processor_seconds", labels, steady(0)),
            **reconciled(labels, f"0+10{STEADY}" if leading else steady(0)), **requests(labels, 200, f"0+9{STEADY}")}


def somebody_else() -> Series:
    """Another controller in the same Prometheus, in all the trouble that is not ours."""
    return {**leads(OTHER, steady(0)), **queue("workqueue_depth", OTHER, steady(5)),
            **queue("workqueue_longest_running_processor_seconds", OTHER, steady(9999)),
            **reconciled(OTHER, steady(0)), **requests(OTHER, 403, f"0+9{STEADY}")}


def healthy() -> Series:
    return {**somebody_else(), **replica(LEADER, True), **replica(STANDBY, False), **ready("certificate", True),
            **ready("issuer", True), **failures(0), **certificate(LIVES["90 days"], 2.5),
            **authority(LIVES["10 years"], 0.9)}
