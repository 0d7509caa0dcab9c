# SPDX-License-Identifier: Apache-2.0
"""What a change costs is counted in writes; this reads them, and other counts, out of metrics."""

import re
from collections import Counter

Write = tuple[str, str, str]
"""A verb (POST, PUT, PATCH, APPLY, DELETE, DELETECOLLECTION), a resource (plural) and a subresource (or "")."""

_MUTATING = {"POST", "PUT", "PATCH", "APPLY", "DELETE", "DELETECOLLECTION"}
_SAMPLE = re.compile(r"^apiserver_request_total\{(?P<labels>.*)\} (?P<value>\S+)$", re.MULTILINE)
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def sum_of(metrics: str, name: str, **labels: str) -> int:
    """The sum of a counter's samples that have these labels."""
    samples = re.finditer(rf"^{name}\{{(.*)\}} (\S+)$", metrics, re.MULTILINE)
    return sum(int(float(sample[2])) for sample in samples if labels.items() <= dict(_LABEL.findall(sample[1])).items())


def parse_writes(metrics: str, group: str | None, all_codes: bool) -> Counter[Write]:
    """The writes in a /metrics text: those answered 2xx, or all; of one API group ("" is core), or of all.

    Dry runs write nothing and are left out. A server-side apply has the verb APPLY.
    """
    counts: Counter[Write] = Counter()
    for sample in _SAMPLE.finditer(metrics):
        labels = dict(_LABEL.findall(sample["labels"]))
        if _is_write(labels, all_codes) and group in (None, labels["group"]):
            counts[labels["verb"], labels["resource"], labels["subresource"]] += int(float(sample["value"]))
    return counts


def _is_write(labels: dict[str, str], all_codes: bool) -> bool:
    """Whether a sample counts requests that changed something (or, with all codes, tried to)."""
    wanted_code = all_codes or labels["code"].startswith("2")
    return labels["verb"] in _MUTATING and not labels["dry_run"] and wanted_code
