// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Each library's cancellation exception and its base classes, and libraries whose cancellation no handler can catch.
#include <async_simple/async_simple.h>
#include <cobalt/cobalt.h>
#include <cppcoro/cppcoro.h>
#include <folly/folly.h>
#include <kj/kj.h>
#include <libcoro/libcoro.h>
#include <libunifex/libunifex.h>
#include <seastar/seastar.h>
#include <stdexec/stdexec.h>
#include <userver/userver.h>
#include <winrt/winrt.h>

using namespace std::chrono_literals;
void log(const char *);

namespace uses_folly {
folly::coro::Task<> work();
folly::coro::Task<> wrong() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &error) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log(error.what());
    }
  }
}
folly::coro::Task<> right() {
  try {
    co_await work();
  } catch (const folly::OperationCancelled &) {
    throw;
  } catch (const std::exception &error) {
    log(error.what());
  }
  co_await work();
}
folly::coro::Task<> right_with_a_scope() {
  folly::coro::CancellableAsyncScope scope;
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
    error = std::current_exception();
  }
  co_await scope.cancelAndJoinAsync();
  if (error)
    std::rethrow_exception(error);
}
folly::coro::Task<> ends_at_the_root() {
  try {
    co_await work();
  } catch (const folly::OperationCancelled &) {
    log("stopped");
  }
}
folly::coro::Task<> ends_at_the_root_of_a_chain() {
  try {
    co_await work();
  } catch (...) {
    log("stopped");
  }
}
void right_at_the_root(folly::Executor *executor, folly::coro::AsyncScope &scope) {
  scope.add(co_withExecutor(executor, ends_at_the_root_of_a_chain()));
}
folly::coro::Task<> ends_elsewhere() {
  try {
    co_await work();
  } catch (const folly::OperationCancelled &) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
    log("stopped");
  }
}
folly::coro::Task<> awaits_it() { co_await ends_elsewhere(); }
folly::coro::Task<> right_because_the_next_await_throws_again() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &error) {
      log(error.what());
    }
    co_await folly::coro::sleep(1s);
  }
}
// folly throws the cancellation again at the next await, so a general handler may catch it here.
struct failure : std::runtime_error {
  using runtime_error::runtime_error;
};
folly::coro::Task<bool> right_when_the_failure_is_returned() {
  try {
    co_await work();
    co_return true;
  } catch (...) {
    co_return false;
  }
}
folly::coro::Task<std::optional<int>> right_when_nothing_is_returned() {
  try {
    co_await work();
    co_return 1;
  } catch (const std::exception &error) {
    log(error.what());
  }
  co_return std::nullopt;
}
folly::coro::Task<> right_when_the_failure_is_translated() {
  try {
    co_await work();
  } catch (const std::exception &error) {
    throw failure(error.what());
  }
}
folly::coro::Task<> right_when_the_failure_is_logged() {
  try {
    co_await work();
  } catch (const std::exception &error) {
    log(error.what());
  }
}
folly::coro::Task<> right_for_each_step_of_a_loop(const std::vector<int> &all) {
  co_await right_when_the_failure_is_logged();
  for (int one : all) {
    try {
      co_await work();
    } catch (const std::exception &error) {
      log(one ? error.what() : "none");
    }
  }
  for (int tries = 0; tries < 3; ++tries) {
    try {
      co_await work();
      co_return;
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
folly::coro::Task<> right_while_a_flag_is_not_set(const bool &stopped) {
  while (!stopped) {
    try {
      co_await work();
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
folly::coro::Task<> close_connection();
folly::coro::Task<> right_for_a_cleanup() {
  try {
    co_await close_connection();
  } catch (...) {
  }
  co_await work();
}
folly::coro::Task<> wrong_when_the_handler_is_empty() {
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and goes on as if nothing had happened [coro-swallowed-cancellation]
  }
  co_await work();
}
folly::coro::Task<> wrong_when_an_empty_handler_ends_the_coroutine() {
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
  }
}
folly::coro::Task<bool> wrong_when_success_is_returned() {
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
  }
  co_return true;
}
folly::coro::Task<> wrong_when_another_exception_replaces_it() {
  try {
    co_await work();
  } catch (const folly::OperationCancelled &) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'OperationCancelled' and throws something else in its place [coro-swallowed-cancellation]
    throw failure("cancelled");
  }
}
folly::coro::Task<> right_for_other_errors() {
  try {
    co_await work();
  } catch (const std::runtime_error &error) {
    log(error.what());
  }
  co_await work();
}
} // namespace uses_folly

namespace uses_cppcoro {
cppcoro::task<> wrong(cppcoro::io_service &service, cppcoro::cancellation_token token) {
  for (;;) {
    try {
      co_await service.schedule_after(1s, token);
    } catch (...) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'operation_cancelled' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
  }
}
cppcoro::task<> right(cppcoro::io_service &service, cppcoro::cancellation_token token) {
  for (;;) {
    try {
      co_await service.schedule_after(1s, token);
    } catch (const cppcoro::operation_cancelled &) {
      throw;
    } catch (...) {
      log("failed");
    }
  }
}
cppcoro::task<> right_when_the_loop_tests_the_token(cppcoro::io_service &service, cppcoro::cancellation_token token) {
  while (!token.is_cancellation_requested()) {
    try {
      co_await service.schedule_after(1s, token);
    } catch (const cppcoro::operation_cancelled &) {
    }
  }
}
} // namespace uses_cppcoro

namespace uses_seastar {
using namespace seastar;
future<> work();
future<> wrong() {
  for (;;) {
    try {
      co_await sleep_abortable(1s);
    } catch (const std::exception &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'abort_requested_exception' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
  }
}
future<> right(abort_source &source) {
  while (!source.abort_requested()) {
    try {
      co_await sleep_abortable(1s, source);
    } catch (const sleep_aborted &) {
    }
  }
}
future<> right_when_the_handler_names_the_cancellation(abort_source &source) {
  for (;;) {
    try {
      co_await sleep_abortable(1s, source);
    } catch (const sleep_aborted &) {
      co_return;
    }
    co_await work();
  }
}
future<> right_with_the_base_of_the_cancellations(abort_source &source) {
  try {
    co_await sleep_abortable(1s, source);
  } catch (const abort_requested_exception &) {
    log("woken up");
  }
  co_await work();
}
future<> awaits_them(abort_source &source) {
  co_await right_when_the_handler_names_the_cancellation(source);
  co_await right_with_the_base_of_the_cancellations(source);
}
future<> wrong_when_a_named_cancellation_is_retried(abort_source &source) {
  for (;;) {
    try {
      co_await sleep_abortable(1s, source);
    } catch (const sleep_aborted &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'sleep_aborted' and goes on as if nothing had happened [coro-swallowed-cancellation]
    }
  }
}
class server {
public:
  future<> right_with_a_flag() {
    while (!closing_) {
      try {
        co_await work();
      } catch (const std::exception &) {
        log("failed");
      }
    }
  }
  future<> right_with_a_flag_inside() {
    for (;;) {
      try {
        co_await work();
      } catch (const std::exception &) {
        log("failed");
      }
      if (closing_)
        break;
    }
  }
  future<> wrong_with_another_flag() {
    for (;;) {
      try {
        co_await work();
      } catch (const std::exception &) {
      // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'abort_requested_exception' and goes on as if nothing had happened [coro-swallowed-cancellation]
        log("failed");
      }
      if (verbose_)
        log("again");
    }
  }

private:
  bool closing_ = false;
  bool verbose_ = false;
};
future<> right_when_only_one_step_fails() {
  try {
    co_await work();
  } catch (const std::exception &) {
    log("failed");
  }
  co_await work();
}
future<> right_without_a_token() {
  try {
    co_await work();
  } catch (...) {
    log("failed");
  }
}
future<> right_when_translated() {
  try {
    co_await work();
  } catch (const std::exception &error) {
    throw std::runtime_error(error.what());
  }
}
future<> wrong_with_a_token(abort_source &source) {
  try {
    co_await sleep_abortable(1s, source);
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'abort_requested_exception' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
    log("failed");
  }
}
future<> awaits_these(abort_source &source) {
  co_await right_without_a_token();
  co_await right_when_translated();
  co_await wrong_with_a_token(source);
}
future<> right_for_timeouts() {
  try {
    co_await work();
  } catch (const timed_out_error &) {
    log("late");
  }
  co_await work();
}
future<> right_with_the_exception_as_a_value() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
    error = std::current_exception();
  }
  co_await work();
  if (error)
    co_await coroutine::return_exception_ptr(std::move(error));
}
} // namespace uses_seastar

namespace uses_winrt {
using namespace winrt::Windows::Foundation;
IAsyncAction work();
IAsyncAction wrong() {
  for (;;) {
    try {
      co_await work();
    } catch (const winrt::hresult_error &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'hresult_canceled' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
  }
}
IAsyncAction right() {
  try {
    co_await work();
  } catch (const winrt::hresult_canceled &) {
    throw;
  } catch (const winrt::hresult_error &) {
    log("failed");
  }
  co_await work();
}
IAsyncAction right_for_std_exceptions() {
  try {
    co_await work();
  } catch (const std::exception &) {
    log("failed");
  }
  co_await work();
}
} // namespace uses_winrt

namespace uses_async_simple {
async_simple::coro::Lazy<> work();
async_simple::coro::Lazy<> wrong() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::runtime_error &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'SignalException' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
  }
}
async_simple::coro::Lazy<> right() {
  try {
    co_await work();
  } catch (const async_simple::SignalException &) {
    throw;
  } catch (const std::exception &) {
    log("failed");
  }
  co_await work();
}
} // namespace uses_async_simple

namespace uses_cobalt {
boost::cobalt::promise<void> work();
boost::cobalt::task<void> wrong() {
  for (;;) {
    try {
      co_await work();
    } catch (const std::exception &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'system_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
  }
}
boost::cobalt::task<void> right() {
  for (;;) {
    try {
      co_await work();
    } catch (const boost::system::system_error &error) {
      if (error.code() == boost::asio::error::operation_aborted)
        throw;
      log("failed");
    }
  }
}
boost::cobalt::task<void> right_for_a_session() {
  try {
    for (;;)
      co_await work();
  } catch (const std::exception &error) {
    log(error.what()); // the peer has gone
  }
}
boost::cobalt::task<void> right_when_translated() {
  co_await right_for_a_session();
  try {
    co_await work();
  } catch (const boost::system::system_error &error) {
    throw std::runtime_error(error.what());
  }
}
boost::cobalt::task<void> right_when_the_loop_tests_the_token() {
  while ((co_await boost::cobalt::this_coro::cancelled) == boost::asio::cancellation_type::none) {
    try {
      co_await work();
    } catch (const std::exception &) {
      log("failed");
    }
  }
}
} // namespace uses_cobalt

// Cancellation by a stopped signal, or by destroying the frame: a handler never sees it.
namespace unaffected {
stdexec::task<> sender_work();
stdexec::task<> stdexec_is_fine() {
  for (;;) {
    try {
      co_await sender_work();
    } catch (...) {
      log("failed");
    }
  }
}
unifex::task<> unifex_work();
unifex::task<> unifex_is_fine() {
  for (;;) {
    try {
      co_await unifex_work();
    } catch (...) {
      log("failed");
    }
  }
}
kj::Promise<void> promise();
kj::Promise<void> kj_is_fine() {
  for (;;) {
    try {
      co_await promise();
    } catch (...) {
      log("failed");
    }
  }
}
coro::task<> pool_work();
coro::task<> libcoro_is_fine() {
  for (;;) {
    try {
      co_await pool_work();
    } catch (...) {
      log("failed");
    }
  }
}
} // namespace unaffected

// userver's tasks have stacks of their own and wait in plain functions.
namespace uses_userver {
using namespace userver;
bool pop(int &item);
void handle(int item);
auto wrong_in_a_task() {
  return utils::Async("worker", [] {
    for (;;) {
      try {
        auto task = utils::Async("step", [] { handle(1); });
        task.Get();
      } catch (const std::exception &error) {
        // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation '{{.*}}' and goes on as if nothing had happened [coro-swallowed-cancellation]
        log(error.what());
      }
      engine::InterruptibleSleepFor(1s);
    }
  });
}
int wrong_when_it_retries_until_it_succeeds() {
  while (true) {
    try {
      return utils::Async("step", [] { return 1; }).Get();
    } catch (...) {
      // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation '{{.*}}' and goes on as if nothing had happened [coro-swallowed-cancellation]
    }
  }
}
void right_with_a_condition() {
  while (!engine::current_task::ShouldCancel()) {
    try {
      utils::Async("step", [] { handle(1); }).Get();
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
void right_with_a_cancellation_point() {
  for (;;) {
    try {
      utils::Async("step", [] { handle(1); }).Get();
    } catch (const std::exception &error) {
      log(error.what());
    }
    engine::current_task::CancellationPoint();
  }
}
void right_with_a_queue() {
  int item;
  while (pop(item)) { // false when cancelled
    try {
      utils::Async("step", [item] { handle(item); }).Get();
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
  for (;;) {
    if (!pop(item))
      return;
    try {
      utils::Async("step", [item] { handle(item); }).Get();
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
void right_with_a_handler_for_the_cancellation() {
  for (;;) {
    try {
      utils::Async("step", [] { handle(1); }).Get();
    } catch (const engine::WaitInterruptedException &) {
      throw;
    } catch (const engine::TaskCancelledException &) {
      throw;
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
int right_once() {
  try {
    return utils::Async("step", [] { return 1; }).Get();
  } catch (const std::exception &error) {
    log(error.what());
  }
  return 0;
}
void right_with_retries() {
  for (int i = 0; i < 3; ++i) {
    try {
      utils::Async("step", [] { handle(1); }).Get();
    } catch (const std::exception &error) {
      log(error.what());
    }
  }
}
} // namespace uses_userver
