#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that every row of conformance.tsv is tested, not applicable, or pending: exactly one of the three."""
import pathlib
import re
import sys

here = pathlib.Path(__file__).resolve().parent


def table(name):
    rows = {}
    path = here / name
    if not path.exists():
        return rows
    for line in path.read_text().splitlines():
        if not line.strip() or line.startswith(("#", "id\t")):
            continue
        key, _, reason = line.partition("\t")
        if key in rows:
            print(f"{name}: {key} is listed twice")
            sys.exit(1)
        rows[key] = reason.strip()
    return rows


rows = table("conformance.tsv")
not_applicable = table("not-applicable.tsv")
pending = table("pending.tsv")
tested = {}
errors = []
rejects = here.parent / "rejects"
for source in sorted(here.rglob("*_test.cpp")) + sorted(rejects.glob("*.cpp")):
    lines = source.read_text().splitlines()
    for number, line in enumerate(lines, 1):
        found = re.match(r"\s*// conformance: (.+)$", line)
        if not found:
            continue
        after = next((text for text in lines[number:] if not text.lstrip().startswith("//")), "")
        if not after.startswith("TEST") and source.parent != rejects:
            errors.append(f"{source.name}:{number}: no TEST follows the conformance comment")
        for key in re.split(r"[,\s]+", found.group(1).strip()):
            tested.setdefault(key, []).append(f"{source.name}:{number}")

for key in rows:
    places = [name for name, ids in (("a test", tested), ("not-applicable.tsv", not_applicable),
                                     ("pending.tsv", pending)) if key in ids]
    if len(places) != 1:
        errors.append(f"{key}: covered by {' and '.join(places) or 'nothing'}")
for name, ids in (("tests", tested), ("not-applicable.tsv", not_applicable), ("pending.tsv", pending)):
    errors += [f"{key}: named in {name}, unknown in conformance.tsv" for key in ids if key not in rows]
errors += [f"{key}: no reason given" for key, reason in {**not_applicable, **pending}.items() if not reason]
for error in errors:
    print(error)
print(f"{len(rows)} rows: {len(tested)} tested, {len(not_applicable)} not applicable, {len(pending)} pending")
sys.exit(1 if errors else 0)
