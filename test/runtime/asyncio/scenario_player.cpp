// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plays the scenarios of scenarios.txt on aio, and compares the log of each with CPython's in cpython-3.14.txt.
//
//   scenario_player SCENARIOS LOGS [NUMBER]     compare; or show what number NUMBER does here
//   scenario_player SCENARIOS                   print the logs
#include <aio/aio.h>
#include <aio/testing.h>

#include <fstream>
#include <iostream>
#include <map>
#include <sstream>

using namespace std::chrono_literals;
using aio::coro;

namespace {

struct scenario_error : std::exception {
  explicit scenario_error(int i) : id(i) {}
  int id;
};

/// One operation of a scenario: `(name number... operation...)`, numbered in the order of the text.
struct operation {
  std::string name;
  int id = 0;
  std::vector<int> numbers;
  std::vector<std::unique_ptr<operation>> parts;
};

class parser {
public:
  explicit parser(const std::string &text) : text_(text) {}
  std::unique_ptr<operation> parse() {
    auto o = std::make_unique<operation>();
    o->id = count_++;
    take();
    o->name = take();
    for (std::string word = take(); word != ")"; word = take()) {
      if (word == "(") {
        at_ -= 1;
        o->parts.push_back(parse());
      } else {
        o->numbers.push_back(std::stoi(word));
      }
    }
    return o;
  }

private:
  std::string take() {
    while (text_[at_] == ' ')
      ++at_;
    const std::size_t begin = at_++;
    if (text_[begin] != '(' && text_[begin] != ')')
      at_ = text_.find_first_of(" ()", begin);
    return text_.substr(begin, at_ - begin);
  }
  const std::string &text_;
  std::size_t at_ = 0;
  int count_ = 0;
};

std::string describe(std::exception_ptr p) {
  try {
    std::rethrow_exception(p);
  } catch (const aio::cancelled_error &e) {
    return "cancelled(" + std::string(e.message()) + ")";
  } catch (const aio::exception_group &g) {
    std::string r = "group[";
    bool first = true;
    for (auto &x : g.exceptions()) {
      if (!first)
        r += ",";
      first = false;
      r += describe(x);
    }
    return r + "]";
  } catch (const scenario_error &e) {
    return "E" + std::to_string(e.id);
  } catch (const aio::queue_shut_down &) {
    return "qshut";
  } catch (const aio::queue_empty &) {
    return "qempty";
  } catch (const aio::queue_full &) {
    return "qfull";
  } catch (const aio::broken_barrier_error &) {
    return "broken";
  } catch (const aio::invalid_state_error &) {
    return "invalid";
  } catch (const aio::timeout_error &) {
    return "timeout";
  } catch (const aio::value_error &) {
    return "value";
  } catch (const aio::generator_exit &) {
    return "gexit";
  } catch (const aio::runtime_error &) {
    return "runtime";
  } catch (const std::exception &e) {
    return std::string("other ") + e.what();
  }
}

bool is_cancel(std::exception_ptr p) {
  try {
    std::rethrow_exception(p);
  } catch (const aio::cancelled_error &) {
    return true;
  } catch (...) {
    return false;
  }
}

bool is_std(std::exception_ptr p) {
  try {
    std::rethrow_exception(p);
  } catch (const std::exception &) {
    return true;
  } catch (...) {
    return false;
  }
}

/// Where an operation runs: the scope's task, and the innermost group and timeout around it.
struct place {
  int task;
  aio::task_group *group = nullptr;
  aio::timeout_scope *timeout = nullptr;
};
std::chrono::seconds sec(int n) {
  return std::chrono::seconds(n);
}
aio::maybe_duration limit(int n) {
  return n < 0 ? aio::maybe_duration() : aio::maybe_duration(sec(n));
}

/// Plays one scenario: a few tasks that share queues, locks, futures and generators.
class player {
public:
  explicit player(aio::event_loop &l) : loop(l) {
    for (int i = 0; i < 3; ++i)
      futs.push_back(l.create_future<int>());
  }

  coro<> play(const operation &scenario) {
    for (const auto &n : scenario.parts)
      spawn(*n);
    co_await aio::sleep(1000s);
    for (std::size_t i = 0; i < tasks.size(); ++i)
      note("state", tstate(tasks[i]));
    const auto all = tasks;
    for (const auto &t : all)
      if (!t.done())
        t.cancel("end");
    co_await aio::sleep(1000s);
    for (std::size_t i = 0; i < tasks.size(); ++i)
      note("state", tstate(tasks[i]));
    on = false;
  }
  /// Ends the log; what still runs is of no interest.
  void stop() { on = false; }
  void drop_everything() {
    gens.clear();
    tasks.clear();
  }
  std::vector<std::string> log;

private:
  aio::event_loop &loop;
  bool on = true;
  std::vector<aio::task<int>> tasks;
  std::vector<aio::future<int>> futs;
  aio::queue<int> q0{1}, q1{2}, q2;
  aio::queue<int> *q[3] = {&q0, &q1, &q2};
  aio::lock locks[2];
  aio::event ev;
  aio::condition cond{locks[1]};
  aio::semaphore s1{1}, s2{2};
  aio::semaphore *sem[2] = {&s1, &s2};
  aio::barrier bar{2};
  std::map<int, std::shared_ptr<aio::async_generator<int, int>>> gens;
  std::string now() {
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(loop.time().time_since_epoch()).count()) +
           " ";
  }
  template <class... A> void note(A... a) {
    if (!on)
      return;
    std::ostringstream o;
    o << now();
    bool f = true;
    ((o << (f ? "" : " ") << a, f = false), ...);
    log.push_back(o.str());
  }
  coro<> ops(const operation &n, place c) {
    for (const auto &o : n.parts)
      co_await op(*o, c);
  }
  coro<std::string> op(const operation &o, place c) {
    std::string r;
    try {
      r = co_await perform(o, c);
    } catch (...) {
      note(c.task, o.id, o.name, describe(std::current_exception()));
      throw;
    }
    note(c.task, o.id, o.name, r);
    co_return r;
  }
  coro<int> body(const operation &n) {
    place c{n.id};
    note(n.id, "start", aio::current_task().cancelling());
    co_await ops(n, c);
    note(n.id, "end");
    co_return n.id;
  }
  aio::task<int> spawn(const operation &n, bool eager = false) {
    aio::task_options o;
    if (eager)
      o.eager_start = true;
    auto t = loop.create_task(body(n), o);
    tasks.push_back(t);
    return t;
  }
  aio::task<int> t(int k) {
    return tasks[k % tasks.size()];
  }
  template <class O> std::string res(O &&x) {
    if (x)
      return std::to_string(x.value());
    return describe(x.error());
  }
  std::string tstate(aio::task<int> t) {
    if (!t.done())
      return "pending" + std::to_string(t.cancelling());
    try {
      return std::to_string(t.result());
    } catch (...) {
      return describe(std::current_exception());
    }
  }
  aio::async_generator<int, int> gen(const operation &n) {
    place c{n.id};
    std::exception_ptr err;
    try {
      co_await ops(*n.parts[0], c);
      auto x = co_yield 1;
      note(n.id, "sent", x ? std::to_string(*x) : std::string("None"));
      co_await ops(*n.parts[1], c);
      x = co_yield 2;
      note(n.id, "sent", x ? std::to_string(*x) : std::string("None"));
    } catch (...) {
      err = std::current_exception();
      note(n.id, "gen", describe(err));
    }
    co_await ops(*n.parts[2], c);
    if (err && n.id % 5 != 0)
      std::rethrow_exception(err);
  }
  coro<std::string> gres(std::shared_ptr<aio::async_generator<int, int>> /*kept*/, aio::async_generator<int, int>::step st) {
    auto v = co_await st;
    co_return v ? std::to_string(*v) : std::string("stop");
  }

  coro<int> childi(const operation &b, aio::task_group *tg) {
    co_await ops(b, place{b.id, tg, nullptr});
    co_return -1;
  }
  coro<std::string> queues(const operation &o, place) {
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
  coro<std::string> primitives(const operation &o, place c) {
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
  coro<std::string> tasks_and_callbacks(const operation &o, place c) {
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
  coro<std::string> combinators(const operation &o, place c) {
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
        if (a[0]) {
          auto g = aio::gather(aio::return_exceptions, ts);
          auto v = co_await g;
          for (size_t j = 0; j < v.size(); j++)
            r += (j ? "," : "") + res(v[j]);
        } else {
          auto g = aio::gather(ts);
          auto v = co_await g;
          for (size_t j = 0; j < v.size(); j++)
            r += (j ? "," : "") + std::to_string(v[j]);
        }
      } else {
        std::vector<coro<int>> ts;
        for (const auto &n : k)
          ts.push_back(body(*n));
        if (a[0]) {
          auto g = aio::gather(aio::return_exceptions, std::move(ts));
          auto v = co_await g;
          for (size_t j = 0; j < v.size(); j++)
            r += (j ? "," : "") + res(v[j]);
        } else {
          auto g = aio::gather(std::move(ts));
          auto v = co_await g;
          for (size_t j = 0; j < v.size(); j++)
            r += (j ? "," : "") + std::to_string(v[j]);
        }
      }
      co_return r + "]";
    }
    if (o.name == "gathert") {
      aio::future<int> x = t(a[1]), y = t(a[2]), z = futs[a[3]];
      std::vector<aio::future<int>> ts{x, y, z};
      std::string r = "[";
      if (a[0]) {
        auto g = aio::gather(aio::return_exceptions, ts);
        auto v = co_await g;
        for (size_t j = 0; j < v.size(); j++)
          r += (j ? "," : "") + res(v[j]);
      } else {
        auto g = aio::gather(ts);
        auto v = co_await g;
        for (size_t j = 0; j < v.size(); j++)
          r += (j ? "," : "") + std::to_string(v[j]);
      }
      co_return r + "]";
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
  coro<std::string> generators(const operation &o, place) {
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
  using room = coro<std::string> (player::*)(const operation &, place);
  coro<std::string> perform(const operation &o, place c) {
    static const std::map<std::string, room, std::less<>> rooms = [] {
      std::map<std::string, room, std::less<>> all;
      for (const char *name : {"put", "get", "putnw", "getnw", "done", "join", "shut", "qsize"})
        all[name] = &player::queues;
      for (const char *name : {"lock", "acq", "rel", "sem", "acqs", "rels", "evset", "evclr", "evwait", "cwait",
                               "cwait0", "cnotify", "cnotify0", "bwait", "babort", "breset", "bstate"})
        all[name] = &player::primitives;
      for (const char *name :
           {"try", "timeout", "resched", "tg", "tgadd", "tgbody", "gather", "gatherc", "gathert", "wait", "waitt",
            "waitfor", "waitft", "waitff", "ascomp", "ascompa", "shield", "shieldf"})
        all[name] = &player::combinators;
      for (const char *name : {"gnew", "gnext", "gsend", "gthrow", "gclose"})
        all[name] = &player::generators;
      return all;
    }();
    const auto found = rooms.find(o.name);
    return found == rooms.end() ? tasks_and_callbacks(o, c) : (this->*found->second)(o, c);
  }
};

/// The log of one scenario, a line an event.
std::string play(const std::string &line) {
  const auto scenario = parser(line).parse();
  auto loop = std::make_unique<aio::testing::virtual_loop>();
  loop->set_exception_handler([](aio::event_loop &, const aio::exception_context &) {});
  player p(*loop);
  try {
    loop->run_until_complete(p.play(*scenario));
  } catch (...) {
    p.log.push_back("main " + describe(std::current_exception()));
  }
  p.stop();
  for (int round = 0; round < 3; ++round) {
    for (auto &t : aio::all_tasks(*loop))
      t.cancel();
    for (int i = 0; i < 10; ++i) {
      loop->call_soon([] {});
      loop->run_once();
    }
  }
  p.drop_everything();
  loop.reset();
  std::string text;
  for (const std::string &entry : p.log)
    text += entry + "\n";
  return text;
}

/// Equal, but for the message of a cancellation that CPython has lost.
bool same(const std::string &ours, const std::string &cpython) {
  const std::string word = "cancelled(";
  std::size_t i = 0;
  for (std::size_t k = 0; k < cpython.size(); ++k, ++i) {
    if (i >= ours.size())
      return false;
    if (cpython[k] == ')' && ours[i] != ')' && k >= word.size() &&
        cpython.compare(k - word.size(), word.size(), word) == 0)
      i = ours.find(')', i);
    if (i >= ours.size() || ours[i] != cpython[k])
      return false;
  }
  return i == ours.size();
}

} // namespace

int main(int argc, char **argv) {
  aio::set_warning_handler([](const std::string &) {});
  std::ifstream scenarios(argv[1]);
  std::ifstream logs(argc > 2 ? argv[2] : "/dev/null");
  const int only = argc > 3 ? std::stoi(argv[3]) : 0;
  int number = 0;
  int different = 0;
  for (std::string line; std::getline(scenarios, line);) {
    ++number;
    std::string wanted;
    for (std::string entry; std::getline(logs, entry) && entry != "=";)
      wanted += entry + "\n";
    if (only != 0 && only != number)
      continue;
    const std::string got = play(line);
    if (argc == 2 || only != 0)
      std::cout << got << "=\n";
    else if (!same(got, wanted)) {
      ++different;
      std::cout << "scenario " << number << " differs: " << line << "\n--- CPython\n" << wanted << "--- aio\n" << got;
    }
  }
  if (argc > 2 && only == 0)
    std::cout << number << " scenarios, " << different << " differ\n";
  return different == 0 && number > 0 ? 0 : 1;
}
