# SPDX-License-Identifier: Apache-2.0
"""No kubelet runs here: this tells the API server of a pod in which a release's operator runs, so that its Service leads
to the process."""

import json
import subprocess

from support.operator import Operator
from support.release import Release, apply


def host_address() -> str:
    """An IPv4 address of this machine beside loopback, where the API server lets no pod be."""
    addresses = subprocess.run(["hostname", "--all-ip-addresses"], check=True, capture_output=True, text=True).stdout
    found = [one for one in addresses.split() if ":" not in one]
    assert found, "this machine has no IPv4 address but loopback; give it one, for example by a dummy interface"
    return found[0]


def publish(release: Release, operator: Operator) -> None:
    """The pod on a node, with the port that the process really listens on; it is running and ready."""
    host, _, port = operator.address().rpartition(":")
    template = release.deployment()["spec"]["template"]
    container = template["spec"]["containers"][0]
    ports = [one | {"containerPort": int(port)} for one in container["ports"]]
    node = {"apiVersion": "v1", "kind": "Node", "metadata": {"name": "played"}}
    pod = {"apiVersion": "v1", "kind": "Pod",
           "metadata": template["metadata"] | {"name": "played", "namespace": release.namespace},
           "spec": template["spec"] | {"nodeName": "played", "containers": [container | {"ports": ports}]}}
    status = {"phase": "Running", "podIP": host, "podIPs": [{"ip": host}],
              "conditions": [{"type": "Ready", "status": "True"}]}
    apply(release.control_plane, [node, pod])
    release.control_plane.kubectl("patch", "pod", "played", "-n", release.namespace, "--subresource=status", "-p",
                                  json.dumps({"status": status}))
