#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The benchmark's rows on CPython's asyncio; prints seconds per operation as JSON."""

import asyncio
import json
import sys
import time

AWAITS, SPAWNED, YIELDS, TIMERS, ROUND_TRIPS, ECHOES, SLEEPERS = 100_000, 10_000, 20_000, 10_000, 5_000, 3_200, 100_000
MESSAGE = b"x" * 64


async def child(n):
    return n


async def await_children():
    for i in range(AWAITS):
        await child(i)


async def nothing():
    pass


async def spawn_and_join(count):
    tasks = [asyncio.create_task(nothing()) for _ in range(count)]
    for task in tasks:
        await task


async def yielding():
    for _ in range(YIELDS):
        await asyncio.sleep(0)


async def sleep_all():
    delays = [((i * 2654435761 & 0xFFFFFFFF) >> 8) % 1000 / 1e6 for i in range(TIMERS)]
    tasks = [asyncio.create_task(asyncio.sleep(delay)) for delay in delays]
    for task in tasks:
        await task


async def return_everything(there, back):
    for _ in range(ROUND_TRIPS):
        await back.put(await there.get())


async def ping_pong():
    there, back = asyncio.Queue(1), asyncio.Queue(1)
    other = asyncio.create_task(return_everything(there, back))
    for i in range(ROUND_TRIPS):
        await there.put(i)
        await back.get()
    await other


async def serve(reader, writer):
    while data := await reader.read(4096):
        writer.write(data)
        await writer.drain()
    writer.close()


async def talk(port, count):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for _ in range(count):
        writer.write(MESSAGE)
        await writer.drain()
        await reader.readexactly(len(MESSAGE))
    writer.close()
    await writer.wait_closed()


async def echo_all(connections):
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.gather(*(talk(port, ECHOES // connections) for _ in range(connections)))
    server.close()
    await server.wait_closed()


def resident():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096


async def fall_asleep():
    before = resident()
    tasks = [asyncio.create_task(asyncio.sleep(3600)) for _ in range(SLEEPERS)]
    await asyncio.sleep(0)
    size = (resident() - before) / SLEEPERS
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return size


def timed(coroutine, items):
    start = time.perf_counter()
    result = asyncio.run(coroutine)
    return (time.perf_counter() - start) / items, result


def main():
    size_time, size = timed(fall_asleep(), SLEEPERS)
    print(json.dumps({
        "sleepers": size_time,
        "bytes": size,
        "await": timed(await_children(), AWAITS)[0],
        "spawn": timed(spawn_and_join(SPAWNED), SPAWNED)[0],
        "yield": timed(yielding(), YIELDS)[0],
        "timers": timed(sleep_all(), TIMERS)[0],
        "queue": timed(ping_pong(), ROUND_TRIPS)[0],
        "echo/1": timed(echo_all(1), ECHOES)[0],
        "echo/64": timed(echo_all(64), ECHOES)[0],
    }))


if __name__ == "__main__":
    sys.exit(main())
