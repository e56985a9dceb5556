// The option Eager turns off reports of callables whose task already runs.
// RUN: %check --config="{CheckOptions: {coro-void-callback.Eager: false}}" %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
#include "../own.h"
#include <functional>

own::eager<> start();
own::lazy<> prepare();

std::function<void()> already_runs = start;
void callbacks() {
  std::function<void()> first = start;
  std::function<void()> second = prepare;
  // CHECK: :[[#@LINE-1]]:34: warning: 'std::function' calls this and drops the task it returns, which never runs [coro-void-callback]
}
