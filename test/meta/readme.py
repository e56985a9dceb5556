# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the sample output in the README with a real one: every finding shown is there, line by line."""

import re
import sys

with open(sys.argv[1], encoding="utf-8") as f:
    shown = re.search(r"^What a user sees.*?^```\n(.*?)^```", f.read(), re.M | re.S).group(1).split("\n")[:-1]
with open(sys.argv[2], encoding="utf-8") as f:
    real = f.read()
findings, current = [], []
for line in shown:
    if ": warning: " in line and current:
        findings.append(current)
        current = []
    current.append(line)
findings.append(current)
missing = ["\n".join(finding) for finding in findings if "\n".join(finding) + "\n" not in real]
for text in missing:
    print("the README shows what is not printed:\n" + text)
sys.exit(1 if missing or not findings else 0)
