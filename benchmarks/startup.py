"""The time of `import tikcast` from an installed wheel: `python -m benchmarks.startup [--runs N] [--json]`.

The wheel of this source tree is unpacked into a new virtual environment, which uses the dependencies of the current
environment. Every run is a separate process.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from statistics import median
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
PROBE = """
import sys, time
wall, used = time.perf_counter(), time.process_time()
import tikcast
print(time.perf_counter() - wall, time.process_time() - used, len(sys.modules), tikcast.__file__)
"""


def install(folder: Path) -> Path:
    """Create the environment; returns its Python."""
    environment = folder / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(environment)], check=True)  # noqa: S603 - our own
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own
    python = environment / "bin" / "python"
    asked = [str(python), "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    packages = Path(subprocess.run(asked, check=True, capture_output=True, text=True).stdout.strip())  # noqa: S603
    with ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(packages)
    dependencies = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("\n".join(sorted(dependencies)) + "\n", encoding="utf-8")
    return python


def run(python: Path, *, away: Path) -> tuple[float, float, int]:
    """One import: seconds, processor seconds, number of modules."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ended = subprocess.run([python, "-c", PROBE], cwd=away, env=clean, check=True, capture_output=True, text=True)  # noqa: S603
    wall, used, modules, file = ended.stdout.split(maxsplit=3)
    if not Path(file).is_relative_to(away):
        raise SystemExit(f"imported {file.strip()} instead of the wheel")
    return float(wall), float(used), int(modules)


def measure(runs: int) -> dict[str, float]:
    """The medians of several imports, in milliseconds."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name).resolve()
        python = install(folder)
        run(python, away=folder)  # writes the bytecode
        results = [run(python, away=folder) for _ in range(runs)]
    return {
        "import_ms": round(median(wall for wall, _, _ in results) * 1000, 1),
        "cpu_ms": round(median(used for _, used, _ in results) * 1000, 1),
        "modules": results[0][2],
    }


def main(arguments: list[str]) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=15, help="number of processes (15)")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    figures = measure(options.runs)
    if options.json:
        print(json.dumps(figures))
    else:
        print(f"import tikcast: {figures['import_ms']} ms, {figures['cpu_ms']} ms of processor time")
        print(f"{figures['modules']:.0f} modules are loaded")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
