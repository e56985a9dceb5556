#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs the runtime's benchmarks in turns and prints one table of ratios: Asio and asyncio to aio, debug mode to none.

usage: table.py DIRECTORY-OF-THE-BINARIES [ROUNDS]

The contestants take turns; the fastest round of each counts, because noise only ever adds.
"""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = {
    "await": "await a child",
    "spawn": "spawn and join, 10,000 at once",
    "yield": "yield through the loop",
    "timers": "spawn, sleep 0-1 ms, join",
    "queue": "queue round trip, capacity 1",
    "echo/1": "TCP echo, 1 connection",
    "echo/64": "TCP echo, 64 connections",
    "sleepers": "100,000 sleep, are cancelled",
}
SCALES = ["scale/1000", "scale/10000", "scale/100000", "scale/1000000"]


def google_benchmark(binary, chosen, debug=False):
    """Seconds per operation by row, and the counters of the sleepers."""
    environment = dict(os.environ, AIO_DEBUG="1,slow-step=off,never-yields=off" if debug else "")
    # Making 100,000 tasks in one step, or awaiting as often, is what rows are about; the watchdog runs all the same.
    environment.pop("AIO_DEBUG_LOG", None)
    command = [binary, "--benchmark_format=json", "--benchmark_min_time=0.2", "--benchmark_filter=" + chosen]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=True)
    if debug and done.stderr.count(b"warning:"):
        sys.exit("debug mode reports something in the benchmark:\n" + done.stderr.decode())
    result = {}
    for row in json.loads(done.stdout)["benchmarks"]:
        name = row["name"].replace("/real_time", "").replace("/iterations:1", "")
        result[name] = 1 / row["items_per_second"]
        if "bytes" in row:
            result["bytes"] = row["bytes"]
    return result


def asyncio_benchmark(chosen):
    del chosen
    done = subprocess.run(["/usr/bin/python3", HERE + "/asyncio_bench.py"], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def main():
    where, rounds = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5
    contestants = {
        "aio": lambda chosen: google_benchmark(where + "/bench_aio", chosen),
        "hookless": lambda chosen: google_benchmark(where + "/bench_hookless", chosen),
        "debug": lambda chosen: google_benchmark(where + "/bench_aio", chosen, debug=True),
        "asio": lambda chosen: google_benchmark(where + "/bench_asio", chosen),
        "floor": lambda chosen: google_benchmark(where + "/bench_floor", chosen),
        "asyncio": asyncio_benchmark,
    }
    best = {name: {} for name in contestants}
    for round_ in range(rounds):
        for name, run in contestants.items():
            # Memory is measured in a fresh process.
            for chosen in [".*"] if name in ("asyncio", "floor") else ["^sleepers", "^(await|spawn|yield|timers|queue|echo|scale)"]:
                for row, seconds in run(chosen).items():
                    best[name][row] = min(best[name].get(row, seconds), seconds)
        print(f"round {round_ + 1} of {rounds}", file=sys.stderr)

    aio, hookless, debug, asio, python, floor = (
        best[n] for n in ("aio", "hookless", "debug", "asio", "asyncio", "floor"))
    print(f"best of {rounds} rounds; x: how much longer it takes than in aio")
    print(f"{'':32}{'aio':>10}{'floor':>9}{'Asio':>9}{'asyncio':>10}{'no hooks':>10}{'aio, debug':>12}")
    for row, text in ROWS.items():
        ratio = lambda other: f"{other[row] / aio[row]:.2f}x" if row in other else "-"  # noqa: E731
        print(f"{text:32}{aio[row] * 1e9:7.0f} ns{ratio(floor):>9}{ratio(asio):>9}{ratio(python):>10}{ratio(hookless):>10}{ratio(debug):>12}")
    print(f"{'memory of a sleeping task':32}{aio['bytes']:8.0f} B{'-':>9}{asio['bytes'] / aio['bytes']:8.2f}x"
          f"{python['bytes'] / aio['bytes']:9.2f}x{hookless['bytes'] / aio['bytes']:9.2f}x{debug['bytes'] / aio['bytes']:11.2f}x")
    for row in SCALES:
        count = int(row.split("/")[1])
        print(f"{f'spawn and join, {count:,} at once':32}{aio[row] * 1e9:7.0f} ns{'-':>9}"
              f"{asio[row] / aio[row]:8.2f}x{'-':>10}{hookless[row] / aio[row]:9.2f}x{debug[row] / aio[row]:11.2f}x")


if __name__ == "__main__":
    sys.exit(main())
