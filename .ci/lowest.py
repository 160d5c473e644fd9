"""Print the lower bound of each dependency as a constraint, so that pip installs exactly it."""

from __future__ import annotations

import tomllib
from pathlib import Path

from packaging.requirements import Requirement

project = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
extras = project["optional-dependencies"]
for text in [*project["dependencies"], *(line for extra in extras.values() for line in extra)]:
    requirement = Requirement(text)
    lower = [bound.version for bound in requirement.specifier if bound.operator == ">="]
    if lower:
        print(f"{requirement.name}=={lower[0]}")
