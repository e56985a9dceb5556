// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for Drogon's coroutines: lazy tasks, AsyncTask that terminates on an exception, awaitable loop switches.
#pragma once
#include "../standin.h"

namespace trantor {
class EventLoop {
public:
  void loop();
  void quit();
  template <class F>
  void queueInLoop(F &&func) {
    standin::keep(std::forward<F>(func));
  }
  template <class F>
  void runInLoop(F &&func) {
    standin::keep(std::forward<F>(func));
  }
  template <class F>
  std::uint64_t runAfter(double, F &&func) {
    standin::keep(std::forward<F>(func));
    return 0;
  }
  template <class F>
  std::uint64_t runEvery(double, F &&func) {
    standin::keep(std::forward<F>(func));
    return 0;
  }
};
} // namespace trantor

namespace drogon {

template <class T = void>
struct [[nodiscard]] Task {
  struct promise_type : standin::promise<Task, T, std::suspend_always> {};
  Task(Task &&other) noexcept : coro_(std::exchange(other.coro_, {})) {}
  ~Task() {
    if (coro_)
      coro_.destroy();
  }
  standin::awaiter<T> operator co_await() const noexcept;

private:
  std::coroutine_handle<promise_type> coro_;
};

struct AsyncTask {
  struct promise_type : standin::detached_promise<AsyncTask> {};
};

template <class Await>
auto sync_wait(Await &&await) -> void;
template <class Await>
auto co_future(Await &&await) noexcept -> std::shared_ptr<void>;

template <class Coro>
void async_run(Coro &&coro) {
  standin::keep(std::forward<Coro>(coro));
}
template <class Coro>
std::function<void()> async_func(Coro &&coro) {
  standin::keep(std::forward<Coro>(coro));
  return {};
}

namespace internal {
struct [[nodiscard]] TimerAwaiter : standin::awaiter<void> {};
struct [[nodiscard]] LoopAwaiter : standin::awaiter<void> {};
struct [[nodiscard]] SwitchThreadAwaiter : standin::awaiter<void> {};
struct [[nodiscard]] EndAwaiter : standin::awaiter<void> {};
} // namespace internal

internal::TimerAwaiter sleepCoro(trantor::EventLoop *loop, const std::chrono::duration<double> &delay) noexcept;
internal::TimerAwaiter sleepCoro(trantor::EventLoop *loop, double delay) noexcept;
internal::LoopAwaiter queueInLoopCoro(trantor::EventLoop *work, std::function<void()> task, trantor::EventLoop *resume = nullptr);
internal::SwitchThreadAwaiter switchThreadCoro(trantor::EventLoop *loop) noexcept;
internal::EndAwaiter untilQuit(trantor::EventLoop *loop);
standin::awaiter<void> when_all(std::vector<Task<void>> tasks, trantor::EventLoop *loop = nullptr);

class Mutex final {
public:
  bool try_lock() noexcept;
  [[nodiscard]] standin::awaiter<std::unique_lock<Mutex>> scoped_lock(trantor::EventLoop *loop = nullptr) noexcept;
  [[nodiscard]] standin::awaiter<void> lock(trantor::EventLoop *loop = nullptr) noexcept;
  void unlock() noexcept;
};

namespace orm {
class Result {};
class Transaction {};
class DbClient {
public:
  std::shared_ptr<Transaction> newTransaction(const std::function<void(bool)> &callback = {});
  [[nodiscard]] standin::awaiter<std::shared_ptr<Transaction>> newTransactionCoro();
  template <class... Args>
  Result execSqlSync(const std::string &sql, Args &&...args);
  template <class... Args>
  [[nodiscard]] standin::awaiter<Result> execSqlCoro(const std::string &sql, Args &&...args);
};

using ExceptionCallback = std::function<void(const std::exception &)>;
class Criteria {};
template <class T>
class Mapper {
public:
  Mapper(const std::shared_ptr<DbClient> &client);
  Mapper &limit(std::size_t limit);
  T findByPrimaryKey(int key);
  void findByPrimaryKey(int key, const std::function<void(T)> &rows, const ExceptionCallback &failed) noexcept;
  std::vector<T> findAll();
  void findAll(const std::function<void(std::vector<T>)> &rows, const ExceptionCallback &failed) noexcept;
  std::size_t count(const Criteria &criteria = {});
  void count(const Criteria &criteria, const std::function<void(std::size_t)> &rows, const ExceptionCallback &failed) noexcept;
  T findOne(const Criteria &criteria);
  void findOne(const Criteria &criteria, const std::function<void(T)> &rows, const ExceptionCallback &failed) noexcept;
  std::vector<T> findBy(const Criteria &criteria);
  void insert(T &object);
  void insert(const T &object, const std::function<void(T)> &rows, const ExceptionCallback &failed) noexcept;
  std::size_t update(const T &object);
  std::size_t updateBy(const std::vector<std::string> &columns, const Criteria &criteria, int value);
  std::size_t deleteOne(const T &object);
  std::size_t deleteBy(const Criteria &criteria);
  std::size_t deleteByPrimaryKey(int key);
};
template <class T>
class CoroMapper : public Mapper<T> {
public:
  using Mapper<T>::Mapper;
  CoroMapper &limit(std::size_t limit);
  [[nodiscard]] standin::awaiter<std::vector<T>> findAll();
  [[nodiscard]] standin::awaiter<T> findOne(const Criteria &criteria);
  [[nodiscard]] standin::awaiter<T> insert(const T &object);
};
} // namespace orm

namespace nosql {
class RedisTransaction {};
class RedisClient {
public:
  template <class T, class... Args>
  T execCommandSync(std::function<T(int)> &&process, std::string_view command, Args &&...args);
  template <class... Args>
  [[nodiscard]] standin::awaiter<int> execCommandCoro(std::string_view command, Args... args);
  std::shared_ptr<RedisTransaction> newTransaction();
  [[nodiscard]] standin::awaiter<std::shared_ptr<RedisTransaction>> newTransactionCoro();
};
} // namespace nosql

class HttpClient {
public:
  int sendRequest(int request, double timeout = 0);
  void sendRequest(int request, const std::function<void(int)> &callback, double timeout = 0);
  void sendRequest(int request, std::function<void(int)> &&callback, double timeout = 0);
  [[nodiscard]] standin::awaiter<int> sendRequestCoro(int request, double timeout = 0);
};

} // namespace drogon
