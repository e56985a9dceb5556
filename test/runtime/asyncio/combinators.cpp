// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The operations that wait for several things, or for a time.
#include "player.h"

namespace scenario {

namespace {

std::string word(int value) { return std::to_string(value); }
std::string word(aio::outcome<int> &x) { return x ? std::to_string(x.value()) : describe(x.error()); }
template <class Results> std::string joined(Results &results) {
  std::string text;
  for (std::size_t i = 0; i < results.size(); ++i)
    text += (i ? "," : "") + word(results[i]);
  return text;
}
/// The results of a gather, as text; the handles live until it has ended.
template <class T> coro<std::string> gathered(bool exceptions, std::vector<T> all) {
  if (exceptions) {
    auto results = co_await aio::gather(aio::return_exceptions, all);
    co_return joined(results);
  }
  auto results = co_await aio::gather(all);
  co_return joined(results);
}

} // namespace

coro<int> player::childi(const operation &b, aio::task_group *tg) {
  co_await ops(b, place{b.id, tg, nullptr});
  co_return -1;
}

coro<std::string> player::combinators(const operation &o, place c) {
  const auto &a = o.numbers;
  const auto &k = o.parts;
  const int i = o.id;
  if (o.name == "shield") {
    auto tt = aio::shield(t(a[0]));
    int v = co_await tt;
    co_return std::to_string(v);
  }
  if (o.name == "shieldf") {
    auto tt = aio::shield(futs[a[0]]);
    int v = co_await tt;
    co_return std::to_string(v);
  }
  if (o.name == "try") {
    std::exception_ptr err;
    try {
      co_await ops(*k[0], c);
    } catch (...) {
      err = std::current_exception();
      if (a[0] == 0 && !is_cancel(err))
        throw;
      if (a[0] == 1 && !is_std(err))
        throw;
    }
    if (err) {
      co_await ops(*k[1], c);
      if (a[1])
        std::rethrow_exception(err);
      co_return "caught";
    }
    co_return "ok";
  }
  if (o.name == "timeout") {
    bool ex = false;
    co_await aio::async_with(aio::timeout(limit(a[0])), [&](aio::timeout_scope &t) -> coro<> {
      place d = c;
      d.timeout = &t;
      co_await ops(*k[0], d);
      ex = t.expired();
    });
    co_return "ok0";
  }
  if (o.name == "resched") {
    if (!c.timeout)
      co_return "none";
    if (a[0] < 0)
      c.timeout->reschedule({});
    else
      c.timeout->reschedule(loop.time() + sec(a[0]));
    co_return "ok" + std::to_string(int(c.timeout->expired()));
  }
  if (o.name == "tg") {
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
      for (size_t j = 0; j + 1 < k.size(); j++)
        tasks.push_back(tg.create_task(body(*k[j])));
      place d = c;
      d.group = &tg;
      co_await ops(*k.back(), d);
    });
    co_return "ok";
  }
  if (o.name == "tgadd") {
    if (!c.group)
      co_return "none";
    tasks.push_back(c.group->create_task(body(*k[0])));
    co_return "ok";
  }
  if (o.name == "tgbody") {
    if (!c.group)
      co_return "none";
    tasks.push_back(c.group->create_task(childi(*k[0], c.group)));
    co_return "ok";
  }
  if (o.name == "gather" || o.name == "gatherc") {
    std::string r = "[";
    if (o.name == "gather") {
      std::vector<aio::task<int>> ts;
      for (const auto &n : k)
        ts.push_back(spawn(*n));
      r += co_await gathered(a[0], std::move(ts));
    } else {
      std::vector<coro<int>> ts;
      for (const auto &n : k)
        ts.push_back(body(*n));
      r += co_await gathered(a[0], std::move(ts));
    }
    co_return r + "]";
  }
  if (o.name == "gathert") {
    aio::future<int> x = t(a[1]), y = t(a[2]), z = futs[a[3]];
    std::vector<aio::future<int>> ts{x, y, z};
    co_return "[" + co_await gathered(a[0], std::move(ts)) + "]";
  }
  if (o.name == "wait" || o.name == "waitt") {
    std::vector<aio::future<int>> ts;
    if (o.name == "wait")
      for (const auto &n : k)
        ts.push_back(spawn(*n));
    else {
      ts.push_back(t(a[2]));
      ts.push_back(futs[a[3]]);
    }
    aio::wait_options w;
    w.timeout = limit(a[1]);
    w.return_when = aio::return_when(a[0]);
    auto v = co_await aio::wait(ts, w);
    std::string r = "[";
    bool first = true;
    for (size_t j = 0; j < ts.size(); j++)
      for (auto &d : v.done)
        if (d == ts[j]) {
          r += (first ? "" : ",") + std::to_string(j);
          first = false;
        }
    co_return r + "]";
  }
  if (o.name == "waitfor") {
    int l = a[0] == -1 ? -1 : a[0] >= 0 ? a[0] : a[0] + 1;
    aio::maybe_duration m;
    if (a[0] != -1)
      m = aio::maybe_duration(sec(l));
    int v = co_await aio::wait_for(body(*k[0]), m);
    co_return std::to_string(v);
  }
  if (o.name == "waitft") {
    int v = co_await aio::wait_for(t(a[1]), limit(a[0]));
    co_return std::to_string(v);
  }
  if (o.name == "waitff") {
    int v = co_await aio::wait_for(futs[a[1]], limit(a[0]));
    co_return std::to_string(v);
  }
  if (o.name == "ascomp") {
    std::vector<aio::task<int>> ts;
    for (const auto &n : k)
      ts.push_back(spawn(*n));
    auto it = aio::as_completed(ts, limit(a[0]));
    for (auto w : it) {
      std::string r;
      std::exception_ptr e;
      try {
        int v = co_await std::move(w);
        r = std::to_string(v);
      } catch (...) {
        e = std::current_exception();
      }
      if (e) {
        if (is_cancel(e) && aio::current_task().cancelling())
          std::rethrow_exception(e);
        if (!is_cancel(e) && !is_std(e))
          std::rethrow_exception(e);
        r = describe(e);
      }
      note(c.task, i, "item", r);
    }
    co_return "ok";
  }
  if (o.name == "ascompa") {
    std::vector<aio::task<int>> ts;
    for (const auto &n : k)
      ts.push_back(spawn(*n));
    auto it = aio::as_completed(ts, limit(a[0]));
    for (;;) {
      auto w = co_await it.anext();
      if (!w)
        break;
      size_t j = 0;
      while (!(ts[j] == *w))
        j++;
      note(c.task, i, "item", j);
    }
    co_return "ok";
  }
  throw std::logic_error("no operation " + o.name);
}

} // namespace scenario
