# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Plays scenarios on CPython's asyncio: what scenario_player.cpp does on aio. record.mjs runs it in CPython 3.14.

Three things of CPython depend on addresses or on who asks first, and are made definite here: timers with equal deadlines
run in the order in which they were made, a task group keeps its tasks in that order, and every reader of a cancellation
gets its message.
"""
import sys
# The classes written in Python, not in C: they can be changed, and count their recursion.
for _name in [m for m in sys.modules if m.split('.')[0] == 'asyncio']:
    del sys.modules[_name]
sys.modules['_asyncio'] = None
import asyncio
import collections
from asyncio import base_events, events
from asyncio import futures

def _mk(self):
    exc = self._cancelled_exc
    if exc is not None:
        return asyncio.CancelledError(*exc.args)
    return asyncio.CancelledError() if self._cancel_message is None else asyncio.CancelledError(self._cancel_message)
futures.Future._make_cancelled_error = _mk

class Deadlock(Exception):
    pass
seq = [0]

class OrderedTimer(events.TimerHandle):

    def __init__(self, *a, **k):
        super().__init__(*a, **k)
        seq[0] += 1
        self._seq = seq[0]

    def __lt__(self, o):
        return (self._when, self._seq) < (o._when, o._seq)
events.TimerHandle = OrderedTimer

class OrderedSet(dict):

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

class Sel:

    def __init__(s, l):
        s.l = l

    def select(s, timeout):
        if timeout is None:
            raise Deadlock()
        s.l.now += timeout
        return []

    def close(s):
        pass

class VLoop(base_events.BaseEventLoop):

    def __init__(s):
        super().__init__()
        s.now = 0.0
        s._clock_resolution = 1e-09
        s._selector = Sel(s)

    def time(s):
        return s.now

    def _process_events(s, e):
        pass

    def _write_to_self(s):
        pass

class E(Exception):
    pass
REC = [0]

def describe(e):
    if isinstance(e, RecursionError):
        REC[0] = 1
    if isinstance(e, asyncio.CancelledError):
        return 'cancelled(%s)' % (e.args[0] if e.args and e.args[0] is not None else '')
    if isinstance(e, BaseExceptionGroup):
        return 'group[' + ','.join((describe(x) for x in e.exceptions)) + ']'
    if isinstance(e, E):
        return 'E%s' % e.args[0]
    if isinstance(e, asyncio.QueueShutDown):
        return 'qshut'
    if isinstance(e, asyncio.QueueEmpty):
        return 'qempty'
    if isinstance(e, asyncio.QueueFull):
        return 'qfull'
    if isinstance(e, asyncio.BrokenBarrierError):
        return 'broken'
    if isinstance(e, asyncio.InvalidStateError):
        return 'invalid'
    if isinstance(e, TimeoutError):
        return 'timeout'
    if isinstance(e, ValueError):
        return 'value'
    if isinstance(e, StopAsyncIteration):
        return 'stop'
    if isinstance(e, GeneratorExit):
        return 'gexit'
    if isinstance(e, RuntimeError):
        return 'runtime'
    return type(e).__name__ + str(e)

class Node:
    __slots__ = ('a', 'id', 'f')

def parse(s):
    toks = s.replace('(', ' ( ').replace(')', ' ) ').split()
    pos = 0
    cnt = [0]

    def rec():
        nonlocal pos
        n = Node()
        n.id = cnt[0]
        cnt[0] += 1
        n.a = []
        pos += 1
        n.f = toks[pos]
        pos += 1
        while toks[pos] != ')':
            if toks[pos] == '(':
                n.a.append(rec())
            else:
                n.a.append(int(toks[pos]))
                pos += 1
        pos += 1
        return n
    return rec()
Ctx = collections.namedtuple('Ctx', 'me tg to')

class Run:

    def __init__(s, loop):
        s.loop = loop
        s.log = []
        s.on = True
        s.tasks = []
        s.futs = [loop.create_future() for _ in range(3)]
        s.q = [asyncio.Queue(1), asyncio.Queue(2), asyncio.Queue()]
        s.locks = [asyncio.Lock(), asyncio.Lock()]
        s.ev = asyncio.Event()
        s.cond = asyncio.Condition(s.locks[1])
        s.sem = asyncio.Semaphore(1)
        s.sem2 = asyncio.Semaphore(2)
        s.bar = asyncio.Barrier(2)
        s.gens = {}

    def L(s, *a):
        if s.on:
            s.log.append('%d ' % round(s.loop.time() * 1) + ' '.join((str(x) for x in a)))

    async def ops(s, n, c):
        for o in n.a:
            await s.op(o, c)

    async def op(s, o, c):
        try:
            r = await getattr(s, 'o_' + o.f)(o.a, c, o.id)
        except BaseException as e:
            s.L(c.me, o.id, o.f, describe(e))
            raise
        s.L(c.me, o.id, o.f, r)

    async def body(s, n, to=None):
        c = Ctx(n.id, None, None)
        s.L(n.id, 'start', asyncio.current_task().cancelling())
        await s.ops(n, c)
        s.L(n.id, 'end')
        return n.id

    def spawn(s, n, **k):
        t = s.loop.create_task(s.body(n), **k)
        s.tasks.append(t)
        return t

    def t(s, k):
        return s.tasks[k % len(s.tasks)]

    async def o_do(s, a, c, i):
        for o in a:
            await s.op(o, c)
        return 'ok'

    async def o_sleep(s, a, c, i):
        await asyncio.sleep(a[0])
        return 'ok'

    async def o_put(s, a, c, i):
        await s.q[a[0]].put(i)
        return 'ok'

    async def o_get(s, a, c, i):
        return await s.q[a[0]].get()

    async def o_putnw(s, a, c, i):
        s.q[a[0]].put_nowait(i)
        return 'ok'

    async def o_getnw(s, a, c, i):
        return s.q[a[0]].get_nowait()

    async def o_done(s, a, c, i):
        s.q[a[0]].task_done()
        return 'ok'

    async def o_join(s, a, c, i):
        await s.q[a[0]].join()
        return 'ok'

    async def o_shut(s, a, c, i):
        s.q[a[0]].shutdown(bool(a[1]))
        return 'ok'

    async def o_qsize(s, a, c, i):
        return '%d%d%d' % (s.q[0].qsize(), s.q[1].qsize(), s.q[2].qsize())

    async def o_lock(s, a, c, i):
        async with s.locks[a[0]]:
            await s.ops(a[1], c)
        return 'ok'

    async def o_acq(s, a, c, i):
        await s.locks[a[0]].acquire()
        return 'ok'

    async def o_rel(s, a, c, i):
        s.locks[a[0]].release()
        return 'ok'

    async def o_sem(s, a, c, i):
        async with (s.sem, s.sem2)[a[0]]:
            await s.ops(a[1], c)
        return 'ok'

    async def o_acqs(s, a, c, i):
        await (s.sem, s.sem2)[a[0]].acquire()
        return 'ok'

    async def o_rels(s, a, c, i):
        (s.sem, s.sem2)[a[0]].release()
        return str(int((s.sem, s.sem2)[a[0]].locked()))

    async def o_evset(s, a, c, i):
        s.ev.set()
        return 'ok'

    async def o_evclr(s, a, c, i):
        s.ev.clear()
        return 'ok'

    async def o_evwait(s, a, c, i):
        await s.ev.wait()
        return 'ok'

    async def o_cwait(s, a, c, i):
        async with s.cond:
            await s.cond.wait()
        return 'ok'

    async def o_cwait0(s, a, c, i):
        await s.cond.wait()
        return 'ok'

    async def o_cnotify(s, a, c, i):
        async with s.cond:
            s.cond.notify(a[0])
        return 'ok'

    async def o_cnotify0(s, a, c, i):
        s.cond.notify(a[0])
        return 'ok'

    async def o_bwait(s, a, c, i):
        return await s.bar.wait()

    async def o_babort(s, a, c, i):
        await s.bar.abort()
        return 'ok'

    async def o_breset(s, a, c, i):
        await s.bar.reset()
        return 'ok'

    async def o_bstate(s, a, c, i):
        return '%d%d' % (s.bar.n_waiting, s.bar.broken)

    async def o_cancel(s, a, c, i):
        return int(s.t(a[0]).cancel('m%d' % a[1]) if a[1] else s.t(a[0]).cancel())

    async def o_uncancel(s, a, c, i):
        return asyncio.current_task().uncancel()

    async def o_cancelling(s, a, c, i):
        return asyncio.current_task().cancelling()

    async def o_self(s, a, c, i):
        return int(asyncio.current_task().cancel('s%d' % a[0]))

    async def o_spawn(s, a, c, i):
        s.spawn(a[0])
        return 'ok'

    async def o_eager(s, a, c, i):
        s.spawn(a[0], eager_start=True)
        return 'ok'

    async def o_awt(s, a, c, i):
        return await s.t(a[0])

    async def o_shield(s, a, c, i):
        return await asyncio.shield(s.t(a[0]))

    async def o_shieldf(s, a, c, i):
        return await asyncio.shield(s.futs[a[0]])

    async def o_try(s, a, c, i):
        err = None
        try:
            await s.ops(a[2], c)
        except BaseException as e:
            if a[0] == 0 and (not isinstance(e, asyncio.CancelledError)):
                raise
            if a[0] == 1 and (not isinstance(e, Exception)):
                raise
            err = e
        if err is not None:
            await s.ops(a[3], c)
            if a[1]:
                raise err
            return 'caught'
        return 'ok'

    async def o_timeout(s, a, c, i):
        async with asyncio.timeout(None if a[0] < 0 else a[0]) as t:
            await s.ops(a[1], c._replace(to=t))
        return 'ok%d' % t.expired()

    async def o_resched(s, a, c, i):
        if c.to is None:
            return 'none'
        c.to.reschedule(None if a[0] < 0 else s.loop.time() + a[0])
        return 'ok%d' % c.to.expired()

    async def o_tg(s, a, c, i):
        async with asyncio.TaskGroup() as tg:
            tg._tasks = OrderedSet()
            for n in a[:-1]:
                s.tasks.append(tg.create_task(s.body(n)))
            await s.ops(a[-1], c._replace(tg=tg))
        return 'ok'

    async def o_tgadd(s, a, c, i):
        if c.tg is None:
            return 'none'
        s.tasks.append(c.tg.create_task(s.body(a[0])))
        return 'ok'

    async def o_tgbody(s, a, c, i):
        tg = c.tg
        if tg is None:
            return 'none'

        async def child():
            await s.ops(a[0], Ctx(a[0].id, tg, None))
            return -1
        s.tasks.append(tg.create_task(child()))
        return 'ok'

    def res(s, x):
        return describe(x) if isinstance(x, BaseException) else str(x)

    async def o_gather(s, a, c, i):
        ts = [s.spawn(n) for n in a[1:]]
        r = await asyncio.gather(*ts, return_exceptions=bool(a[0]))
        return '[' + ','.join(map(s.res, r)) + ']'

    async def o_gatherc(s, a, c, i):
        r = await asyncio.gather(*[s.body(n) for n in a[1:]], return_exceptions=bool(a[0]))
        return '[' + ','.join(map(s.res, r)) + ']'

    async def o_gathert(s, a, c, i):
        r = await asyncio.gather(s.t(a[1]), s.t(a[2]), s.futs[a[3]], return_exceptions=bool(a[0]))
        return '[' + ','.join(map(s.res, r)) + ']'

    async def o_wait(s, a, c, i):
        ts = [s.spawn(n) for n in a[2:]]
        d, p = await asyncio.wait(ts, timeout=None if a[1] < 0 else a[1], return_when=('ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION')[a[0]])
        return '[' + ','.join((str(k) for k, t in enumerate(ts) if t in d)) + ']'

    async def o_waitt(s, a, c, i):
        ts = [s.t(a[2]), s.futs[a[3]]]
        d, p = await asyncio.wait(ts, timeout=None if a[1] < 0 else a[1], return_when=('ALL_COMPLETED', 'FIRST_COMPLETED', 'FIRST_EXCEPTION')[a[0]])
        return '[' + ','.join((str(k) for k, t in enumerate(ts) if t in d)) + ']'

    async def o_waitfor(s, a, c, i):
        return await asyncio.wait_for(s.body(a[1]), None if a[0] == -1 else a[0] if a[0] >= 0 else a[0] + 1)

    async def o_waitft(s, a, c, i):
        return await asyncio.wait_for(s.t(a[1]), None if a[0] < 0 else a[0])

    async def o_waitff(s, a, c, i):
        return await asyncio.wait_for(s.futs[a[1]], None if a[0] < 0 else a[0])

    async def o_ascomp(s, a, c, i):
        ts = [s.spawn(n) for n in a[1:]]
        for f in asyncio.as_completed(ts, timeout=None if a[0] < 0 else a[0]):
            try:
                r = str(await f)
            except asyncio.CancelledError as e:
                if asyncio.current_task().cancelling():
                    raise
                r = describe(e)
            except Exception as e:
                r = describe(e)
            s.L(c.me, i, 'item', r)
        return 'ok'

    async def o_ascompa(s, a, c, i):
        ts = [s.spawn(n) for n in a[1:]]
        async for f in asyncio.as_completed(ts, timeout=None if a[0] < 0 else a[0]):
            s.L(c.me, i, 'item', ts.index(f))
        return 'ok'

    async def o_raise(s, a, c, i):
        raise E(i)

    async def o_raisec(s, a, c, i):
        raise asyncio.CancelledError('r')

    async def o_raiset(s, a, c, i):
        raise TimeoutError()

    async def o_fset(s, a, c, i):
        s.futs[a[0]].set_result(i)
        return 'ok'

    async def o_fexc(s, a, c, i):
        s.futs[a[0]].set_exception(E(i))
        return 'ok'

    async def o_fcancel(s, a, c, i):
        return int(s.futs[a[0]].cancel('f%d' % a[1]))

    async def o_fawait(s, a, c, i):
        return await s.futs[a[0]]

    async def o_fnew(s, a, c, i):
        s.futs[a[0]] = s.loop.create_future()
        return 'ok'

    async def o_fcb(s, a, c, i):
        s.futs[a[0]].add_done_callback(lambda f: s.L(i, 'fcb', f.cancelled()))
        return 'ok'

    async def o_tcb(s, a, c, i):
        s.t(a[0]).add_done_callback(lambda f: s.L(i, 'tcb', f.cancelled()))
        return 'ok'

    async def o_csoon(s, a, c, i):
        s.loop.call_soon(s.L, i, 'soon')
        return 'ok'

    async def o_clater(s, a, c, i):
        s.loop.call_later(a[0], s.L, i, 'later')
        return 'ok'

    async def o_ccancel(s, a, c, i):
        t = s.t(a[0])
        s.loop.call_soon(lambda: s.L(i, 'ccancel', int(t.cancel('c%d' % a[1]))))
        return 'ok'

    async def o_lcancel(s, a, c, i):
        t = s.t(a[0])
        s.loop.call_later(a[1], lambda: s.L(i, 'lcancel', int(t.cancel('l'))))
        return 'ok'

    async def o_lset(s, a, c, i):
        f = s.futs[a[1]]

        def go():
            if not f.done():
                f.set_result(i)
        s.loop.call_later(a[0], go)
        return 'ok'

    def tstate(s, t):
        if not t.done():
            return 'pending%d' % t.cancelling()
        if t.cancelled():
            try:
                t.exception()
            except asyncio.CancelledError as e:
                return describe(e)
        if t.exception() is not None:
            return describe(t.exception())
        return str(t.result())

    async def o_tstate(s, a, c, i):
        return s.tstate(s.t(a[0]))

    async def gen(s, n):
        c = Ctx(n.id, None, None)
        err = None
        try:
            await s.ops(n.a[0], c)
            x = (yield 1)
            s.L(n.id, 'sent', x)
            await s.ops(n.a[1], c)
            x = (yield 2)
            s.L(n.id, 'sent', x)
        except BaseException as e:
            s.L(n.id, 'gen', describe(e))
            err = e
        await s.ops(n.a[2], c)
        if err is not None and (not n.id % 5 == 0):
            raise err

    async def o_gnew(s, a, c, i):
        s.gens[a[0]] = s.gen(a[1])
        return 'ok'

    async def o_gnext(s, a, c, i):
        if a[0] not in s.gens:
            return 'none'
        try:
            return await s.gens[a[0]].__anext__() or 'stop'
        except StopAsyncIteration:
            return 'stop'

    async def o_gsend(s, a, c, i):
        if a[0] not in s.gens:
            return 'none'
        try:
            return await s.gens[a[0]].asend(i)
        except StopAsyncIteration:
            return 'stop'
        except TypeError:
            return 'type'

    async def o_gthrow(s, a, c, i):
        if a[0] not in s.gens:
            return 'none'
        try:
            return await s.gens[a[0]].athrow(E(i)) or 'stop'
        except StopAsyncIteration:
            return 'stop'

    async def o_gclose(s, a, c, i):
        if a[0] not in s.gens:
            return 'none'
        await s.gens[a[0]].aclose()
        return 'ok'

async def main(r, p):
    for n in p.a:
        r.spawn(n)
    await asyncio.sleep(1000)
    for t in list(r.tasks):
        r.L('state', r.tstate(t))
    for t in list(r.tasks):
        if not t.done():
            t.cancel('end')
    await asyncio.sleep(1000)
    for t in list(r.tasks):
        r.L('state', r.tstate(t))
    r.on = False

def run(line):
    p = parse(line)
    loop = VLoop()
    REC[0] = 0

    def eh(l, c):
        if isinstance(c.get('exception'), RecursionError):
            REC[0] = 1
    loop.set_exception_handler(eh)
    events._set_running_loop(None)
    r = None

    async def m():
        nonlocal r
        r = Run(loop)
        await main(r, p)
    try:
        loop.run_until_complete(m())
    except BaseException as e:
        r.log.append('main ' + describe(e))
    r.on = False
    try:
        ts = asyncio.all_tasks(loop)
        for t in ts:
            t.cancel()
    except BaseException:
        pass
    return ['skip'] if REC[0] else r.log

def play(scenarios):
    """The logs of the scenarios, one a line; None for one that CPython cannot play, because it cancels in a circle."""
    sys.setrecursionlimit(400)
    logs = [run(line) for line in scenarios.splitlines()]
    return [None if log == ['skip'] else ''.join((entry + '\n' for entry in log)) for log in logs]
