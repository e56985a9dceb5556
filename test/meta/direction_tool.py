# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks the includes of tool/: rooms include downwards only, and no headers with their sources form a circle."""

import os
import re
import sys

TOOL = os.path.join(os.environ["COROLINT_SOURCE"], "tool")

# A room is a folder; "root" is tool/ itself. Each may include itself and the rooms that are listed.
BELOW = {
    "root": set(),
    "analysis": {"root"},
    "project": {"root", "analysis"},
    "writers": {"root"},
    "gate": {"root", "analysis", "project", "writers"},
    "editor": {"root", "analysis", "project"},
    "editor/clangd": {"root", "analysis", "editor"},
    "commands": {"root", "analysis", "project", "writers", "gate", "editor"},
    "main": {"root", "commands"},
}
# Headers that declare a table of functions, each of which has a source of its own.
TABLES = {"commands": "commands/Command.h", "writers": "writers/Writer.h"}


def sources():
    """The files of tool/, relative to it."""
    for path, folders, names in os.walk(TOOL):
        if path == TOOL + "/editor":
            folders.remove("vscode")
        for name in names:
            if name.endswith((".h", ".cpp")):
                yield os.path.relpath(os.path.join(path, name), TOOL)


def room(file):
    if file == "main.cpp":
        return "main"
    return os.path.dirname(file) or "root"


def pair(file):
    """The header and the source of one name are one node of the graph."""
    return os.path.splitext(file)[0]


def circles(graph):
    """The strongly connected components with more than one node: Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph[node]):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            cut = stack.index(node)
            if len(stack) - cut > 1:
                found.append(sorted(stack[cut:]))
            del stack[cut:]

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main():
    failures = []
    files = set(sources())
    graph = {pair(file): set() for file in files}
    for file in sorted(files):
        if room(file) not in BELOW:
            failures.append(f"{file}: the room '{room(file)}' is not in BELOW")
            continue
        with open(os.path.join(TOOL, file), encoding="utf-8") as f:
            text = f.read()
        included = re.findall(r'^#include "([^"]+)"', text, re.M)
        ours = [include for include in included if include in files]
        for include in included:
            beside = os.path.normpath(os.path.join(os.path.dirname(file), include))
            if include not in files and beside in files:
                failures.append(f"{file}: write '{beside}', from tool/, instead of '{include}'")
        for include in ours:
            if room(include) not in BELOW[room(file)] | {room(file)}:
                failures.append(f"{file} includes {include}: '{room(file)}' does not stand above '{room(include)}'")
            if pair(include) != pair(file):
                graph[pair(file)].add(pair(include))
        if file.endswith(".cpp") and not re.search(r"^int main\(", text, re.M):
            own = pair(file) + ".h"
            if own in files and (not ours or ours[0] != own):
                failures.append(f"{file}: the first include is not its own header")
            if own not in files and TABLES.get(room(file)) not in ours:
                failures.append(f"{file}: it has no header of its own")
    for circle in circles(graph):
        failures.append("a circle of includes: " + ", ".join(circle))
    for failure in failures:
        print(failure)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
