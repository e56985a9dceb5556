// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Shared by the runtime's tests: a virtual loop with a log, and ways to count passes.
#pragma once

#include <aio/aio.h>
#include <aio/testing.h>

#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include <gtest/gtest.h>

using namespace std::chrono_literals;
using aio::coro;
using aio::future;
using aio::task;

/// An error of the tests' own.
struct test_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct other_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

using log_t = std::vector<std::string>;

/// The virtual seconds that have passed.
inline double now() { return std::chrono::duration<double>(aio::testing::now()).count(); }

/// Runs a coroutine on a fresh virtual loop.
template <class F> auto on_loop(F body) { return aio::testing::run(body()); }

/// Becomes true in the next pass. The callback that sets it may outlive it.
class soon {
public:
  soon() : flag_(std::make_shared<bool>(false)) {
    aio::get_running_loop().call_soon([flag = flag_] { *flag = true; });
  }
  operator bool() const { return *flag_; } // NOLINT(google-explicit-constructor)

private:
  std::shared_ptr<bool> flag_;
};

/// Lets n passes go by.
inline coro<> ticks(int n) {
  for (int i = 0; i < n; ++i)
    co_await aio::sleep(0s);
}

/// Runs n passes of a loop that is not running.
inline void passes(aio::event_loop &loop, int n) {
  for (int i = 0; i < n; ++i) {
    loop.call_soon([] {});
    loop.run_once();
  }
}

inline coro<> sleeper(double seconds) { co_await aio::sleep(std::chrono::duration<double>(seconds)); }
template <class T> coro<T> value_after(T value, double seconds) {
  co_await aio::sleep(std::chrono::duration<double>(seconds));
  co_return value;
}
inline coro<> fail_after(double seconds, std::string what = "E") {
  co_await aio::sleep(std::chrono::duration<double>(seconds));
  throw test_error(what);
}
inline coro<> fail_now(std::string what = "E") {
  throw test_error(what);
  co_return;
}
/// Sleeps in its cleanup for some time after a cancellation, then rethrows it.
inline coro<> slow_to_cancel(double cleanup, log_t *log = nullptr) {
  std::exception_ptr error;
  try {
    co_await aio::sleep(1000s);
  } catch (const aio::cancelled_error &) {
    error = std::current_exception();
  }
  if (log)
    log->push_back("cancelled");
  co_await aio::sleep(std::chrono::duration<double>(cleanup));
  std::rethrow_exception(error);
}

/// The end of an awaitable, as text: "value", "cancelled:msg", "timeout" or what() of the exception.
template <class A> coro<std::string> ending(A awaitable) {
  try {
    co_await std::move(awaitable);
  } catch (const aio::cancelled_error &e) {
    co_return "cancelled:" + e.message();
  } catch (const aio::timeout_error &) {
    co_return "timeout";
  } catch (const std::exception &e) {
    co_return e.what();
  }
  co_return "value";
}
/// Expects two texts to be equal and reports at the place of the caller; allows a lambda as the caller's last argument.
inline void expect_text(const std::string &wanted, const std::string &is, const std::source_location &where) {
  if (is != wanted)
    ADD_FAILURE_AT(where.file_name(), static_cast<int>(where.line())) << "\"" << is << "\", not \"" << wanted << '"';
}

inline std::string text_of(const std::exception_ptr &error) {
  if (!error)
    return "none";
  try {
    std::rethrow_exception(error);
  } catch (const aio::cancelled_error &e) {
    return "cancelled:" + e.message();
  } catch (const aio::timeout_error &) {
    return "timeout";
  } catch (const std::exception &e) {
    return e.what();
  } catch (const aio::base_exception &e) {
    return e.message();
  } catch (...) {
    return "other";
  }
}

/// Collects what reaches the running loop's exception handler.
struct reports {
  std::vector<std::string> messages;
  std::vector<std::string> errors;
  explicit reports(aio::event_loop &loop) {
    loop.set_exception_handler([this](aio::event_loop &, const aio::exception_context &c) {
      messages.push_back(c.message);
      errors.push_back(text_of(c.exception));
    });
  }
  std::size_t count() const { return messages.size(); }
};

/// Collects warnings while it lives.
class warnings {
public:
  warnings() : old_(aio::set_warning_handler([this](const std::string &m) { seen.push_back(m); })) {}
  ~warnings() { aio::set_warning_handler(old_); }
  std::vector<std::string> seen;

private:
  aio::warning_handler old_;
};
