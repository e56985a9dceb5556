// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// task_options: the name, the context and the start of a task that is about to be created.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <type_traits>

#include <aio/core/context.h>

namespace aio {

class event_loop;

/// Refers to a context for the length of a call.
class context_ref {
public:
  constexpr context_ref() noexcept = default;
  context_ref(const context &c) noexcept : context_(&c) {} // NOLINT(google-explicit-constructor)
  explicit operator bool() const noexcept { return context_ != nullptr; }
  const context &operator*() const noexcept { return *context_; }

private:
  const context *context_ = nullptr;
};

/// How a task is created. `eager_start` runs it at once, up to its first suspension.
///
/// Trivial on purpose: g++ 12 destroys braced temporaries with destructors twice when they stand in a co_await
/// expression, and `co_await create_task(f(), {.name = "x"})` must be safe.
struct task_options {
  std::string_view name{};
  context_ref context{};
  std::optional<bool> eager_start{};
};
static_assert(std::is_trivially_copyable_v<task_options> && std::is_trivially_destructible_v<task_options>);

/// Sees the options of every task before it is made; may change them, or throw to refuse.
using task_factory = std::function<void(event_loop &, task_options &)>;

} // namespace aio
