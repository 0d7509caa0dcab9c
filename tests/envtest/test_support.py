# SPDX-License-Identifier: Apache-2.0
"""What the other tests stand on, where it could mislead them."""

import json
from pathlib import Path

from support.release import used_permissions


def test_a_line_of_the_audit_log_that_is_being_written_waits(tmp_path: Path):
    event = json.dumps({"user": {"username": "one"}, "verb": "get", "annotations": {"authorization.k8s.io/decision": "allow"},
                        "objectRef": {"resource": "secrets", "namespace": "a"}})
    log = tmp_path / "audit.log"
    for text in ("", "\n", event[:9]):
        log.write_text(text)
        assert used_permissions(log, "one") == set()
    log.write_text(f"{event}\n{event[:50]}")
    assert used_permissions(log, "one") == {("a", "", "secrets", "get")}
