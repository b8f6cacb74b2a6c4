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
DOCS = ROOT / "docs/events"


def code() -> dict[Path, bytes]:
    """Every file of the package that follows from the schema, with its content."""
    schema = compile_schema(ROOT / "proto")
    full, fast = without_source(schema), fast_reading(schema)
    modules = {PACKAGE / path: text.encode() for path, text in sources(Model.of(schema)).items()}
    return modules | {
        PROTO / "schema.binpb": serialize(full),
        PROTO / "schema.pyi": stub(full).encode(),
        PROTO / "fast.binpb": serialize(fast),
        PROTO / "fast.pyi": stub(fast).encode(),
    }


def documents() -> dict[Path, bytes]:
    """Every documentation page that follows from the schema; needs the package as `code` makes it."""
    from protogen.pages import pages

    return {DOCS / path: text.encode() for path, text in pages(compile_schema(ROOT / "proto")).items()}


def update(files: dict[Path, bytes], *, check: bool) -> bool:
    """Write the files that differ, or with `check` only name them; whether all were as they should be."""
    stale = [path for path, content in files.items() if not path.exists() or path.read_bytes() != content]
    folders = {path.parent for path in files} - {PROTO}
    stale += [path for folder in folders for path in folder.glob("*.*") if path not in files]
    for path in stale:
        if check:
            print(f"{path.relative_to(ROOT)} is out of date: run `make proto` and commit the result")
        elif path not in files:
            path.unlink()
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(files[path])
            print(f"wrote {path.relative_to(ROOT)}")
    return not stale


def main(arguments: list[str]) -> int:
    """Write the files, or with --check compare them."""
    check = "--check" in arguments
    as_committed = update(code(), check=check)
    if check and not as_committed:
        return 1
    as_committed = update(documents(), check=check) and as_committed
    return 1 if check and not as_committed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
