# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks docs/contributing.md: every file or folder that it names exists, and its map shows the real folders."""

import os
import re
import subprocess
import sys

SOURCE = sys.argv[1]
TOP = ("checks", "docs", "runtime", "test", "tool")


def tracked():
    """The files of the repository, and of a work tree that has new ones."""
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files", "-co", "--exclude-standard"],
                            capture_output=True, text=True, check=True)
    return {name for name in listed.stdout.split("\n") if name and os.path.exists(os.path.join(SOURCE, name))}


def folders(files):
    """Every folder that contains a file, directly or below it."""
    found = set()
    for name in files:
        while name := os.path.dirname(name):
            found.add(name)
    return found


def named(text):
    """The paths in backquotes and links. A command counts with its first word, a placeholder in <> not at all."""
    for quoted in re.findall(r"`([^`\n]+)`", text):
        path = quoted.split()[0].rstrip("/")
        if path.split("/")[0] in TOP and "<" not in path:
            yield path
    for target in re.findall(r"\]\(([\w./-]+)[)#]", text):
        yield os.path.normpath(os.path.join("docs", target))


def map_of(text):
    """The folders of the map: base folder -> the folders listed under it."""
    block = re.search(r"^```text map\n(.*?)^```", text, re.M | re.S).group(1)
    shown, base = {}, None
    for line in block.split("\n"):
        if match := re.match(r"(\S+)/(\s|$)", line):
            base = match.group(1)
            shown[base] = set()
        elif match := re.match(r"  (\S+)/(\s|$)", line):
            shown[base].add(match.group(1))
    return shown


def main():
    with open(os.path.join(SOURCE, "docs", "contributing.md"), encoding="utf-8") as f:
        text = f.read()
    files = tracked()
    real = folders(files)
    failures = [f"contributing.md names '{path}', which does not exist" for path in sorted(set(named(text)))
                if path not in files and path not in real]
    shown = map_of(text)
    for missing in sorted({"checks", "docs", "runtime/src", "tool"} - set(shown)):
        failures.append(f"the map does not show '{missing}'")
    for base, rooms in shown.items():
        have = {name[len(base) + 1:] for name in real if os.path.dirname(name) == base}
        failures += [f"the map does not show '{base}/{name}'" for name in sorted(have - rooms)]
        failures += [f"the map shows '{base}/{name}', which does not exist" for name in sorted(rooms - have)]
    print("\n".join(failures), end="\n" if failures else "")
    sys.exit(1 if failures else 0)


main()
