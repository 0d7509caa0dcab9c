# SPDX-License-Identifier: Apache-2.0
"""Gives the tests of this folder the way in which tests wait."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "envtest"))  # its support is shared
