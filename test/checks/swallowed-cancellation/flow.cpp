// RUN: %check %s -- %flags 2>&1 | FileCheck %s --implicit-check-not=warning:
// Which paths from a handler to the end of the coroutine pass the cancellation on.
#include <aio-standin/aio/aio.h>

#include <future>
#include <variant>

using namespace std::chrono_literals;
aio::coro<> work();
aio::coro<int> answer();
aio::coro<> clean_up();
void log(const char *);

//===-- Swallowed -----------------------------------------------------------===//

aio::coro<> by_continue() {
  for (;;)
    try {
      co_await work();
    } catch (const aio::cancelled_error &) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      continue;
    }
}

aio::coro<> by_break() {
  for (;;) {
    try {
      co_await work();
    } catch (...) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      break;
    }
  }
  co_await clean_up();
}

aio::coro<> on_one_path(bool strict) {
  try {
    co_await work();
  } catch (const aio::cancelled_error &) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    if (strict)
      throw;
  }
  co_await clean_up();
}

aio::coro<> by_goto() {
again:
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    log("again");
    goto again;
  }
}

aio::coro<> saved_and_forgotten() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
    error = std::current_exception();
  }
  co_await clean_up();
}
aio::coro<> saved_and_logged() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and ends the coroutine as if it had succeeded [coro-swallowed-cancellation]
    error = std::current_exception();
  }
  co_await clean_up();
  if (error)
    log("failed");
}
aio::coro<> awaits_them() {
  co_await saved_and_forgotten();
  co_await saved_and_logged();
}

aio::coro<> by_value_too() {
  try {
    co_await work();
  } catch (aio::cancelled_error) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
  }
  co_await clean_up();
}

aio::coro<> in_a_lambda() {
  auto inner = []() -> aio::coro<> {
    try {
      co_await work();
    } catch (...) {
    // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
      log("failed");
    }
    co_await clean_up();
  };
  co_await inner();
}

template <class T>
aio::coro<> template_is_reported_once(T) {
  try {
    co_await work();
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    log("failed");
  }
  co_await clean_up();
}
aio::coro<> instantiates() {
  co_await template_is_reported_once(1);
  co_await template_is_reported_once('c');
}

aio::coro<> through_an_inner_handler() {
  try {
    try {
      co_await work();
    } catch (const std::runtime_error &) {
      log("failed");
    }
  } catch (...) {
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: this handler catches the cancellation 'cancelled_error' and goes on as if nothing had happened [coro-swallowed-cancellation]
    log("failed");
  }
  co_await clean_up();
}

//===-- Passed on -----------------------------------------------------------===//

aio::coro<> compared_with_nullptr_is_fine() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
    error = std::current_exception();
  }
  co_await clean_up();
  if (error != nullptr) {
    log("failed");
    std::rethrow_exception(error);
  }
}

aio::coro<> left_early_without_an_error_is_fine() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
    error = std::current_exception();
  }
  if (error == nullptr)
    co_return;
  co_await clean_up();
  std::rethrow_exception(error);
}

class remembered_in_a_member_is_fine {
public:
  aio::coro<> by_a_flag() {
    try {
      co_await work();
    } catch (const aio::cancelled_error &) {
      cancelled_ = true;
    }
    co_await clean_up();
    if (cancelled_)
      throw aio::cancelled_error();
  }
  aio::coro<> by_an_exception() {
    try {
      co_await work();
    } catch (...) {
      error_ = std::current_exception();
    }
    co_await clean_up();
    if (error_)
      std::rethrow_exception(error_);
  }

private:
  bool cancelled_ = false;
  std::exception_ptr error_;
};

class kept_for_others_is_fine {
public:
  aio::coro<> run() {
    try {
      co_await work();
    } catch (...) {
      error_ = std::current_exception();
    }
    done_ = true;
  }
  aio::coro<> join() {
    co_await run();
    if (error_)
      std::rethrow_exception(error_);
  }

private:
  bool done_ = false;
  std::exception_ptr error_;
};

aio::coro<> remembered_in_an_enumeration_is_fine() {
  enum { done, cancelled, failed } outcome = done;
  try {
    co_await work();
  } catch (const aio::cancelled_error &) {
    outcome = cancelled;
  } catch (...) {
    outcome = failed;
  }
  co_await clean_up();
  if (outcome == cancelled)
    throw aio::cancelled_error();
}

aio::coro<> remembered_in_an_optional_is_fine() {
  std::optional<aio::cancelled_error> cancelled;
  try {
    co_await work();
  } catch (const aio::cancelled_error &error) {
    cancelled = error;
  }
  co_await clean_up();
  if (cancelled)
    throw *cancelled;
}

aio::coro<> remembered_in_a_variant_is_fine() {
  std::variant<std::monostate, int, std::exception_ptr> result;
  try {
    result = co_await answer();
  } catch (...) {
    result = std::current_exception();
  }
  co_await clean_up();
  if (auto *error = std::get_if<std::exception_ptr>(&result))
    std::rethrow_exception(*error);
}

aio::coro<> the_first_of_many_errors_is_fine() {
  std::exception_ptr first;
  for (int i = 0; i < 3; ++i) {
    try {
      co_await work();
    } catch (...) {
      if (!first)
        first = std::current_exception();
    }
  }
  if (first)
    std::rethrow_exception(first);
}

aio::coro<> handed_to_a_promise_is_fine(std::promise<int> promise) {
  try {
    promise.set_value(co_await answer());
  } catch (...) {
    promise.set_exception(std::current_exception());
  }
}

aio::coro<> kept_in_a_list_is_fine(std::vector<std::exception_ptr> &errors) {
  try {
    co_await work();
  } catch (...) {
    errors.push_back(std::current_exception());
  }
  co_await clean_up();
}

[[noreturn]] void rethrow_logged() {
  log("failed");
  throw;
}
aio::coro<> rethrown_by_a_helper_is_fine() {
  try {
    co_await work();
  } catch (...) {
    rethrow_logged();
  }
  co_await clean_up();
}

aio::coro<int> retried_for_other_errors_is_fine() {
  for (int attempt = 0;; ++attempt) {
    std::exception_ptr error;
    try {
      co_return co_await answer();
    } catch (const aio::cancelled_error &) {
      throw;
    } catch (...) {
      error = std::current_exception();
    }
    if (attempt == 3)
      std::rethrow_exception(error);
    co_await aio::sleep(1s);
  }
}

aio::coro<> rethrown_after_the_last_retry_is_fine() {
  for (int attempt = 0; attempt < 3; ++attempt) {
    std::exception_ptr error;
    try {
      co_await work();
    } catch (...) {
      error = std::current_exception();
    }
    if (!error)
      co_return;
    if (attempt == 2)
      std::rethrow_exception(error);
    log("again");
  }
}
aio::coro<> awaits_the_retries() { co_await rethrown_after_the_last_retry_is_fine(); }

aio::coro<std::optional<int>> a_timeout_is_fine() {
  try {
    co_return co_await aio::wait_for(answer(), 1s);
  } catch (const std::runtime_error &) {
    co_return std::nullopt;
  }
}

aio::coro<> cleanup_that_may_fail_is_fine() {
  std::exception_ptr error;
  try {
    co_await work();
  } catch (...) {
    error = std::current_exception();
  }
  try {
    co_await clean_up();
  } catch (const std::exception &failure) {
    log(failure.what());
  }
  if (error)
    std::rethrow_exception(error);
}

aio::coro<> asks_whether_it_was_cancelled_is_fine() {
  auto self = aio::create_task(work());
  try {
    co_await self;
  } catch (const aio::cancelled_error &) {
    if (!self.cancelled())
      throw;
    log("the other one was cancelled");
  }
}
