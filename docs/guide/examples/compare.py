#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs an example and compares what it prints with the expected text. Usage: compare.py PROGRAM EXPECTED"""
import pathlib
import subprocess
import sys

program, expected = sys.argv[1:3]
run = subprocess.run([program], capture_output=True, text=True, timeout=60)
wanted = pathlib.Path(expected).read_text()
if run.returncode != 0 or run.stdout != wanted or run.stderr:
    print(f"exit code {run.returncode}\n--- printed\n{run.stdout}--- expected\n{wanted}--- errors\n{run.stderr}")
    sys.exit(1)
