#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs an example, without and with debug mode, and compares what it prints with the expected text; debug mode has nothing
to report. Usage: compare.py PROGRAM EXPECTED"""
import os
import pathlib
import subprocess
import sys

program, expected = sys.argv[1:3]
wanted = pathlib.Path(expected).read_text()
# How long a step takes is the machine's business.
for debug in ("", "1,slow-step=off"):
    run = subprocess.run(
        [program], capture_output=True, text=True, timeout=60, env=dict(os.environ, AIO_DEBUG=debug)
    )
    if run.returncode != 0 or run.stdout != wanted or run.stderr:
        print(f"AIO_DEBUG={debug}: exit code {run.returncode}\n--- printed\n{run.stdout}--- expected\n{wanted}--- errors\n{run.stderr}")
        sys.exit(1)
