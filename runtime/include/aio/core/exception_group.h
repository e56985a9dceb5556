// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// exception_group: several exceptions at once, and splitting them by type.
#pragma once

#include <exception>
#include <functional>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <aio/core/errors.h>

namespace aio {

/// Carries the exceptions of several tasks.
///
/// C++ has no `except*`: catch the group, `split` it by type, handle the first part and rethrow the second.
/// **Source** PEP 654.
class exception_group : public std::exception {
public:
  /// **Errors** value_error if there are no exceptions.
  exception_group(std::string message, std::vector<std::exception_ptr> exceptions);
  const char *what() const noexcept override { return text_.c_str(); }
  const std::string &message() const noexcept { return message_; }
  const std::vector<std::exception_ptr> &exceptions() const noexcept { return exceptions_; }

  using predicate = std::function<bool(const std::exception_ptr &)>;
  using halves = std::pair<std::optional<exception_group>, std::optional<exception_group>>;
  /// Divides the leaves into those for which the predicate holds and the rest; nesting is kept.
  halves split_if(const predicate &matches) const;
  /// The same by type. A nested group is a leaf only if E is a type of groups; otherwise its leaves are tested.
  template <class E> halves split() const { return split_if(&is<E>); }
  template <class E> std::optional<exception_group> subgroup() const { return split<E>().first; }
  template <class E> bool contains() const { return split<E>().first.has_value(); }
  /// Calls the function with every leaf of type E; returns the group of the others.
  template <class E, class F> std::optional<exception_group> handle(F &&function) const {
    static_assert(!std::is_base_of_v<exception_group, E>, "handle is for leaves: use split for the groups inside");
    halves parts = split<E>();
    if (parts.first)
      parts.first->for_each_leaf([&](const std::exception_ptr &leaf) {
        try {
          std::rethrow_exception(leaf);
        } catch (const E &e) {
          function(e);
        }
      });
    return std::move(parts.second);
  }
  /// Visits the exceptions that are not groups.
  void for_each_leaf(const std::function<void(const std::exception_ptr &)> &visit) const;

private:
  /// Throws the exception, unless it is a group.
  static void throw_leaf(const std::exception_ptr &error);
  template <class E> static bool is(const std::exception_ptr &error) {
    try {
      if constexpr (std::is_base_of_v<exception_group, E>)
        std::rethrow_exception(error);
      else
        throw_leaf(error);
    } catch (const E &) {
      return true;
    } catch (...) { // NOLINT(bugprone-empty-catch): an exception of another type
    }
    return false;
  }
  std::string message_;
  std::string text_;
  std::vector<std::exception_ptr> exceptions_;
};

} // namespace aio
