# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares what an editor is shown with what the command prints, file by file: rule, line, column, message and notes.

A note that only carries a fix is left out: in an editor it is an action."""

import json
import os
import subprocess
import sys

from lsp import Client, ours, uri

split = sys.argv.index("--")
server, files = sys.argv[1].split(), [os.path.abspath(f) for f in sys.argv[2:split]]
flags = sys.argv[split + 1:]


def lower(message):
    message = message.removesuffix(" (fix available)")
    return message[:1].lower() + message[1:]


def told(path):
    out = subprocess.run(["corolint", "--format=json", path, "--", *flags], capture_output=True, text=True)
    assert out.returncode in (0, 1), out.stderr
    return sorted((f["line"], f["column"], f["rule"], lower(f["message"]), f["severity"] == "error",
                   tuple(sorted((n["line"], n["column"], lower(n["message"])) for n in f["notes"] if not n["message"].startswith("add 'co_await'"))))
                  for f in json.loads(out.stdout) if f["rule"].startswith("coro-") and f["file"].endswith(os.path.basename(path)))


def shown(client, path):
    client.open(path)
    return sorted((d["range"]["start"]["line"] + 1, d["range"]["start"]["character"] + 1, d["code"],
                   lower(d["message"]), d["severity"] == 1,
                   tuple(sorted((n["location"]["range"]["start"]["line"] + 1,
                                 n["location"]["range"]["start"]["character"] + 1, lower(n["message"]))
                                for n in d.get("relatedInformation", []) if not lower(n["message"]).startswith("add 'co_await'"))))
                  for d in ours(client.wait(path)))


os.makedirs("same", exist_ok=True)
with open("same/compile_commands.json", "w") as out:
    json.dump([{"directory": os.getcwd(), "file": f, "arguments": ["g++", *flags, "-c", f]} for f in files], out)
client = Client([*server, "-p=same" if server[-1] == "lsp" else "--compile-commands-dir=same"], encodings=["utf-8"])
total, different = 0, 0
for path in files:
    command, editor = told(path), shown(client, path)
    total += len(command)
    if command != editor:
        different += 1
        print(f"{path}: the editor shows other findings")
        for finding in command:
            if finding not in editor:
                print("  only the command:", finding)
        for finding in editor:
            if finding not in command:
                print("  only the editor: ", finding)
    client.close(path)
assert client.end() == 0
print(f"{len(files)} files, {total} findings, {different} files differ")
