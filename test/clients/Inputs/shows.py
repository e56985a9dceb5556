# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the screen in the guide with what the editor showed: every line of the guide's is there, in that order."""

import re
import sys

page, editor, screen = sys.argv[1:]
with open(page, encoding="utf-8") as f:
    wanted = re.search(rf"^```text {editor}\n(.*?)^```$", f.read(), re.M | re.S).group(1).split("\n")[:-1]
with open(screen, encoding="utf-8") as f:
    shown = iter([line.rstrip() for line in f])
for line in wanted:
    if line.strip() and line.rstrip() not in shown:
        sys.exit(f"the guide shows what {editor} does not: {line}")
