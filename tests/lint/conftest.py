"""Shows the differences that the shared check of bad sources finds."""

from __future__ import annotations

import pytest

pytest.register_assert_rewrite("tests.lint.bad")
