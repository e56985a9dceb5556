#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles every program here and checks that it is refused with the text it announces. Usage: check.py CXX INCLUDE"""
import pathlib
import re
import subprocess
import sys

compiler, include = sys.argv[1:3]
failures = 0
for source in sorted(pathlib.Path(__file__).resolve().parent.glob("*.cpp")):
    expected = re.findall(r"// rejects: (.+)", source.read_text())
    run = subprocess.run([compiler, "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", f"-I{include}",
                          str(source)], capture_output=True, text=True)
    if run.returncode == 0:
        failures += 1
        print(f"{source.name}: compiles, but must not")
    elif not any(re.search(text, run.stderr) for text in expected):
        failures += 1
        print(f"{source.name}: refused for another reason than {expected}:\n{run.stderr[:2000]}")
sys.exit(1 if failures else 0)
