// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Runs a scenario: its tasks, its log, and the choice of the file that knows an operation.
#include "player.h"

using namespace std::chrono_literals;

namespace scenario {

coro<> player::play(const operation &scenario) {
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

void player::drop_everything() {
  gens.clear();
  tasks.clear();
}

std::string player::now() {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(loop.time().time_since_epoch()).count()) + " ";
}

coro<> player::ops(const operation &n, place c) {
  for (const auto &o : n.parts)
    co_await op(*o, c);
}

coro<std::string> player::op(const operation &o, place c) {
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

coro<int> player::body(const operation &n) {
  place c{n.id};
  note(n.id, "start", aio::current_task().cancelling());
  co_await ops(n, c);
  note(n.id, "end");
  co_return n.id;
}

aio::task<int> player::spawn(const operation &n, bool eager) {
  aio::task_options o;
  if (eager)
    o.eager_start = true;
  auto t = loop.create_task(body(n), o);
  tasks.push_back(t);
  return t;
}

aio::task<int> player::t(int k) { return tasks[k % tasks.size()]; }

std::string player::tstate(aio::task<int> t) {
  if (!t.done())
    return "pending" + std::to_string(t.cancelling());
  try {
    return std::to_string(t.result());
  } catch (...) {
    return describe(std::current_exception());
  }
}

aio::async_generator<int, int> player::gen(const operation &n) {
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

coro<std::string> player::perform(const operation &o, place c) {
  static const std::map<std::string, room, std::less<>> rooms = [] {
    std::map<std::string, room, std::less<>> all;
    for (const char *name : {"put", "get", "putnw", "getnw", "done", "join", "shut", "qsize"})
      all[name] = &player::queues;
    for (const char *name : {"lock", "acq", "rel", "sem", "acqs", "rels", "evset", "evclr", "evwait", "cwait", "cwait0",
                             "cnotify", "cnotify0", "bwait", "babort", "breset", "bstate"})
      all[name] = &player::primitives;
    for (const char *name : {"try", "timeout", "resched", "tg", "tgadd", "tgbody", "gather", "gatherc", "gathert",
                             "wait", "waitt", "waitfor", "waitft", "waitff", "ascomp", "ascompa", "shield", "shieldf"})
      all[name] = &player::combinators;
    for (const char *name : {"gnew", "gnext", "gsend", "gthrow", "gclose"})
      all[name] = &player::generators;
    return all;
  }();
  const auto found = rooms.find(o.name);
  return found == rooms.end() ? tasks_and_callbacks(o, c) : (this->*found->second)(o, c);
}

} // namespace scenario
