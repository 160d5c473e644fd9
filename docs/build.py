"""Builds the site, both languages, into `site/`: `python -m docs.build [DIRECTORY]`.

The two builds run at the same time; a warning in either fails the whole.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
#: Configuration of each language, and where its pages stand on the site.
SITES = {"mkdocs.yml": "", "mkdocs.zh.yml": "zh"}


def build(site: Path) -> int:
    """Build both languages; the number of builds that failed."""
    site.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".site-", dir=site.parent) as folder:
        apart = {config: Path(folder) / config for config in SITES}
        running = [_started(config, directory) for config, directory in apart.items()]
        failed = sum(process.wait() != 0 for process in running)
        shutil.rmtree(site, ignore_errors=True)
        for config, place in SITES.items():
            if apart[config].is_dir():
                apart[config].rename(site / place)
    return failed


def _started(config: str, directory: Path) -> subprocess.Popen[bytes]:
    # Material prints an advertisement about another tool's future; it is no warning of ours.
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet"]
    command += ["--config-file", str(ROOT / config), "--site-dir", str(directory)]
    return subprocess.Popen(command, cwd=ROOT, env=environment)  # noqa: S603


def main(site: Path) -> int:
    """Build the site, and say where it is and how to look at it."""
    if failed := build(site):
        return failed
    where = os.path.relpath(site)
    sys.stdout.write(
        f"The site is in {where}; Chinese is below {where}/zh.\n"
        f"Serve it:  python3 -m http.server --directory {shlex.quote(where)}\n"
        "and open   http://127.0.0.1:8000/\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "site").resolve()))
