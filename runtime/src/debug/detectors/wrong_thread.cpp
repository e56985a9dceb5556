// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Detects operations of a loop, and of what its tasks share, on a thread other than the loop's.
#include "../detector.h"

#include <map>
#include <mutex>
#include <thread>

namespace aio::debug {

namespace {

/// The loops that run in debug mode, and their threads.
class running_loops {
public:
  void add(const event_loop &loop) {
    const std::lock_guard lock(mutex_);
    threads_[&loop] = std::this_thread::get_id();
  }
  void remove(const event_loop &loop) {
    const std::lock_guard lock(mutex_);
    threads_.erase(&loop);
  }
  bool runs_elsewhere(const event_loop &loop) {
    const std::lock_guard lock(mutex_);
    const auto found = threads_.find(&loop);
    return found != threads_.end() && found->second != std::this_thread::get_id();
  }

private:
  std::mutex mutex_;
  std::map<const event_loop *, std::thread::id> threads_;
};
running_loops &running() {
  static auto *loops = new running_loops; // NOLINT(cppcoreguidelines-owning-memory): other threads may outlive main
  return *loops;
}

bool say(event_loop &loop, const char *operation) {
  const detail::allow_blocking guard;
  if (!running().runs_elsewhere(loop))
    return false;
  const std::vector<place> calls = places_here();
  std::vector<note> notes;
  for (std::size_t i = 1; i < calls.size() && i < 4; ++i)
    notes.push_back({calls[i], "called by way of '" + short_name(calls[i].function) + "'"});
  emit({std::string(::coro::pitfalls::WrongThread.Id),
        "'" + std::string(operation) + "' is used from another thread than the one its loop runs in",
        calls.empty() ? place() : calls.front(), std::move(notes)});
  return true;
}

/// Knows in which thread its loop runs; the operations themselves call `say`, in the foreign thread.
class wrong_thread final : public detector {
public:
  using detector::detector;
  ~wrong_thread() override { running().remove(loop()); }
  hook_set wants() const noexcept override { return hook::loop_started | hook::loop_stopped; }
  void loop_started(event_loop &where) override { running().add(where); }
  void loop_stopped(event_loop &where) override { running().remove(where); }
};

} // namespace

std::shared_ptr<instrument> make_wrong_thread(event_loop &loop, registry &notes) {
  detail::foreign_touch.store(say, std::memory_order_release);
  // Debug mode may be switched on while the loop runs.
  if (running_loop_or_null() == &loop)
    running().add(loop);
  return std::make_shared<wrong_thread>(::coro::pitfalls::WrongThread, loop, notes);
}

} // namespace aio::debug
