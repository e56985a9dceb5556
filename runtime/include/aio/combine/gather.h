// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// gather: awaits several awaitables at once; results in argument order.
#pragma once

#include <memory>
#include <ranges>
#include <tuple>
#include <vector>

#include <aio/core/outcome.h>

namespace aio {

/// Makes gather return exceptions as results: `gather(return_exceptions, a, b)`.
struct return_exceptions_t {};
inline constexpr return_exceptions_t return_exceptions{};

namespace detail {

/// The untyped state of the future that gather returns.
class gather_core : public future_core {
public:
  gather_core(event_loop &loop, void *slot, bool keep_errors, const std::source_location &site)
      : future_core(loop, slot, site), keep_errors_(keep_errors) {}
  ~gather_core() override;
  bool cancel(const std::string &message) override;
  void add_awaited(std::vector<future_core *> &futures) override {
    for (const auto &child : children_)
      futures.push_back(child.get());
  }
  void start(std::vector<ref_ptr<future_core>> children);

protected:
  const std::vector<ref_ptr<future_core>> &children() const noexcept { return children_; }
  virtual void collect() = 0;
  static std::exception_ptr error_of(future_core &child);

private:
  struct node final : done_entry {
    gather_core *owner = nullptr;
    void run() override;
    /// The child will never be done, and so neither will the gather.
    void discard() noexcept override {
      owner->discard_waiters();
      owner->release();
    }
    bool wants_result() const noexcept override { return !owner->done(); }
  };
  void child_done(future_core &child);
  void fail(std::exception_ptr error);
  std::vector<ref_ptr<future_core>> children_;
  std::unique_ptr<node[]> nodes_;
  std::size_t distinct_ = 0;
  std::size_t finished_ = 0;
  bool keep_errors_;
  bool cancel_requested_ = false;
};

/// Moves a child's value out if the child has no other owner or its value cannot be copied; else copies it.
template <class T> gathered<T> child_value(future_core &child, bool last_use) {
  if constexpr (std::is_void_v<T>) {
    static_cast<void>(child);
    static_cast<void>(last_use);
    return {};
  } else {
    auto &slot = *static_cast<result_slot<T> *>(child.slot());
    if constexpr (std::is_copy_constructible_v<gathered<T>>) {
      if (!std::is_reference_v<T> && last_use && child.ref_count() <= 1)
        return slot.take();
      return slot.get();
    } else {
      return slot.take();
    }
  }
}

template <class Keep, class... Ts> class gather_tuple final : public gather_core {
  template <class T> using item = std::conditional_t<Keep::value, outcome<T>, gathered<T>>;

public:
  using result = std::tuple<item<Ts>...>;
  gather_tuple(event_loop &loop, const std::source_location &site) : gather_core(loop, &value_, Keep::value, site) {}

private:
  template <class T> item<T> take(std::size_t index) {
    future_core &child = *children()[index];
    if constexpr (Keep::value) {
      if (auto error = error_of(child))
        return outcome<T>(std::move(error));
    }
    return item<T>(child_value<T>(child, true));
  }
  template <std::size_t... Is> void collect_all(std::index_sequence<Is...>) { value_.emplace(result{take<Ts>(Is)...}); }
  void collect() override { collect_all(std::index_sequence_for<Ts...>{}); }
  result_slot<result> value_;
};

template <class Keep, class T> class gather_vector final : public gather_core {
public:
  using item = std::conditional_t<Keep::value, outcome<T>, gathered<T>>;
  using result = std::vector<item>;
  gather_vector(event_loop &loop, const std::source_location &site) : gather_core(loop, &value_, Keep::value, site) {}

private:
  void collect() override {
    result all;
    all.reserve(children().size());
    for (const auto &child : children()) {
      if constexpr (Keep::value) {
        if (auto error = error_of(*child)) {
          all.push_back(item(std::move(error)));
          continue;
        }
      }
      all.push_back(item(child_value<T>(*child, true)));
    }
    value_.emplace(std::move(all));
  }
  result_slot<result> value_;
};

template <class A> struct awaited;
template <class T> struct awaited<coro<T>> {
  using type = T;
};
template <class T> struct awaited<future<T>> {
  using type = T;
};
template <class T> struct awaited<task<T>> {
  using type = T;
};
template <other_awaitable A> struct awaited<A> {
  using type = await_result<A>;
};
template <class A> using awaited_t = typename awaited<std::remove_cvref_t<A>>::type;
template <class A>
concept gatherable = requires { typename awaited_t<A>; };

event_loop &loop_of(const std::vector<ref_ptr<future_core>> &children);
void require_running_loop_for_coroutines();

/// The line of a variadic call is not known: reports name the line at which the coroutine was called.
template <class A> ref_ptr<future_core> as_child(A &&a, const std::source_location &site = {}) {
  if constexpr (is_coro<std::remove_cvref_t<A>> || other_awaitable<A>) {
    const auto child = create_task(std::forward<A>(a), {}, site);
    child.core().set_part_of_gather();
    return child.shared();
  } else {
    return a.shared();
  }
}

template <class Keep, class... As> auto gather_all(const std::source_location &site, As &&...as) {
  using state = gather_tuple<Keep, awaited_t<As>...>;
  std::vector<ref_ptr<future_core>> children;
  children.reserve(sizeof...(As));
  (children.push_back(as_child(std::forward<As>(as))), ...);
  ref_ptr<gather_core> core(new state(loop_of(children), site));
  core->start(std::move(children));
  return future<typename state::result>(core);
}

template <class Keep, class Range> auto gather_range(const std::source_location &site, Range &&range) {
  using element = std::ranges::range_value_t<Range>;
  using state = gather_vector<Keep, awaited_t<element>>;
  std::vector<ref_ptr<future_core>> children;
  for (auto &&a : range) {
    if constexpr (is_coro<element> || other_awaitable<element>)
      children.push_back(as_child(std::move(a), site));
    else
      children.push_back(a.shared());
  }
  ref_ptr<gather_core> core(new state(loop_of(children), site));
  core->start(std::move(children));
  return future<typename state::result>(core);
}

} // namespace detail

/// Runs the awaitables concurrently; gives a tuple of their values, or the first exception to happen.
///
/// Coroutines become tasks at once. When one fails the others continue. The same future may be given twice.
///
/// **Cancellation** of the result cancels every child that is not done; the result is done when all of them are.
/// **Errors** runtime_error if a coroutine is given and no loop runs.
/// **Debug mode** children that still run after a failure.
/// **Source** docs.python.org/3/library/asyncio-task.html#asyncio.gather
template <detail::gatherable... As> auto gather(As &&...as) {
  return detail::gather_all<std::false_type>(std::source_location(), std::forward<As>(as)...);
}
/// The same, with exceptions in the results as `outcome`.
template <detail::gatherable... As> auto gather(return_exceptions_t, As &&...as) {
  return detail::gather_all<std::true_type>(std::source_location(), std::forward<As>(as)...);
}
/// The same for a range of coroutines (which are moved from), futures or tasks; returns a vector.
template <std::ranges::input_range Range>
  requires detail::gatherable<std::ranges::range_value_t<Range>>
auto gather(Range &&range, std::source_location site = std::source_location::current()) {
  return detail::gather_range<std::false_type>(site, std::forward<Range>(range));
}
template <std::ranges::input_range Range>
  requires detail::gatherable<std::ranges::range_value_t<Range>>
auto gather(return_exceptions_t, Range &&range, std::source_location site = std::source_location::current()) {
  return detail::gather_range<std::true_type>(site, std::forward<Range>(range));
}

} // namespace aio
