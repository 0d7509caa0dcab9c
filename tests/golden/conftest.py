# SPDX-License-Identifier: Apache-2.0
"""Gives the tests of this folder Helm, and a flag that writes the goldens anew."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "envtest"))  # its support is shared

from support.helm import Helm, build_helm  # noqa: E402


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write what is rendered now as what is expected")


@pytest.fixture(scope="session")
def helm(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Helm:
    """Helm without a cluster; a build's progress is shown."""
    with pytestconfig.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        program = build_helm()
    return Helm(program, tmp_path_factory.mktemp("helm"))
