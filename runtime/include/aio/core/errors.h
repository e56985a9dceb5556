// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The exceptions of aio, with asyncio's names and conditions.
#pragma once

#include <cstddef>
#include <exception>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <typeinfo>
#include <utility>

namespace aio {

/// The root of the exceptions that must pass through `catch (const std::exception &)`.
///
/// asyncio derives CancelledError, SystemExit and KeyboardInterrupt from BaseException for the same reason: an
/// ordinary handler must not swallow them.
class base_exception {
public:
  explicit base_exception(std::string message = {}) : message_(std::move(message)) {}
  base_exception(const base_exception &) = default;
  base_exception &operator=(const base_exception &) = default;
  virtual ~base_exception();
  virtual const char *what() const noexcept { return message_.c_str(); }
  const std::string &message() const noexcept { return message_; }

private:
  std::string message_;
};

/// Thrown at the await of a task that was cancelled; carries the message given to `cancel()`.
class cancelled_error final : public base_exception {
public:
  using base_exception::base_exception;
};

/// Thrown at the `co_yield` of an async generator that is being closed.
class generator_exit final : public base_exception {
public:
  using base_exception::base_exception;
};

/// Leaves the loop at once when a callback or task throws it.
class system_exit final : public base_exception {
public:
  explicit system_exit(int code = 0) : base_exception("exit"), code_(code) {}
  int code() const noexcept { return code_; }

private:
  int code_;
};

/// Thrown by `run()` when SIGINT cancelled its main task; leaves the loop at once, like system_exit.
class keyboard_interrupt final : public base_exception {
public:
  using base_exception::base_exception;
};

/// Wrong use that depends on the state of the program, such as a missing running loop.
class runtime_error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// An argument of the right type with a value that is not accepted.
class value_error : public std::invalid_argument {
public:
  using std::invalid_argument::invalid_argument;
};

/// An argument of a type that is not accepted.
class type_error : public std::invalid_argument {
public:
  using std::invalid_argument::invalid_argument;
};

/// A context variable was read that has no value.
class lookup_error : public std::out_of_range {
public:
  using std::out_of_range::out_of_range;
};

/// A future was set twice, or read before it was done.
class invalid_state_error : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

/// A deadline passed.
class timeout_error : public std::runtime_error {
public:
  timeout_error() : std::runtime_error("timed out") {}
  using std::runtime_error::runtime_error;
  explicit timeout_error(std::exception_ptr cause) : timeout_error() { cause_ = std::move(cause); }
  /// The cancellation by which `timeout` or `wait_for` ended its body; empty if there was none.
  const std::exception_ptr &cause() const noexcept { return cause_; }

private:
  std::exception_ptr cause_;
};

/// `get_nowait()` found the queue empty.
class queue_empty : public std::runtime_error {
public:
  queue_empty() : std::runtime_error("queue is empty") {}
};

/// `put_nowait()` found the queue full.
class queue_full : public std::runtime_error {
public:
  queue_full() : std::runtime_error("queue is full") {}
};

/// The queue was shut down.
class queue_shut_down : public std::runtime_error {
public:
  queue_shut_down() : std::runtime_error("queue is shut down") {}
};

/// The barrier was aborted, or reset while the task was in it.
class broken_barrier_error : public runtime_error {
public:
  using runtime_error::runtime_error;
};

/// The stream ended before the requested number of bytes, or the separator, came.
class incomplete_read_error : public std::runtime_error {
public:
  incomplete_read_error(std::string partial, std::optional<std::size_t> expected)
      : std::runtime_error(std::to_string(partial.size()) + " bytes read on a total of " +
                           (expected ? std::to_string(*expected) : "undefined") + " expected bytes"),
        partial_(std::move(partial)), expected_(expected) {}
  /// The bytes that were read before the end.
  const std::string &partial() const noexcept { return partial_; }
  /// The number of bytes that were requested; empty if a separator was requested.
  std::optional<std::size_t> expected() const noexcept { return expected_; }

private:
  std::string partial_;
  std::optional<std::size_t> expected_;
};

/// The separator was not found within the limit of the stream's buffer.
class limit_overrun_error : public std::runtime_error {
public:
  limit_overrun_error(const std::string &message, std::size_t consumed)
      : std::runtime_error(message), consumed_(consumed) {}
  std::size_t consumed() const noexcept { return consumed_; }

private:
  std::size_t consumed_;
};

/// A worker process died; its pool accepts no more work.
class broken_process_pool : public runtime_error {
public:
  using runtime_error::runtime_error;
};

namespace detail {

/// True if the exception's type is exactly E; does not rethrow where the ABI allows to look.
template <class E> bool holds_exactly(const std::exception_ptr &error) noexcept {
  if (!error)
    return false;
#if defined(__GLIBCXX__)
  return *error.__cxa_exception_type() == typeid(E);
#else
  try {
    std::rethrow_exception(error);
  } catch (const E &) {
    return true;
  } catch (...) {
    return false;
  }
#endif
}

inline bool is_cancelled_error(const std::exception_ptr &error) noexcept {
  return holds_exactly<cancelled_error>(error);
}

inline bool is_exit_error(const std::exception_ptr &error) noexcept {
  return holds_exactly<system_exit>(error) || holds_exactly<keyboard_interrupt>(error);
}

/// The message of a cancelled_error; empty for anything else.
std::string cancel_message_of(const std::exception_ptr &error);

/// The name of a type as it is written.
std::string type_name(const std::type_info &type);
/// "type: what()" of any exception, for reports.
std::string describe(const std::exception_ptr &error);

} // namespace detail
} // namespace aio
