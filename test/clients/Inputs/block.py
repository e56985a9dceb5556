# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints the first code block of a language in a page: what the guide tells the user to write is what is tested."""

import re
import sys

page, language = sys.argv[1:]
text = open(page, encoding="utf-8").read()
print(re.search(rf"^```{language}\n(.*?)^```$", text, re.M | re.S).group(1))
