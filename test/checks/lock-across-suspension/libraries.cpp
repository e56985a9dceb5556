// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Thread locks and guards of libraries, and their locks that are acquired by awaiting.
#include "../own.h"
#include <boost/thread/lock_types.hpp>
#include <boost/thread/shared_mutex.hpp>
#include <cppcoro/cppcoro.h>
#include <folly/folly.h>
#include <mutex>
#include <vector>

own::lazy<> turn();

own::lazy<> in_boost(boost::shared_mutex &m) {
  boost::shared_lock<boost::shared_mutex> lock(m);
  // CHECK: :[[#@LINE-1]]:43: warning: 'lock' holds its mutex while 'in_boost' is suspended
  co_await turn();
}

folly::coro::Task<> step();
folly::coro::Task<> in_folly(folly::Synchronized<std::vector<int>> &rows) {
  auto locked = rows.wlock();
  // CHECK: :[[#@LINE-1]]:8: warning: 'locked' holds its mutex while 'in_folly' is suspended
  locked->push_back(1);
  co_await step();
}
folly::coro::Task<> in_folly_by_hand(folly::SpinLock &spin) {
  spin.lock();
  // CHECK: :[[#@LINE-1]]:3: warning: 'spin' is held while 'in_folly_by_hand' is suspended
  co_await step();
  spin.unlock();
}
folly::coro::Task<> unlocked_in_folly_is_fine(folly::Synchronized<std::vector<int>> &rows) {
  auto locked = rows.wlock();
  locked->push_back(1);
  locked.unlock();
  co_await step();
}
folly::coro::Task<> a_mutex_of_folly_coro_is_fine(folly::coro::Mutex &m) {
  auto lock = co_await m.co_scoped_lock();
  co_await step();
}

cppcoro::task<> a_mutex_of_cppcoro_is_fine(cppcoro::async_mutex &m) {
  auto lock = co_await m.scoped_lock_async();
  co_await std::suspend_always();
}
