# SPDX-License-Identifier: Apache-2.0
"""Whatever the tests of a run look at, its end looks through all that the program has logged."""

from collections.abc import Iterator

import pytest

from vault import Vault


@pytest.fixture(scope="session", autouse=True)
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Vault]:
    """Where tests that see keys or tokens leave them; files called *.key or token are found without."""
    everything = Vault()
    yield everything
    folder = tmp_path_factory.getbasetemp()
    everything.add_files(folder)
    assert not everything.leaks(folder), "these lines of logs hold a part of a key or token"
