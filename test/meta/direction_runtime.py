# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks which rooms of the runtime include which: combine, sync, io and debug use core, and nothing uses them.

Usage: direction_runtime.py [RUNTIME]; RUNTIME is the directory to check, the project's own by default.
"""

import os
import re
import sys

RUNTIME = sys.argv[1] if len(sys.argv) > 1 else os.path.join(os.environ["COROLINT_SOURCE"], "runtime")
ALLOWED = {
    "core": {"core"},
    "combine": {"combine", "core"},
    "sync": {"sync", "core"},
    "io": {"io", "core"},
    "debug": {"debug", "core", "the catalogue of pitfalls", "the list of detectors"},
    "intercept": {"intercept"},  # it can be preloaded, so it knows nothing of aio
}
INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(<[^>]+>|"[^"]+")', re.M)


def room_of(path):
    """The room of a file below RUNTIME; None for the headers and sources above the rooms, such as aio.h."""
    parts = os.path.relpath(path, RUNTIME).split(os.sep)
    below = parts[2:] if parts[:2] == ["include", "aio"] else parts[1:]
    return below[0] if len(below) > 1 else None


def target_of(include, file):
    """What an include of a file means: a room, a name from ALLOWED, or None for a header from outside the project."""
    name = include[1:-1]
    if name.startswith("pitfalls/"):
        return "the catalogue of pitfalls"
    if name == "detectors.def":
        return "the list of detectors"
    beside = os.path.normpath(os.path.join(os.path.dirname(file), name))
    if include[0] == '"' and os.path.exists(beside):
        return room_of(beside) or "a header above the rooms"
    public = os.path.join(RUNTIME, "include", name)
    if os.path.exists(public):
        return room_of(public) or "a header above the rooms"
    return None if include[0] == "<" else f"an unknown file, {name}"


def main():
    failures, seen = [], set()
    for top in ("include/aio", "src"):
        for directory, _, names in sorted(os.walk(os.path.join(RUNTIME, top))):
            for file in sorted(os.path.join(directory, n) for n in names if n.endswith((".h", ".cpp"))):
                room = room_of(file)
                if room is None:
                    continue
                seen.add(room)
                shown = os.path.relpath(file, RUNTIME)
                if room not in ALLOWED:
                    failures.append(f"{shown}: '{room}' is no room of the runtime")
                    continue
                with open(file, encoding="utf-8") as f:
                    for include in INCLUDE.findall(f.read()):
                        target = target_of(include, file)
                        if target is not None and target not in ALLOWED[room]:
                            failures.append(f"{shown}: includes {include}: {room} may not use {target}")
    failures += [f"{room}: the room has no files" for room in sorted(ALLOWED.keys() - seen)]
    print("\n".join(failures), end="\n" if failures else "")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
