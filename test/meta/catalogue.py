# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares the catalogue with everything that is named after it, and runs the examples of the pages."""

import json
import os
import re
import subprocess
import sys
import tempfile

SOURCE = os.environ["COROLINT_SOURCE"]
BUILD = os.environ["COROLINT_BUILD"]
HEADINGS = ["What happens", "Bad", "Good", "How it is found", "Options"]
CATALOGUE = re.compile(
    r'^PITFALL\((\w+),\s*"([a-z-]+)",\s*(\w+),\s*([\w |]+),\s*"([\d.]+)",\s*"(.*)"\)$', re.M)

failures = []


def fail(text):
    failures.append(text)


def read(*parts):
    with open(os.path.join(SOURCE, *parts), encoding="utf-8") as f:
        return f.read()


def stems(directory, suffix):
    path = os.path.join(SOURCE, directory)
    return {n[: -len(suffix)] for n in os.listdir(path) if n.endswith(suffix) and n != "README.md"}


def pascal(kebab):
    return "".join(word.capitalize() for word in kebab.split("-"))


def pitfalls():
    rows = CATALOGUE.findall(read("docs", "pitfalls", "pitfalls.def"))
    return {row[1]: {"name": row[0], "by": row[3], "summary": row[5]} for row in rows}


def same(what, left, right):
    for missing in sorted(left - right):
        fail(f"{what}: '{missing}' is in the catalogue, but not here")
    for extra in sorted(right - left):
        fail(f"{what}: '{extra}' is here, but not in the catalogue")


def sets():
    all_ = pitfalls()
    static = {i for i, p in all_.items() if "Static" in p["by"]}
    same("pages", set(all_), stems("docs/pitfalls", ".md"))
    same("rules", {pascal(i) for i in static}, stems("checks/rules", ".cpp"))
    same("twins", set(all_), stems("test/twins", ".cpp"))
    same("detectors", {i.replace("-", "_") for i, p in all_.items() if "Run" in p["by"]},
         stems("runtime/src/debug/detectors", ".cpp"))
    for id_, p in all_.items():
        if pascal(id_) != p["name"]:
            fail(f"catalogue: '{id_}' is called {p['name']}")
        if id_ in static and not re.search(rf"R\(pitfalls::{p['name']}\)", read("checks", "rules", pascal(id_) + ".cpp")):
            fail(f"rules: {pascal(id_)}.cpp does not register pitfalls::{p['name']}")
    listed = subprocess.run([BUILD + "/bin/corolint", "list"], capture_output=True, text=True, check=True)
    same("corolint list", {"coro-" + i for i in static},
         set(re.findall(r"^(coro-[a-z-]+) \(", listed.stdout, re.M)))


def twins():
    for id_, p in pitfalls().items():
        text = read("test", "twins", id_ + ".cpp")
        for half, prefix in (("Static", "STATIC"), ("Run", "LIVE")):
            has = f"// {prefix}:" in text and f"--check-prefix={prefix}" in text
            if (half in p["by"]) != has:
                fail(f"twins/{id_}.cpp: {prefix} expectations and the catalogue's '{p['by']}' disagree")


def pages():
    for id_, p in pitfalls().items():
        lines = read("docs", "pitfalls", id_ + ".md").split("\n")
        if lines[0] != "# " + id_:
            fail(f"{id_}.md: the first line is not '# {id_}'")
        body = [line for line in lines[1:] if line.strip()]
        if not body or body[0] != p["summary"]:
            fail(f"{id_}.md: the summary is not the catalogue's")
        found = [line[3:] for line in lines if line.startswith("## ")]
        if found != HEADINGS:
            fail(f"{id_}.md: the headings are {found}")
        options(id_, "\n".join(lines))


def options(id_, page):
    listed = subprocess.run([BUILD + "/bin/corolint", "list"], capture_output=True, text=True, check=True)
    want, current = set(), None
    for line in listed.stdout.split("\n"):
        if line.startswith("coro-"):
            current = line.split(" ")[0]
        elif line.startswith("    ") and current == "coro-" + id_:
            name, rest = line.strip().split(" = ", 1)
            want.add((name, rest.split(": ", 1)[0]))
    table = page[page.index("## Options"):]
    have = set(re.findall(r"^\| `(\w+)` \| `([^`]*)` \|", table, re.M))
    if want != have:
        fail(f"{id_}.md: the option table says {sorted(have)}, the rule {sorted(want)}")


def blocks(id_):
    text = read("docs", "pitfalls", id_ + ".md")
    out = {}
    for heading in ("Bad", "Good"):
        part = text[text.index(f"## {heading}\n"):]
        part = part[: part.index("\n## ", 1)]
        code = re.findall(r"^```cpp\n(.*?)^```", part, re.M | re.S)
        if len(code) != 1:
            fail(f"{id_}.md: {heading} has {len(code)} code blocks")
        out[heading] = code[0] if code else ""
    return out


def includes():
    runtime = os.path.join(SOURCE, "runtime", "include")
    standin = os.path.join(SOURCE, "test", "Inputs", "aio-standin")
    return runtime if os.path.exists(runtime) else standin


def examples():
    with tempfile.TemporaryDirectory() as directory:
        files = {}
        for id_ in pitfalls():
            for kind, code in blocks(id_).items():
                path = os.path.join(directory, f"{id_}-{kind}.cpp")
                files[path] = (id_, kind)
                with open(path, "w", encoding="utf-8") as f:
                    f.write(code)
        run = subprocess.run(
            [BUILD + "/bin/corolint", "--format=json", *files, "--", "-std=c++20", "-I" + includes()],
            capture_output=True, text=True)
        if run.returncode not in (0, 1):
            fail(f"the examples do not compile:\n{run.stderr}")
            return
        found = {path: set() for path in files}
        for finding in json.loads(run.stdout):
            found.setdefault(finding["file"], set()).add(finding["rule"])
        for path, (id_, kind) in files.items():
            # What is found at run time only is shown by programs that tool/dev/debug_guide runs.
            want = {"coro-" + id_} if kind == "Bad" and "Static" in pitfalls()[id_]["by"] else set()
            if found[path] != want:
                fail(f"{id_}.md: {kind} is reported as {sorted(found[path])}")


def parity():
    """The table of asyncio's reports is whole, and the tests that it names exist."""
    text = read("docs", "design", "0005-asyncio-parity.md")
    rows = re.findall(r"^\| P(\d+) \|.*\| ([^|]*) \|$", text, re.M)
    if [int(number) for number, _ in rows] != list(range(1, 26)):
        fail("0005-asyncio-parity.md: the rows are not P1 to P25")
    known = set()
    for name in os.listdir(os.path.join(SOURCE, "test/runtime")):
        if name.endswith("_test.cpp"):
            known |= {".".join(pair) for pair in re.findall(r"^TEST\((\w+), (\w+)\)", read("test/runtime", name), re.M)}
    for number, tests in rows:
        names = re.findall(r"`([^`]+)`", tests)
        if not names:
            fail(f"0005-asyncio-parity.md: P{number} names no test")
        for name in names:
            if name not in known and not ("/" in name and os.path.exists(os.path.join(SOURCE, "test", name))):
                fail(f"0005-asyncio-parity.md: P{number} names '{name}', which is no test")


def messages():
    """Messages: lower case, no final stop, no advice in the headline's first words."""
    for directory in ("checks/rules",):
        for name in sorted(os.listdir(os.path.join(SOURCE, directory))):
            text = read(directory, name)
            # Adjacent string literals are one message.
            for call in re.findall(r'\b(?:diag|note)\(\s*[^"();]*(?:\([^()]*\))*[^"();]*,\s*((?:"(?:[^"\\]|\\.)*"\s*)+)', text):
                message = "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', call))
                if not message:
                    continue
                if message[0].isupper():
                    fail(f"{name}: '{message}' starts with a capital")
                if message.endswith("."):
                    fail(f"{name}: '{message}' ends with a stop")
                if re.match(r"(please|consider|you )", message):
                    fail(f"{name}: '{message}' talks to the reader")


def direction():
    """Which room may include which. See docs/contributing.md."""
    def check(room, pattern, allowed):
        base = os.path.join(SOURCE, room)
        if not os.path.isdir(base):
            return
        for path, _, names in os.walk(base):
            for name in names:
                if not name.endswith((".h", ".cpp")):
                    continue
                with open(os.path.join(path, name), encoding="utf-8") as f:
                    for include in re.findall(r'^#include "([^"]+)"', f.read(), re.M):
                        if re.match(pattern, include) and not re.match(allowed, include):
                            fail(f"{room}: {name} includes {include}")
    check("docs/pitfalls", r".*", r"pitfalls/")
    checks_direction()
    for name in os.listdir(os.path.join(SOURCE, "checks/rules")):
        if name.endswith(".h"):
            fail(f"checks/rules/{name}: rules have no headers")
        if re.search(r"::(asio|folly|cppcoro|seastar|QCoro|winrt|stdexec|unifex)\b",
                     read("checks/rules", name)):
            fail(f"checks/rules/{name} names a library")


ROOMS = ["facts", "code", "flow", "analyses", "rules"]  # each may include itself and those before it


def checks_direction():
    """Every include in checks/ runs down, and no two files (a header with its source) include each other."""
    base = os.path.join(SOURCE, "checks")
    arrows = {}
    for path, _, names in os.walk(base):
        if "include" in os.path.relpath(path, base).split(os.sep):
            continue  # what users' code includes
        for name in names:
            if not name.endswith((".h", ".cpp")):
                continue
            file = os.path.relpath(os.path.join(path, name), base)
            room = os.path.dirname(file)
            if room and room not in ROOMS:
                fail(f"checks/{file}: '{room}' is no room of the checker")
                continue
            stem = os.path.splitext(file)[0]
            for include in re.findall(r'^#include "([^"]+)"', read("checks", file), re.M):
                target = os.path.dirname(include)
                if include == "Check.h":
                    if room not in ("", "rules"):
                        fail(f"checks/{file} includes {include}")
                elif target in ROOMS:
                    if room and ROOMS.index(target) > ROOMS.index(room):
                        fail(f"checks/{file} includes {include}: that arrow runs up")
                    if not os.path.exists(os.path.join(base, include)):
                        fail(f"checks/{file} includes {include}, which is not there")
                elif not re.match(r"clang|llvm/|pitfalls/Pitfall\.h", include):
                    fail(f"checks/{file} includes {include}")
                arrows.setdefault(stem, set()).add(os.path.splitext(include)[0])
            if name.endswith(".cpp") and room not in ("", "rules") and not os.path.exists(os.path.join(base, stem + ".h")):
                fail(f"checks/{file} implements no header of its own")

    def reaches(start, goal, seen):
        for following in arrows.get(start, ()):
            if following == goal or (following not in seen and (seen.add(following) or reaches(following, goal, seen))):
                return True
        return False
    for stem, targets in arrows.items():
        for target in targets - {stem}:
            if reaches(target, stem, set()):
                fail(f"checks: {stem} and {target} include each other")


def spdx():
    for root in ("checks", "tool", "docs", "test", "runtime"):
        for path, _, names in os.walk(os.path.join(SOURCE, root)):
            for name in names:
                if not name.endswith((".h", ".cpp", ".def")) or "facts/shipped" in path:
                    continue
                with open(os.path.join(path, name), encoding="utf-8", errors="replace") as f:
                    head = "".join(f.readline() for _ in range(6))
                if "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" not in head and \
                        not re.search(r"/test/(checks|twins|misses|tool|rejects)", path):
                    fail(f"{os.path.relpath(os.path.join(path, name), SOURCE)} has no SPDX line")


def words():
    """The repository speaks of the project alone, and rooms have names."""
    listed = subprocess.run(["git", "-C", SOURCE, "ls-files"], capture_output=True, text=True)
    for name in listed.stdout.split("\n"):
        stem = os.path.splitext(os.path.basename(name))[0].lower()
        if stem in ("utils", "helpers", "common", "misc", "manager", "impl"):
            fail(f"{name}: a drawer, not a room")


if __name__ == "__main__":
    for part in sys.argv[1:]:
        globals()[part]()
    for text in failures:
        print(text)
    sys.exit(1 if failures else 0)
