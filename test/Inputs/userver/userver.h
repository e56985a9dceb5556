// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stand-in for userver, whose tasks are stackful: no co_await, waiting calls
// suspend the fiber.
#pragma once
#include "../standin.h"

namespace userver {
namespace engine {

class Deadline {};
enum class TaskCancellationReason { kNone, kUserRequest };

class WaitInterruptedException : public std::runtime_error {
public:
  explicit WaitInterruptedException(TaskCancellationReason reason);
};
class TaskCancelledException : public std::runtime_error {
public:
  explicit TaskCancelledException(TaskCancellationReason reason);
};

class [[nodiscard]] TaskBase {
public:
  bool IsValid() const;
  bool IsFinished() const;
  void Wait() const noexcept(false);
  template <class Rep, class Period>
  void WaitFor(const std::chrono::duration<Rep, Period> &duration) const noexcept(false);
  void RequestCancel();
  void SyncCancel() noexcept;
};
class [[nodiscard]] Task : public TaskBase {
public:
  Task(Task &&) noexcept;
  ~Task() { Terminate(); }
  void Detach() &&;

protected:
  void Terminate() noexcept { SyncCancel(); }
};
template <class T>
class [[nodiscard]] TaskWithResult : public Task {
public:
  T Get() noexcept(false);
};
class [[nodiscard]] SharedTask : public TaskBase {
public:
  SharedTask(const SharedTask &) noexcept;
  SharedTask(SharedTask &&) noexcept;
  ~SharedTask() { DecrementSharedUsages(); }

private:
  void DecrementSharedUsages() noexcept;
};
template <class T>
class [[nodiscard]] SharedTaskWithResult : public SharedTask {
public:
  T Get() const & noexcept(false);
};

template <class F, class... Args>
[[nodiscard]] auto AsyncNoSpan(F &&function, Args &&...args) -> TaskWithResult<std::invoke_result_t<F, Args...>> {
  standin::keep(std::forward<F>(function));
  (standin::keep(std::forward<Args>(args)), ...);
  return standin::result<TaskWithResult<std::invoke_result_t<F, Args...>>>();
}
template <class F, class... Args>
[[nodiscard]] auto CriticalAsyncNoSpan(F &&function, Args &&...args) -> TaskWithResult<std::invoke_result_t<F, Args...>> {
  return AsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}

template <class F, class... Args>
[[nodiscard]] auto SharedAsyncNoSpan(F &&function, Args &&...args) -> SharedTaskWithResult<std::invoke_result_t<F, Args...>> {
  standin::keep(std::forward<F>(function));
  (standin::keep(std::forward<Args>(args)), ...);
  return standin::result<SharedTaskWithResult<std::invoke_result_t<F, Args...>>>();
}
template <class F, class... Args>
[[nodiscard]] auto SharedCriticalAsyncNoSpan(F &&function, Args &&...args)
    -> SharedTaskWithResult<std::invoke_result_t<F, Args...>> {
  return SharedAsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}

template <class... Tasks>
void WaitAllChecked(Tasks &...tasks);
template <class... Tasks>
std::optional<std::size_t> WaitAny(Tasks &...tasks);
template <class... Tasks>
auto GetAll(Tasks &...tasks);

template <class Rep, class Period>
void SleepFor(const std::chrono::duration<Rep, Period> &duration);
void SleepUntil(Deadline deadline);
template <class Rep, class Period>
void InterruptibleSleepFor(const std::chrono::duration<Rep, Period> &duration);
void InterruptibleSleepUntil(Deadline deadline);
void Yield();
void RunStandalone(std::function<void()> payload);

namespace current_task {
bool IsCancelRequested() noexcept;
bool ShouldCancel() noexcept;
void CancellationPoint();
} // namespace current_task

class TaskCancellationBlocker final {
public:
  TaskCancellationBlocker();
  ~TaskCancellationBlocker();
};

class Mutex {
public:
  void lock();
  bool try_lock();
  void unlock();
};
class SharedMutex {
public:
  void lock();
  void unlock();
  void lock_shared();
  void unlock_shared();
};

} // namespace engine

namespace utils {
template <class F, class... Args>
[[nodiscard]] auto Async(std::string, F &&function, Args &&...args) {
  return engine::AsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
template <class F, class... Args>
[[nodiscard]] auto CriticalAsync(std::string, F &&function, Args &&...args) {
  return engine::AsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
template <class F, class... Args>
[[nodiscard]] auto AsyncBackground(std::string, int &, F &&function, Args &&...args) {
  return engine::AsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
template <class F, class... Args>
[[nodiscard]] auto CriticalAsyncBackground(std::string, int &, F &&function, Args &&...args) {
  return engine::AsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
template <class F, class... Args>
[[nodiscard]] auto SharedAsync(std::string, F &&function, Args &&...args) {
  return engine::SharedAsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
template <class F, class... Args>
[[nodiscard]] auto SharedCriticalAsync(std::string, F &&function, Args &&...args) {
  return engine::SharedAsyncNoSpan(std::forward<F>(function), std::forward<Args>(args)...);
}
} // namespace utils

namespace concurrent {
class BackgroundTaskStorageCore final {
public:
  ~BackgroundTaskStorageCore();
  void CancelAndWait() noexcept;
  void Detach(engine::Task &&task);
};
class BackgroundTaskStorage {
public:
  ~BackgroundTaskStorage();
  void CancelAndWait() noexcept;
  void CloseAndWaitDebug() noexcept;
  template <class F, class... Args>
  void AsyncDetach(std::string, F &&function, Args &&...args) {
    standin::keep(std::forward<F>(function));
    (standin::keep(std::forward<Args>(args)), ...);
  }
  template <class F, class... Args>
  void CriticalAsyncDetach(std::string, F &&function, Args &&...args) {
    standin::keep(std::forward<F>(function));
    (standin::keep(std::forward<Args>(args)), ...);
  }
};
} // namespace concurrent

namespace fs::blocking {
std::string ReadFileContents(const std::string &path);
void RewriteFileContents(const std::string &path, const std::string &contents);
void Rename(const std::string &source, const std::string &destination);
} // namespace fs::blocking

} // namespace userver
