// Each option is turned off, one at a time.
// RUN: %check --config="{CheckOptions: {coro-discarded-task.SomePaths: false}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,CASTS --implicit-check-not=warning:
// RUN: %check --config="{CheckOptions: {coro-discarded-task.VoidCasts: false}}" %s -- %flags 2>&1 | FileCheck %s --check-prefixes=CHECK,PATHS --implicit-check-not=warning:
#include "../own.h"

own::eager<> start();

own::lazy<> on_some_path(bool b) {
  auto task = start();
  // PATHS: :[[#@LINE-1]]:15: warning: running task returned by 'start' is dropped on some path
  if (b)
    co_return;
  co_await std::move(task);
}

void cast_to_void() {
  (void)start();
  // CASTS: :[[#@LINE-1]]:9: warning: running task returned by 'start' is dropped
  static_cast<void>(start());
  // CASTS: :[[#@LINE-1]]:21: warning: running task returned by 'start' is dropped
}

void always() {
  start();
  // CHECK: :[[#@LINE-1]]:3: warning: running task returned by 'start' is dropped
}
