// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plays one scenario on aio; player.cpp runs it, operations.cpp and combinators.cpp implement its operations.
#pragma once

#include <map>
#include <sstream>

#include <aio/aio.h>

#include "scenario.h"

namespace scenario {

using aio::coro;

/// Where an operation runs: the scope's task, and the innermost group and timeout around it.
struct place {
  int task;
  aio::task_group *group = nullptr;
  aio::timeout_scope *timeout = nullptr;
};

/// A few tasks that share queues, locks, futures and generators.
class player {
public:
  explicit player(aio::event_loop &l) : loop(l) {
    for (int i = 0; i < 3; ++i)
      futs.push_back(l.create_future<int>());
  }

  coro<> play(const operation &scenario);
  /// Ends the log; tasks that still run do not matter.
  void stop() { on = false; }
  void drop_everything();
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
  std::string now();
  template <class... A> void note(A... a) {
    if (!on)
      return;
    std::ostringstream o;
    o << now();
    bool f = true;
    ((o << (f ? "" : " ") << a, f = false), ...);
    log.push_back(o.str());
  }
  coro<> ops(const operation &n, place c);
  coro<std::string> op(const operation &o, place c);
  coro<int> body(const operation &n);
  aio::task<int> spawn(const operation &n, bool eager = false);
  aio::task<int> t(int k);
  std::string tstate(aio::task<int> t);
  aio::async_generator<int, int> gen(const operation &n);
  coro<std::string> gres(std::shared_ptr<aio::async_generator<int, int>> /*kept*/,
                         aio::async_generator<int, int>::step st);
  coro<int> childi(const operation &b, aio::task_group *tg);
  coro<std::string> queues(const operation &o, place);
  coro<std::string> primitives(const operation &o, place c);
  coro<std::string> tasks_and_callbacks(const operation &o, place c);
  coro<std::string> combinators(const operation &o, place c);
  coro<std::string> generators(const operation &o, place);
  using room = coro<std::string> (player::*)(const operation &, place);
  coro<std::string> perform(const operation &o, place c);
};

inline std::chrono::seconds sec(int n) { return std::chrono::seconds(n); }
inline aio::maybe_duration limit(int n) { return n < 0 ? aio::maybe_duration() : aio::maybe_duration(sec(n)); }

} // namespace scenario
