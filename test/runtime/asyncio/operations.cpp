// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations on queues, locks, tasks, callbacks and generators.
#include "player.h"

namespace scenario {

coro<std::string> player::queues(const operation &o, place) {
  const auto &a = o.numbers;
  const int i = o.id;
  if (o.name == "put") {
    co_await q[a[0]]->put(i);
    co_return "ok";
  }
  if (o.name == "get") {
    int v = co_await q[a[0]]->get();
    co_return std::to_string(v);
  }
  if (o.name == "putnw") {
    q[a[0]]->put_nowait(i);
    co_return "ok";
  }
  if (o.name == "getnw") {
    co_return std::to_string(q[a[0]]->get_nowait());
  }
  if (o.name == "done") {
    q[a[0]]->task_done();
    co_return "ok";
  }
  if (o.name == "join") {
    co_await q[a[0]]->join();
    co_return "ok";
  }
  if (o.name == "shut") {
    q[a[0]]->shutdown(a[1]);
    co_return "ok";
  }
  if (o.name == "qsize")
    co_return std::to_string(q0.qsize()) + std::to_string(q1.qsize()) + std::to_string(q2.qsize());
  throw std::logic_error("no operation " + o.name);
}

coro<std::string> player::primitives(const operation &o, place c) {
  const auto &a = o.numbers;
  const auto &k = o.parts;
  if (o.name == "lock") {
    co_await aio::async_with(locks[a[0]], [&]() -> coro<> { co_await ops(*k[0], c); });
    co_return "ok";
  }
  if (o.name == "acq") {
    co_await locks[a[0]].acquire();
    co_return "ok";
  }
  if (o.name == "rel") {
    locks[a[0]].release();
    co_return "ok";
  }
  if (o.name == "sem") {
    co_await aio::async_with(*sem[a[0]], [&]() -> coro<> { co_await ops(*k[0], c); });
    co_return "ok";
  }
  if (o.name == "acqs") {
    co_await sem[a[0]]->acquire();
    co_return "ok";
  }
  if (o.name == "rels") {
    sem[a[0]]->release();
    co_return std::to_string(int(sem[a[0]]->locked()));
  }
  if (o.name == "evset") {
    ev.set();
    co_return "ok";
  }
  if (o.name == "evclr") {
    ev.clear();
    co_return "ok";
  }
  if (o.name == "evwait") {
    co_await ev.wait();
    co_return "ok";
  }
  if (o.name == "cwait") {
    co_await aio::async_with(cond, [&]() -> coro<> { co_await cond.wait(); });
    co_return "ok";
  }
  if (o.name == "cwait0") {
    co_await cond.wait();
    co_return "ok";
  }
  if (o.name == "cnotify") {
    co_await aio::async_with(cond, [&]() -> coro<> {
      cond.notify(a[0]);
      co_return;
    });
    co_return "ok";
  }
  if (o.name == "cnotify0") {
    cond.notify(a[0]);
    co_return "ok";
  }
  if (o.name == "bwait") {
    auto v = co_await bar.wait();
    co_return std::to_string(v);
  }
  if (o.name == "babort") {
    co_await bar.abort();
    co_return "ok";
  }
  if (o.name == "breset") {
    co_await bar.reset();
    co_return "ok";
  }
  if (o.name == "bstate")
    co_return std::to_string(bar.n_waiting()) + std::to_string(int(bar.broken()));
  throw std::logic_error("no operation " + o.name);
}

coro<std::string> player::tasks_and_callbacks(const operation &o, place c) {
  const auto &a = o.numbers;
  const auto &k = o.parts;
  const int i = o.id;
  if (o.name == "do") {
    co_await ops(o, c);
    co_return "ok";
  }
  if (o.name == "sleep") {
    co_await aio::sleep(sec(a[0]));
    co_return "ok";
  }
  if (o.name == "cancel")
    co_return std::to_string(int(a[1] ? t(a[0]).cancel("m" + std::to_string(a[1])) : t(a[0]).cancel()));
  if (o.name == "uncancel")
    co_return std::to_string(aio::current_task().uncancel());
  if (o.name == "cancelling")
    co_return std::to_string(aio::current_task().cancelling());
  if (o.name == "self")
    co_return std::to_string(int(aio::current_task().cancel("s" + std::to_string(a[0]))));
  if (o.name == "spawn") {
    spawn(*k[0]);
    co_return "ok";
  }
  if (o.name == "eager") {
    spawn(*k[0], true);
    co_return "ok";
  }
  if (o.name == "awt") {
    auto tt = t(a[0]);
    int v = co_await tt;
    co_return std::to_string(v);
  }
  if (o.name == "raise")
    throw scenario_error(i);
  if (o.name == "raisec")
    throw aio::cancelled_error("r");
  if (o.name == "raiset")
    throw aio::timeout_error();
  if (o.name == "fset") {
    futs[a[0]].set_result(i);
    co_return "ok";
  }
  if (o.name == "fexc") {
    futs[a[0]].set_exception(scenario_error(i));
    co_return "ok";
  }
  if (o.name == "fcancel")
    co_return std::to_string(int(futs[a[0]].cancel("f" + std::to_string(a[1]))));
  if (o.name == "fawait") {
    auto x = futs[a[0]];
    int v = co_await x;
    co_return std::to_string(v);
  }
  if (o.name == "fnew") {
    futs[a[0]] = loop.create_future<int>();
    co_return "ok";
  }
  if (o.name == "fcb") {
    futs[a[0]].add_done_callback(
        [this, i](const aio::any_future &f) { note(i, "fcb", f.cancelled() ? "True" : "False"); });
    co_return "ok";
  }
  if (o.name == "tcb") {
    t(a[0]).add_done_callback(
        [this, i](const aio::any_future &f) { note(i, "tcb", f.cancelled() ? "True" : "False"); });
    co_return "ok";
  }
  if (o.name == "csoon") {
    loop.call_soon([this, i] { note(i, "soon"); });
    co_return "ok";
  }
  if (o.name == "clater") {
    loop.call_later(sec(a[0]), [this, i] { note(i, "later"); });
    co_return "ok";
  }
  if (o.name == "ccancel") {
    auto tt = t(a[0]);
    int m = a[1];
    loop.call_soon([this, tt, i, m] { note(i, "ccancel", int(tt.cancel("c" + std::to_string(m)))); });
    co_return "ok";
  }
  if (o.name == "lcancel") {
    auto tt = t(a[0]);
    loop.call_later(sec(a[1]), [this, tt, i] { note(i, "lcancel", int(tt.cancel("l"))); });
    co_return "ok";
  }
  if (o.name == "lset") {
    auto x = futs[a[1]];
    loop.call_later(sec(a[0]), [x, i] {
      if (!x.done())
        x.set_result(i);
    });
    co_return "ok";
  }
  if (o.name == "tstate")
    co_return tstate(t(a[0]));
  throw std::logic_error("no operation " + o.name);
}

coro<std::string> player::gres(std::shared_ptr<aio::async_generator<int, int>> /*kept*/,
                               aio::async_generator<int, int>::step st) {
  auto v = co_await st;
  co_return v ? std::to_string(*v) : std::string("stop");
}

coro<std::string> player::generators(const operation &o, place) {
  const auto &a = o.numbers;
  const auto &k = o.parts;
  const int i = o.id;
  if (o.name == "gnew") {
    gens[a[0]] = std::make_shared<aio::async_generator<int, int>>(gen(*k[0]));
    co_return "ok";
  }
  if (o.name[0] == 'g') {
    auto it = gens.find(a[0]);
    if (it == gens.end())
      co_return "none";
    auto g = it->second;
    if (o.name == "gnext") {
      co_return co_await gres(g, g->anext());
    }
    if (o.name == "gsend") {
      bool type = false;
      std::string r;
      try {
        r = co_await gres(g, g->asend(i));
      } catch (const aio::type_error &) {
        type = true;
      }
      co_return type ? std::string("type") : r;
    }
    if (o.name == "gthrow") {
      co_return co_await gres(g, g->athrow(std::make_exception_ptr(scenario_error(i))));
    }
    if (o.name == "gclose") {
      co_await gres(g, g->aclose());
      co_return "ok";
    }
  }
  throw std::logic_error("no operation " + o.name);
}

} // namespace scenario
