// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// A condition keeps its value along a path until something may write it: a suspension writes what others reach.
#include <aio-standin/aio/aio.h>

#include <optional>

aio::coro<> fetch();
void change(bool &);
void look(const bool &);
bool shared_flag;

struct connection {
  bool closed = false;
  const bool secure = true;
  aio::coro<> asked_again_after_a_suspension() {
    std::optional<aio::coro<>> task;
    if (!closed)
      task = fetch();
    // CHECK: :[[#@LINE-1]]:14: warning: task returned by 'fetch' is not awaited on every path
    co_await fetch();
    if (!closed)
      co_await std::move(*task);
  }
  aio::coro<> asked_twice_without_a_suspension() {
    std::optional<aio::coro<>> task;
    if (!closed)
      task = fetch();
    if (!closed)
      co_await std::move(*task);
  }
  aio::coro<> a_constant_member_is_fine() {
    std::optional<aio::coro<>> task;
    if (secure)
      task = fetch();
    co_await fetch();
    if (secure)
      co_await std::move(*task);
  }
};

aio::coro<> a_global_after_a_suspension() {
  std::optional<aio::coro<>> task;
  if (shared_flag)
    task = fetch();
  // CHECK: :[[#@LINE-1]]:12: warning: task returned by 'fetch' is not awaited on every path
  co_await fetch();
  if (shared_flag)
    co_await std::move(*task);
}

aio::coro<> a_parameter_is_the_coroutines_own(bool wanted) {
  std::optional<aio::coro<>> task;
  if (wanted)
    task = fetch();
  co_await fetch();
  if (wanted)
    co_await std::move(*task);
}

aio::coro<> a_reference_is_not(bool &wanted) {
  std::optional<aio::coro<>> task;
  if (wanted)
    task = fetch();
  // CHECK: :[[#@LINE-1]]:12: warning: task returned by 'fetch' is not awaited on every path
  co_await fetch();
  if (wanted)
    co_await std::move(*task);
}

aio::coro<> given_by_reference(bool wanted) {
  std::optional<aio::coro<>> task;
  if (wanted)
    task = fetch();
  // CHECK: :[[#@LINE-1]]:12: warning: task returned by 'fetch' is not awaited on every path
  change(wanted);
  if (wanted)
    co_await std::move(*task);
}

aio::coro<> given_by_const_reference(bool wanted) {
  std::optional<aio::coro<>> task;
  if (wanted)
    task = fetch();
  look(wanted);
  if (wanted)
    co_await std::move(*task);
}

//===-- Exceptions ------------------------------------------------------------===//

aio::coro<> thrown_past_is_fine(bool b) {
  try {
    auto task = fetch();
    if (b)
      throw 1;
    co_await std::move(task);
  } catch (int) {
  }
}

aio::coro<> the_handler_returns(bool b) {
  auto task = fetch();
  // CHECK: :[[#@LINE-1]]:15: warning: task returned by 'fetch' is not awaited on every path
  try {
    co_await fetch();
  } catch (const std::runtime_error &) {
    if (b)
      co_return;
    // CHECK: :[[#@LINE-1]]:7: note: the path that leaves here loses 'task'
  }
  co_await std::move(task);
}
