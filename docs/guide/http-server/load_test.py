#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Puts the HTTP server under load by wrk and stops it in the middle of it. Usage: load_test.py PROGRAM WRK

Speed decides nothing here. A first load must end without any error. In the second one SIGTERM arrives: every request
that the server has read must be answered, and it must leave by itself.
"""
import re
import signal
import subprocess
import sys

CONNECTIONS = 32


def require(condition, text):
    if not condition:
        sys.exit("load_test: " + text)


def load(port, seconds):
    return subprocess.Popen([sys.argv[2], "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s",
                             f"http://127.0.0.1:{port}/key"], stdout=subprocess.PIPE, text=True)


def completed(output):
    return int(re.search(r"(\d+) requests in", output).group(1))


server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, text=True)
try:
    port = int(server.stdout.readline().split()[-1])
    # wrk counts what is not 2xx or 3xx: there must be a value to get.
    subprocess.run([sys.executable, "-c", "import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], b'value', "
                    "method='PUT'))", f"http://127.0.0.1:{port}/key"], check=True)

    quiet = load(port, 1)
    output = quiet.communicate()[0]
    require(quiet.returncode == 0 and completed(output) > 0, "nothing was answered:\n" + output)
    require("Socket errors" not in output and "Non-2xx" not in output, "errors without a reason:\n" + output)
    first = completed(output)

    interrupted = load(port, 2)
    # A request of our own comes back: the load has begun, or is about to.
    subprocess.run([sys.executable, "-c", "import sys, urllib.request as u; u.urlopen(sys.argv[1])",
                    f"http://127.0.0.1:{port}/key"], check=True)
    server.send_signal(signal.SIGTERM)
    last = server.stdout.readline()
    require(server.wait(60) == 0, f"the server ended with {server.returncode}")
    output = interrupted.communicate()[0]
    counts = re.fullmatch(r"stopped: (\d+) requests, (\d+) answers, (\d+) broken connections\n", last)
    require(counts, "the server said " + repr(last))
    received, answered, broken = map(int, counts.groups())
    # wrk breaks its connections off at the end of its time; one that is broken off can have missed one answer.
    require(received - broken <= answered <= received, "not every request was answered: " + last)
    require(broken <= CONNECTIONS, "connections broke while stopping: " + last)
    require(answered + broken >= first + completed(output) + 2, f"{answered} answers are fewer than what arrived")
    require("Non-2xx" not in output, "a wrong answer while stopping:\n" + output)
finally:
    if server.poll() is None:
        server.kill()
