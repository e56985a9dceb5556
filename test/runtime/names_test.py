#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the guide has every public name of asyncio, and no name that aio lacks, or that no test of aio uses."""
import pathlib
import re
import sys

here = pathlib.Path(__file__).resolve().parent
root = here.parents[1]
guide = (root / "docs/guide/runtime.md").read_text()
tables = guide[guide.index("## Name by name"):guide.index("## What differs")]
headers = "\n".join(path.read_text() for path in (root / "runtime/include").rglob("*.h"))
known = set(re.findall(r"\w+", headers))
# Words of C++, of the tools, and of examples.
known_otherwise = set("auto co_await co_yield nullptr true false debug argc argv cb ts sock".split())
known_otherwise |= set("corolint ps pstree pidfd getnameinfo _in cancel_futures".split())
known |= known_otherwise


# What the tests and the programs of the guide use, comments aside.
programs = [*(root / "test/runtime").rglob("*.cpp"), *(root / "test/debug").rglob("*.cpp"), *(root / "docs/guide").rglob("*.cpp")]
code = "\n".join(re.sub(r"//.*", "", path.read_text()) for path in programs)
used = set(re.findall(r"\w+", code))


def words(text):
    return {word for span in re.findall(r"`([^`]+)`", text) for word in re.findall(r"\w+", span)}


errors = []
ours = set()
for line in tables.splitlines():
    cells = line.split("|")[1:]
    for cell in cells[1:]:
        ours |= words(cell)
    if len(cells) > 1 and re.search("the same|snake case", cells[1]):
        ours |= words(cells[0]) & known
mentioned = words(tables)
names = [line for line in (here / "asyncio/names.txt").read_text().splitlines() if not line.startswith("#")]
for name in names:
    if name.rsplit(".", 1)[-1] not in mentioned:
        errors.append(f"docs/guide/runtime.md does not mention asyncio's {name}")
for word in sorted(word for word in ours if len(word) > 1 and (word[0].islower() or word[0] == "_")):
    if word not in known:
        errors.append(f"docs/guide/runtime.md names '{word}', which aio does not have")
    elif word not in used and word not in known_otherwise:
        errors.append(f"docs/guide/runtime.md names '{word}', which no test uses")
for error in errors:
    print(error)
print(f"{len(names)} names of asyncio, {len(ours)} words of aio")
sys.exit(1 if errors else 0)
