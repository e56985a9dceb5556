// RUN: %check %s -- %flags 2>&1 | count 0
// Locks that are held across a suspension and are not reported.
#include <aio-standin/aio/aio.h>

#include <mutex>
#include <optional>
#include <pthread.h>

aio::coro<int> turn();
void use(std::unique_lock<std::mutex>, int);

// Why: the control-flow graph does not show the lifetime of temporaries.
aio::coro<> a_temporary(std::mutex &m) { use(std::unique_lock(m), co_await turn()); }

// Why: whether an optional holds a guard is not followed along paths.
aio::coro<> in_an_optional(std::mutex &m, bool locked) {
  std::optional<std::lock_guard<std::mutex>> lock;
  if (locked)
    lock.emplace(m);
  co_await turn();
}

// Why: pthread mutexes are locked by plain functions; only objects with lock functions of their own are known.
aio::coro<> in_c(pthread_mutex_t *m) {
  pthread_mutex_lock(m);
  co_await turn();
  pthread_mutex_unlock(m);
}

// Why: a mutex that is not unlocked in the same function may be unlocked by a function that it calls.
struct gate {
  std::mutex m;
  void leave() { m.unlock(); }
  aio::coro<> pass() {
    m.lock();
    co_await turn();
    leave();
  }
};

// Why: a class that holds a unique_lock may have released it.
struct locked_value {
  std::unique_lock<std::mutex> lock;
  int *value;
};
aio::coro<> in_a_class_that_may_release(std::mutex &m, int &value) {
  locked_value held{std::unique_lock(m), &value};
  *held.value = co_await turn();
}

// Why: the class may unlock before it is destroyed, so the lock may be free at the await.
class transaction {
public:
  explicit transaction(std::mutex &m) : mutex_(m) { mutex_.lock(); }
  ~transaction() {
    if (!done_)
      mutex_.unlock();
  }
  void commit() {
    mutex_.unlock();
    done_ = true;
  }

private:
  std::mutex &mutex_;
  bool done_ = false;
};
aio::coro<> before_it_commits(std::mutex &m) {
  transaction change(m);
  co_await turn();
  change.commit();
}
