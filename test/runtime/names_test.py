#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that the guide has every public name of asyncio, and no name that aio lacks."""
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
known |= set("auto co_await co_yield nullptr true false debug argc argv cb ts sock".split())
known |= set("corolint ps pstree pidfd getnameinfo".split())


def words(text):
    return {word for span in re.findall(r"`([^`]+)`", text) for word in re.findall(r"\w+", span)}


errors = []
ours = set()
for line in tables.splitlines():
    for cell in line.split("|")[2:]:
        ours |= words(cell)
mentioned = words(tables)
names = [line for line in (here / "asyncio/names.txt").read_text().splitlines() if not line.startswith("#")]
for name in names:
    if name.rsplit(".", 1)[-1] not in mentioned:
        errors.append(f"docs/guide/runtime.md does not mention asyncio's {name}")
for word in sorted(ours):
    if len(word) > 1 and word[0].islower() and word not in known:
        errors.append(f"docs/guide/runtime.md names '{word}', which aio does not have")
for error in errors:
    print(error)
print(f"{len(names)} names of asyncio, {len(ours)} words of aio")
sys.exit(1 if errors else 0)
