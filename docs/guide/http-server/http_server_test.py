#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Drives the HTTP server over loopback, and stops it while requests are on their way; in debug
mode, which has nothing to report. Usage: http_server_test.py PROGRAM"""
import os
import signal
import socket
import subprocess
import sys


def response(stream):
    status = stream.readline().decode().split(" ", 1)[1].strip()
    length = 0
    while (line := stream.readline().strip().lower()):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    return status, stream.read(length)


def check(got, wanted):
    if got != wanted:
        sys.exit(f"got {got}, wanted {wanted}")


# How long a step takes is the machine's business.
debug = dict(os.environ, AIO_DEBUG="1,slow-step=off")
server = subprocess.Popen([sys.argv[1]], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=debug)
try:
    port = int(server.stdout.readline().split()[-1])
    connect = lambda: socket.create_connection(("127.0.0.1", port), timeout=30)

    # One connection, kept alive.
    one = connect()
    stream = one.makefile("rb")
    one.sendall(b"PUT /a HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello")
    check(response(stream), ("200 OK", b""))
    one.sendall(b"GET /a HTTP/1.1\r\n\r\n")
    check(response(stream), ("200 OK", b"hello"))
    one.sendall(b"GET /b HTTP/1.1\r\n\r\nDELETE /a HTTP/1.1\r\n\r\n")
    check(response(stream), ("404 Not Found", b""))
    check(response(stream), ("200 OK", b""))
    one.sendall(b"GET /a HTTP/1.1\r\nConnection: close\r\n\r\n")
    check(response(stream), ("404 Not Found", b""))
    check(stream.read(), b"")

    bad = connect()
    bad.sendall(b"nonsense\r\n\r\n")
    check(response(bad.makefile("rb"))[0], "400 Bad Request")

    # Many connections, all accepted, each with requests on their way when the signal comes.
    clients = [connect() for _ in range(50)]
    streams = [c.makefile("rb") for c in clients]
    for c, s in zip(clients, streams):
        c.sendall(b"GET /x HTTP/1.1\r\n\r\n")
        check(response(s)[0], "404 Not Found")
    for i, c in enumerate(clients):
        c.sendall(b"PUT /k%d HTTP/1.1\r\nContent-Length: 1\r\n\r\nx" % i + b"GET /k%d HTTP/1.1\r\n\r\n" % i)
    server.send_signal(signal.SIGTERM)
    for s in streams:
        check(response(s), ("200 OK", b""))
        check(response(s), ("200 OK", b"x"))
        check(s.read(), b"")
    check(server.stdout.readline(), "stopped: 155 requests, 155 answers, 0 broken connections\n")
    check(server.stderr.read(), "")
    check(server.wait(30), 0)
finally:
    if server.poll() is None:
        server.kill()
