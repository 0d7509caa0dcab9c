# SPDX-License-Identifier: Apache-2.0
"""The metrics' page shows metrics of which Prometheus approves; its example queries are queries, and each speaks of its
metric."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/reference"), str(ROOT / "tools/check")]
import metrics  # noqa: E402

METRICS = [(name.strip("`"), type_, help_) for _, rows in metrics.groups() for name, type_, _, _, help_ in rows]
QUERIES = metrics.queries((ROOT / "docs/reference/metrics.md").read_text())


def test_each_metric_has_a_query_of_its_own():
    assert [name for name, _ in QUERIES] == [name for name, *_ in METRICS]
    assert all(re.search(rf"\b{name}(_bucket)?\b", query) for name, query in QUERIES)


def test_prometheus_reads_each_query(tmp_path: Path):
    rules = [{"record": f"example:{name}", "expr": query} for name, query in QUERIES]
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "examples", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"{len(QUERIES)} rules found" in done.stdout, done.stdout + done.stderr


def scrape(name: str, type_: str, help_: str) -> str:
    """A metric as a scrape shows it, with one sample."""
    samples = [f'{name}_bucket{{le="+Inf"}} 1', f"{name}_sum 1", f"{name}_count 1"] if type_ == "histogram" else [f"{name} 1"]
    return "\n".join([f"# HELP {name} {help_}", f"# TYPE {name} {type_}", *samples, ""])


def remarks(text: str) -> str:
    """What promtool finds wrong with the names, types and helps of a scrape."""
    done = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr  # 3: it has remarks
    return done.stdout + done.stderr


def test_promtool_has_no_remark_on_any_metric_also_those_that_a_scrape_seldom_shows():
    assert remarks("".join(scrape(*metric) for metric in METRICS)) == ""


@pytest.mark.parametrize("name, type_, help_", [("things", "counter", "Things."), ("things_total", "gauge", "Things."),
                                                ("time_milliseconds", "gauge", "Time."), ("things", "gauge", "")])
def test_promtool_does_remark(name: str, type_: str, help_: str):
    assert name in remarks(scrape(name, type_, help_))
