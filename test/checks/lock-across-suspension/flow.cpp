// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Kinds of guards, paths and owners by which a lock is held across a suspension, and cases where it is not held.
#include "../own.h"
#include <aio-standin/aio/aio.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <shared_mutex>
#include <stdexcept>
#include <string>

aio::coro<> turn();
aio::coro<bool> full();
void use(int);

struct account {
  std::mutex mutex;
  std::shared_mutex shared;
  std::map<std::string, int> rows;
  aio::coro<> update(std::string key);
  aio::coro<int> read(std::string key);
  aio::coro<> by_hand();
  aio::coro<> helper_unlocks_is_fine();
  void leave() { mutex.unlock(); }
};

//===-- Held ------------------------------------------------------------------===//

aio::coro<> account::update(std::string key) {
  std::lock_guard<std::mutex> lock(mutex);
  // CHECK: :[[#@LINE-1]]:31: warning: 'lock' holds its mutex while 'update' is suspended [coro-lock-across-suspension]
  if (rows.contains(key))
    co_await turn();
  // CHECK: :[[#@LINE-1]]:5: note: it is suspended here
  rows[key]++;
}

aio::coro<int> account::read(std::string key) {
  const std::shared_lock lock{shared};
  // CHECK: :[[#@LINE-1]]:26: warning: 'lock' holds its mutex while 'read' is suspended
  bool stale = co_await full();
  co_return stale ? 0 : rows[key];
}

aio::coro<> account::by_hand() {
  mutex.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'mutex' is held while 'by_hand' is suspended
  rows.clear();
  co_await turn();
  mutex.unlock();
}

aio::coro<> scoped(std::mutex &a, std::recursive_mutex &b) {
  std::scoped_lock both(a, b);
  // CHECK: :[[#@LINE-1]]:20: warning: 'both' holds its mutex while 'scoped' is suspended
  co_return co_await turn();
}

aio::coro<> in_an_initializer(std::mutex &m) {
  auto lock = std::unique_lock(m);
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' holds its mutex while 'in_an_initializer' is suspended
  if (bool now = co_await full(); now)
    lock.unlock();
}

aio::coro<> init_statement(std::mutex &m) {
  if (std::lock_guard lock(m); co_await full())
    // CHECK: :[[#@LINE-1]]:23: warning: 'lock' holds its mutex while 'init_statement' is suspended
    use(1);
}

aio::coro<> on_one_path(std::mutex &m, bool early) {
  std::unique_lock lock(m);
  // CHECK: :[[#@LINE-1]]:20: warning: 'lock' holds its mutex while 'on_one_path' is suspended
  if (early)
    lock.unlock();
  co_await turn();
  // CHECK: :[[#@LINE-1]]:3: note: it is suspended here
}

aio::coro<> locked_again(std::mutex &m) {
  std::unique_lock lock(m, std::defer_lock);
  // CHECK: :[[#@LINE-1]]:20: warning: 'lock' holds its mutex while 'locked_again' is suspended
  co_await turn();
  lock.lock();
  use(1);
  co_await turn();
  // CHECK: :[[#@LINE-1]]:3: note: it is suspended here
}

aio::coro<> in_a_loop(std::mutex &m) {
  std::unique_lock lock(m, std::defer_lock);
  // CHECK: :[[#@LINE-1]]:20: warning: 'lock' holds its mutex while 'in_a_loop' is suspended
  for (int n = 0; n < 3; ++n) {
    co_await turn();
    lock.lock();
  }
}

aio::coro<> given_a_lock(std::unique_lock<std::mutex> lock) {
  // CHECK: :[[#@LINE-1]]:55: warning: 'lock' holds its mutex while 'given_a_lock' is suspended
  co_await turn();
  lock.unlock();
}

aio::coro<> moved_into_another(std::mutex &m) {
  std::unique_lock first(m);
  std::unique_lock second = std::move(first);
  // CHECK: :[[#@LINE-1]]:20: warning: 'second' holds its mutex while 'moved_into_another' is suspended
  co_await turn();
}

std::unique_lock<std::mutex> lock_of(account &a);
aio::coro<> made_by_a_function(account &a) {
  auto lock = lock_of(a);
  // CHECK: :[[#@LINE-1]]:8: warning: 'lock' holds its mutex while 'made_by_a_function' is suspended
  co_await turn();
}

struct transaction {
  explicit transaction(account &a) : lock(a.mutex) {}
  std::lock_guard<std::mutex> lock;
};
struct logged_transaction : transaction {
  using transaction::transaction;
};
aio::coro<> a_class_that_holds_a_guard(account &a) {
  logged_transaction t(a);
  // CHECK: :[[#@LINE-1]]:22: warning: 't' holds its mutex while 'a_class_that_holds_a_guard' is suspended
  co_await turn();
}

aio::coro<> after_a_condition(std::mutex &m, std::condition_variable &ready) {
  std::unique_lock lock(m);
  // CHECK: :[[#@LINE-1]]:20: warning: 'lock' holds its mutex while 'after_a_condition' is suspended
  ready.wait(lock);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'std::condition_variable::wait' blocks the thread
  co_await turn();
}

aio::coro<> unlocked_by_a_guard(std::mutex &m, std::function<void()> *later) {
  m.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'm' is held while 'unlocked_by_a_guard' is suspended
  auto unlock = [&] { m.unlock(); };
  co_await turn();
  unlock();
}

own::lazy<> own_awaiter();
own::lazy<> any_library(std::mutex &m) {
  std::lock_guard lock(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'lock' holds its mutex while 'any_library' is suspended
  co_await own_awaiter();
}

template <class Mutex>
own::lazy<> a_template(Mutex &m) {
  std::lock_guard lock(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'lock' holds its mutex while 'a_template' is suspended
  co_await own_awaiter();
}
template own::lazy<> a_template(std::mutex &);
template own::lazy<> a_template(std::timed_mutex &);

aio::async_generator<int> yields_under_a_lock(account &a) {
  std::lock_guard lock(a.mutex);
  // CHECK: :[[#@LINE-1]]:19: warning: 'lock' holds its mutex while 'yields_under_a_lock' is suspended
  for (auto &[name, row] : a.rows)
    co_yield row;
  // CHECK: :[[#@LINE-1]]:5: note: it is suspended here
  co_await turn();
}

inline auto a_lambda = [](std::mutex &m) -> aio::coro<> {
  std::lock_guard lock(m);
  // CHECK: :[[#@LINE-1]]:19: warning: 'lock' holds its mutex while 'lambda' is suspended
  co_await turn();
};

//===-- Not held --------------------------------------------------------------===//

aio::coro<> a_block_of_its_own_is_fine(account &a) {
  int row = 0;
  {
    std::lock_guard lock(a.mutex);
    row = a.rows["x"];
  }
  co_await turn();
  use(row);
}

aio::coro<> unlocked_on_every_path_is_fine(std::mutex &m, bool early) {
  std::unique_lock lock(m);
  if (early) {
    lock.unlock();
    co_await turn();
    co_return;
  }
  use(2);
  lock.unlock();
  co_await turn();
  lock.lock();
  use(3);
}

aio::coro<> an_attempt_that_failed_is_fine(std::mutex &m) {
  std::unique_lock lock(m, std::try_to_lock);
  while (!lock.owns_lock()) {
    co_await turn();
    lock.try_lock();
  }
  use(1);
}

aio::coro<> an_attempt_by_hand_is_fine(std::mutex &m) {
  while (!m.try_lock())
    co_await turn();
  use(1);
  m.unlock();
}

aio::coro<> a_successful_attempt_that_was_unlocked_is_fine(std::mutex &m, int n) {
  if (n > 1 && m.try_lock()) {
    use(1);
    m.unlock();
  }
  co_await turn();
  if (!m.try_lock()) {
    co_await turn();
    co_return;
  }
  use(2);
  m.unlock();
  co_await turn();
}

aio::coro<> an_attempt_that_holds(std::mutex &m) {
  if (m.try_lock()) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'm' is held while 'an_attempt_that_holds' is suspended [coro-lock-across-suspension]
    co_await turn();
    m.unlock();
  }
}

aio::coro<> an_attempt_that_returns_when_it_fails(std::mutex &m) {
  if (!m.try_lock())
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'm' is held while 'an_attempt_that_returns_when_it_fails' is suspended [coro-lock-across-suspension]
    co_return;
  co_await turn();
  m.unlock();
}

aio::coro<> unlocked_before_each_await_of_a_loop_is_fine(std::mutex &m) {
  for (int n = 0; n < 3; ++n) {
    {
      std::lock_guard lock(m);
      use(n);
    }
    co_await turn();
  }
}

aio::coro<> moved_away_is_fine(std::mutex &m, void (*keep)(std::unique_lock<std::mutex>)) {
  std::unique_lock lock(m);
  keep(std::move(lock));
  co_await turn();
}

struct reverse_lock {
  explicit reverse_lock(std::unique_lock<std::mutex> &lock) : lock(lock) { lock.unlock(); }
  ~reverse_lock() { lock.lock(); }
  std::unique_lock<std::mutex> &lock;
};
aio::coro<> an_object_that_may_unlock_it_is_fine(std::mutex &m) {
  std::unique_lock lock(m);
  reverse_lock unlocked(lock);
  co_await turn();
}

aio::coro<> account::helper_unlocks_is_fine() {
  mutex.lock();
  use(1);
  leave();
  co_await turn();
}

// A guard of a lock that is acquired by awaiting.
struct task_mutex {
  void unlock();
  void lock();
  own::lazy<std::unique_lock<task_mutex>> acquire();
};
own::lazy<> a_lock_of_tasks_is_fine(task_mutex &m) {
  auto lock = co_await m.acquire();
  std::unique_lock another(m, std::adopt_lock);
  co_await own_awaiter();
}

aio::coro<int> at_once() { co_return 1; }
aio::coro<int> awaits_at_once() { co_return co_await at_once() + 1; }
struct ready {
  bool await_ready() const noexcept { return true; }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  int await_resume() const noexcept { return 1; }
};
aio::coro<> awaits_that_do_not_suspend_are_fine(std::mutex &m) {
  std::lock_guard lock(m);
  use(co_await awaits_at_once());
  use(co_await ready());
  co_await std::suspend_never();
}

// The lambda holds it, not the coroutine that makes the lambda.
aio::coro<> the_lock_of_a_lambda_is_fine(std::mutex &m) {
  auto locked = [&] {
    std::lock_guard lock(m);
    use(1);
  };
  locked();
  co_await turn();
}

// A plain function that holds the lock only while it creates a coroutine.
aio::coro<> not_a_coroutine_is_fine(std::mutex &m) {
  std::lock_guard lock(m);
  return turn();
}

// Clang's graph has no edges into handlers: what only they lead to is walked from there.
aio::coro<> after_a_handler(std::mutex &m) {
  for (;;) {
    try {
      co_await turn();
      co_return;
    } catch (const std::runtime_error &) {
    }
    std::lock_guard guard(m);
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' holds its mutex while 'after_a_handler' is suspended
    co_await turn();
  }
}
aio::coro<> released_before_the_handler_is_fine(std::unique_lock<std::mutex> guard) {
  guard.unlock();
  try {
    co_await turn();
    co_return;
  } catch (const std::runtime_error &) {
  }
  co_await turn();
}

//===-- Templates without instantiations -------------------------------------------===//
template <class T>
aio::coro<> pattern(std::mutex &m, T t) {
  std::lock_guard guard(m);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'guard' holds its mutex while 'pattern' is suspended
  co_await turn();
  t.run();
}
template <class T>
aio::coro<> pattern_is_fine(std::mutex &m, T t) {
  {
    std::lock_guard guard(m);
    t.run();
  }
  std::unique_lock may_be_unlocked(m);
  t.run(may_be_unlocked);
  co_await turn();
  if constexpr (T::alone)
    std::lock_guard alone(m);
}

//===-- Several locks at once, and guards kept alive by a reference -------------===//

aio::coro<> two_locked_at_once(std::mutex &a, std::mutex &b) {
  std::lock(a, b);
  // CHECK: :[[#@LINE-1]]:3: warning: 'a' is held while 'two_locked_at_once' is suspended
  b.unlock();
  co_await turn();
  a.unlock();
}
aio::coro<> two_adopted_and_released_is_fine(std::mutex &a, std::mutex &b) {
  {
    std::lock(a, b);
    std::lock_guard first(a, std::adopt_lock), second(b, std::adopt_lock);
    use(1);
  }
  co_await turn();
}
aio::coro<> kept_alive_by_a_reference(std::mutex &m) {
  auto &&lock = std::lock_guard(m);
  // CHECK: :[[#@LINE-1]]:10: warning: 'lock' holds its mutex while 'kept_alive_by_a_reference' is suspended
  co_await turn();
}
aio::coro<> a_reference_that_ends_before_is_fine(std::mutex &m) {
  {
    const std::lock_guard<std::mutex> &lock = std::lock_guard(m);
    use(1);
  }
  co_await turn();
}
aio::coro<> unlocked_where_a_variable_is_set_is_fine(std::mutex &m, int n) {
  int locked = 0;
  if (n > 2) {
    m.lock();
    locked = 1;
  }
  use(n);
  if (locked)
    m.unlock();
  co_await turn();
}
aio::coro<> held_where_a_variable_is_set(std::mutex &m, int n) {
  int locked = 0;
  if (n > 2) {
    m.lock();
    // CHECK: :[[#@LINE-1]]:5: warning: 'm' is held while 'held_where_a_variable_is_set' is suspended
    locked = 1;
  }
  if (locked)
    co_await turn();
  m.unlock();
}

//===-- User-defined guards --------------------------------------------------------------===//

class own_guard {
public:
  explicit own_guard(std::mutex &m) : mutex_(m) { mutex_.lock(); }
  own_guard(const own_guard &) = delete;
  ~own_guard() { mutex_.unlock(); }

private:
  std::mutex &mutex_;
};
class perhaps_guard {
public:
  explicit perhaps_guard(std::mutex *m) : mutex_(m) {
    if (mutex_)
      mutex_->lock();
  }
  ~perhaps_guard() {
    if (mutex_)
      mutex_->unlock();
  }

private:
  std::mutex *mutex_;
};
aio::coro<> held_by_a_user_defined_guard(std::mutex &m) {
  own_guard lock(m);
  // CHECK: :[[#@LINE-1]]:13: warning: 'lock' holds its mutex while 'held_by_a_user_defined_guard' is suspended
  co_await turn();
}
aio::coro<> ended_before_is_fine(std::mutex &m) {
  {
    own_guard lock(m);
    use(1);
  }
  co_await turn();
}
aio::coro<> a_guard_that_may_hold_nothing_is_fine(std::mutex *m) {
  perhaps_guard lock(m);
  co_await turn();
}
