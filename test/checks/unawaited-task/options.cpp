// Each option is turned off, one at a time.
// RUN: %check --config="{CheckOptions: {coro-unawaited-task.SomePaths: false}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,AWAITERS --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-unawaited-task.Awaiters: false}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,PATHS --implicit-check-not=warning:
#include "../own.h"

own::lazy<> fetch();
own::awaits<void> operation();

own::lazy<> on_some_path(bool b) {
  auto task = fetch();
  // PATHS: :[[#@LINE-1]]:15: warning: task returned by 'fetch' is not awaited on every path [coro-unawaited-task]
  if (b)
    co_return;
  co_await std::move(task);
}

own::lazy<> an_operation() {
  operation();
  // AWAITERS: :[[#@LINE-1]]:3: warning: awaitable returned by 'operation' is never awaited, so nothing happens [coro-unawaited-task]
  co_return;
}

own::lazy<> always() {
  fetch();
  // CHECK: :[[#@LINE-1]]:3: warning: task returned by 'fetch' is never awaited, so it never runs [coro-unawaited-task]
  co_return;
}

own::lazy<> suppressed() {
  fetch(); // NOLINT(coro-unawaited-task)
  // NOLINTNEXTLINE(coro-*)
  fetch();
  co_return;
}
