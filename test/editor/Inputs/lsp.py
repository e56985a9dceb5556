# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""A language client for tests: starts a server, talks to it, and waits for what it is to say; it never sleeps."""

import json
import os
import queue
import subprocess
import threading

#: What a test waits for at most; a server that needs longer hangs.
PATIENCE = 120


class ServerGone(Exception):
    pass


def uri(path):
    return "file://" + os.path.abspath(path)


def encode(message):
    data = message if isinstance(message, bytes) else json.dumps(message).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


class Client:
    """One server and what it has said."""

    def __init__(self, command, capabilities=None, root=None, encodings=None, initialize=True, stderr=None, **options):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr, **options)
        self.said = queue.Queue()
        self.thread = threading.Thread(target=self._read, daemon=True)
        self.thread.start()
        self.next_id = 0
        self.texts = {}
        self.versions = {}
        self.published = {}   # uri -> list of (version, diagnostics)
        self.messages = []    # other notifications
        self.early = {}       # answers nobody waited for yet
        if initialize:
            capabilities = capabilities or {
                "textDocument": {
                    "hover": {"contentFormat": ["markdown", "plaintext"]},
                    "codeAction": {"codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix"]}}},
                    "publishDiagnostics": {"relatedInformation": True, "codeDescriptionSupport": True,
                                           "codeActionsInline": False},
                }}
            if encodings:
                capabilities["general"] = {"positionEncodings": encodings}
                capabilities["offsetEncoding"] = encodings
            self.initialized = self.request("initialize", {
                "processId": os.getpid(), "rootUri": uri(root or "."), "capabilities": capabilities})
            self.notify("initialized", {})

    def _read(self):
        out = self.process.stdout
        while True:
            length = None
            while True:
                line = out.readline()
                if not line:
                    self.said.put(None)
                    return
                if line == b"\r\n":
                    break
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.said.put(json.loads(out.read(length)))

    # Sending.
    def send_bytes(self, data):
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def send(self, message):
        self.send_bytes(encode({"jsonrpc": "2.0", **message}))

    def notify(self, method, params):
        self.send({"method": method, "params": params})

    def ask(self, method, params):
        """Sends a request; answers its id."""
        self.next_id += 1
        self.send({"id": self.next_id, "method": method, "params": params})
        return self.next_id

    # Receiving.
    def pump(self):
        """Takes one message, and notes it."""
        message = self.said.get(timeout=PATIENCE)
        if message is None:
            raise ServerGone()
        if "method" in message:
            if "id" in message:   # a request of the server's
                self.send({"id": message["id"], "result": None})
            elif message["method"] == "textDocument/publishDiagnostics":
                params = message["params"]
                self.published.setdefault(params["uri"], []).append((params.get("version"), params["diagnostics"]))
            else:
                self.messages.append(message)
        else:
            self.early[message["id"]] = message

    def answer(self, wanted):
        """The whole answer to the request of that id."""
        while wanted not in self.early:
            self.pump()
        return self.early.pop(wanted)

    def request(self, method, params):
        message = self.answer(self.ask(method, params))
        assert "error" not in message, message
        return message["result"]

    # Files.
    def open(self, path, text=None, language="cpp"):
        if text is None:
            with open(path, encoding="utf-8") as f:
                text = f.read()
        self.texts[path], self.versions[path] = text, 1
        self.notify("textDocument/didOpen", {"textDocument": {
            "uri": uri(path), "languageId": language, "version": 1, "text": text}})

    def change(self, path, text, changes=None):
        self.texts[path] = text
        self.versions[path] += 1
        self.notify("textDocument/didChange", {
            "textDocument": {"uri": uri(path), "version": self.versions[path]},
            "contentChanges": changes or [{"text": text}]})

    def close(self, path):
        self.notify("textDocument/didClose", {"textDocument": {"uri": uri(path)}})

    def wait(self, path, accept=lambda diagnostics: True):
        """The diagnostics of the version that was sent last, once they please."""
        while True:
            for version, diagnostics in reversed(self.published.get(uri(path), [])):
                if version == self.versions.get(path) and accept(diagnostics):
                    return diagnostics
                break
            self.pump()

    def at(self, path, line, character):
        return {"textDocument": {"uri": uri(path)}, "position": {"line": line, "character": character}}

    def hover(self, path, line, character):
        return self.request("textDocument/hover", self.at(path, line, character))

    def actions(self, path, diagnostic, **context):
        return self.request("textDocument/codeAction", {
            "textDocument": {"uri": uri(path)}, "range": diagnostic["range"],
            "context": {"diagnostics": [diagnostic], **context}})

    def apply(self, path, action):
        """The text of the file after the action's edits; columns are in UTF-16."""
        edit = action["edit"]
        edits = edit.get("changes", {}).get(uri(path), [])
        for change in edit.get("documentChanges", []):
            edits = edits + change["edits"]
        lines = self.texts[path].split("\n")

        def offset(position):
            line = lines[position["line"]]
            units = line.encode("utf-16-le")[:2 * position["character"]].decode("utf-16-le")
            return sum(len(l) + 1 for l in lines[:position["line"]]) + len(units)

        text = self.texts[path]
        for e in sorted(edits, key=lambda e: offset(e["range"]["start"]), reverse=True):
            text = text[:offset(e["range"]["start"])] + e["newText"] + text[offset(e["range"]["end"]):]
        return text

    def end(self):
        """Says good-bye; answers the exit status."""
        self.request("shutdown", None)
        self.notify("exit", None)
        return self.wait_for_exit()

    def wait_for_exit(self):
        status = self.process.wait(timeout=PATIENCE)
        self.thread.join()
        return status


def ours(diagnostics):
    return [d for d in diagnostics if str(d.get("code", "")).startswith("coro-")]


def children(pid):
    """The processes that this one started."""
    with open(f"/proc/{pid}/task/{pid}/children") as f:
        return [int(child) for child in f.read().split()]


def is_alive(pid):
    try:
        with open(f"/proc/{pid}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] not in "ZX"
    except FileNotFoundError:
        return False
