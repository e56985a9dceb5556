# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Resolves every shipped fact: against the real headers where Debian has the library, else against the stand-in."""

import os
import subprocess
import sys

SOURCE = os.environ["COROLINT_SOURCE"]
BUILD = os.environ["COROLINT_BUILD"]
KNOWN = os.path.join(SOURCE, "checks/facts/shipped")
INPUTS = os.path.join(SOURCE, "test/Inputs")
INSTALLED = {"aio": "aio-standin/aio/aio.h"}

failed = False
for name in sorted(os.listdir(KNOWN)):
    library = name[: -len(".facts")]
    real = os.path.join(INPUTS, "real", library + ".cpp")
    flags = ["-std=c++20", "-I" + INPUTS]
    if os.path.exists(real):
        source = real
        with open(real, encoding="utf-8") as f:
            flags += f.readline().partition("flags:")[2].split()
    else:
        header = INSTALLED.get(library, f"{library}/{library}.h")
        runtime = os.path.join(SOURCE, "runtime/include")
        if library == "aio" and os.path.exists(runtime):
            header, flags = "aio/aio.h", flags + ["-I" + runtime]
        source = os.path.join(sys.argv[1], library + ".cpp")
        with open(source, "w", encoding="utf-8") as f:
            f.write(f'#include "{header}"\n')
    run = subprocess.run([BUILD + "/bin/corolint", "facts", os.path.join(KNOWN, name), "--in", source, "--", *flags],
                         capture_output=True, text=True)
    if run.returncode != 0:
        failed = True
        print(f"{name}: exit code {run.returncode}\n{run.stdout}{run.stderr}")
sys.exit(1 if failed else 0)
