// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// outcome<T>: a value or an exception; gather returns these when it is asked to return exceptions.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>
#include <variant>

#include <aio/core/task.h>

namespace aio {

/// The type of a T in a list of results: void becomes std::monostate.
template <class T> using gathered = std::conditional_t<std::is_void_v<T>, std::monostate, std::decay_t<T>>;

/// Holds a value or an exception.
template <class T> class outcome {
public:
  outcome(gathered<T> value) : content_(std::in_place_index<0>, std::move(value)) {}        // NOLINT
  outcome(std::exception_ptr error) : content_(std::in_place_index<1>, std::move(error)) {} // NOLINT
  bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }
  /// Returns the value, or throws the exception.
  gathered<T> &value() {
    if (!has_value())
      std::rethrow_exception(std::get<1>(content_));
    return std::get<0>(content_);
  }
  const gathered<T> &value() const { return const_cast<outcome &>(*this).value(); }
  /// The exception, or empty.
  std::exception_ptr exception() const noexcept { return error(); }
  std::exception_ptr error() const noexcept { return has_value() ? nullptr : std::get<1>(content_); }
  bool cancelled() const noexcept { return detail::is_cancelled_error(error()); }

private:
  std::variant<gathered<T>, std::exception_ptr> content_;
};

} // namespace aio
