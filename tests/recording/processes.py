"""Processes as the system lists them."""

import os
import subprocess
from pathlib import Path


def children(parent: int) -> set[int]:
    """What a process started."""
    found = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, text=True, check=False)
    return {int(pid) for pid in found.stdout.split()}


def runs(pid: int) -> bool:
    """Whether a process is there, and no zombie."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def copies(pid: int) -> bool:
    """Whether that is an ffmpeg of a recording."""
    try:
        return b"pipe:0" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def known_to_children() -> str:
    """The command lines and environments of the processes that this one started."""
    output = []
    for pid in children(os.getpid()):
        try:
            output += [Path(f"/proc/{pid}/{name}").read_bytes().decode() for name in ("cmdline", "environ")]
        except OSError:
            continue
    return "\n".join(output)
