# SPDX-License-Identifier: Apache-2.0
"""The example queries of the metrics' page are queries, and each speaks of its metric."""

import re
import subprocess
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools/reference"), str(ROOT / "tools/check")]
import metrics  # noqa: E402

QUERIES = metrics.queries((ROOT / "docs/reference/metrics.md").read_text())


def test_each_metric_has_a_query_of_its_own():
    names = [row[0].strip("`") for _, rows in metrics.groups() for row in rows]
    assert [name for name, _ in QUERIES] == names
    assert all(re.search(rf"\b{name}(_bucket)?\b", query) for name, query in QUERIES)


def test_prometheus_reads_each_query(tmp_path: Path):
    rules = [{"record": f"example:{name}", "expr": query} for name, query in QUERIES]
    path = tmp_path / "rules.yaml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "examples", "rules": rules}]}))
    done = subprocess.run(["promtool", "check", "rules", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0 and f"{len(QUERIES)} rules found" in done.stdout, done.stdout + done.stderr
