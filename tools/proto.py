"""Make everything that follows from the schema in proto/tikcast; with --check, only say what is out of date.

Run as `make proto`. Exit code 1 with --check when a committed file differs from what the schema gives.
"""

from __future__ import annotations

import sys
from pathlib import Path

from protogen.descriptors import compile_schema, fast_reading, serialize, without_source
from protogen.model import Model
from protogen.records import sources
from protogen.stubs import stub

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src/tikcast"
PROTO = PACKAGE / "_proto"


def generate() -> dict[Path, bytes]:
    """Every generated file with its content."""
    schema = compile_schema(ROOT / "proto")
    full, fast = without_source(schema), fast_reading(schema)
    code = {PACKAGE / path: text.encode() for path, text in sources(Model.of(schema)).items()}
    return code | {
        PROTO / "schema.binpb": serialize(full),
        PROTO / "schema.pyi": stub(full).encode(),
        PROTO / "fast.binpb": serialize(fast),
        PROTO / "fast.pyi": stub(fast).encode(),
    }


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them."""
    files = generate()
    stale = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is out of date: run `make proto` and commit the result")
        return 1 if stale else 0
    for path in stale:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[path])
        print(f"wrote {path.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
