# SPDX-License-Identifier: Apache-2.0
"""Runs the pinned Helm over the product's chart, alone or against the tests' control plane."""

import os
import subprocess
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[3]
CHART = ROOT / "helm/stackseal"
_BUILD = Path(__file__).resolve().parent.parent / "tools" / "build"


class HelmFailed(AssertionError):
    """Helm said no; the message is its stderr."""


def build_helm() -> Path:
    """The helm command. Builds it if need be: minutes once, with progress on stderr."""
    folder = subprocess.run([_BUILD, "helm"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip()
    return Path(folder) / "helm"


class Helm:
    """The helm command with a home of its own, and a cluster if a kubeconfig is given."""

    def __init__(self, program: Path, home: Path, kubeconfig: Path | None = None):
        self._program, self._home = program, home
        self._kubeconfig = kubeconfig or home / "no-cluster"

    def run(self, *args: str, values: dict | None = None) -> str:
        """One helm command, with `values` by a file; its stdout. HelmFailed if it fails."""
        command = [str(self._program), *args]
        if values is not None:
            command += ["--values", "-"]
        places = {name: str(self._home) for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HOME")}
        done = subprocess.run(command, input=yaml.safe_dump(values), capture_output=True, text=True, timeout=180,
                              env={**os.environ, **places, "KUBECONFIG": str(self._kubeconfig)})
        if done.returncode != 0:
            raise HelmFailed(f"helm {' '.join(args)}: {done.stderr.strip()}")
        return done.stdout

    def template(self, values: dict, namespace: str = "stackseal-system", chart: Path = CHART) -> list[dict]:
        """The objects that a release `stackseal` in a namespace would have."""
        text = self.run("template", "stackseal", str(chart), "--namespace", namespace, values=values)
        return [one for one in yaml.safe_load_all(text) if one]
