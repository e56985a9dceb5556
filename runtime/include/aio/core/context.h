// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Context variables: values that belong to a task, copied when a task is created.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <aio/core/entry.h>
#include <aio/core/errors.h>

namespace aio {

class context;
template <class T> class context_var;
template <class T> class context_scope;

namespace detail {

struct var_key {
  std::string name;
};
using var_value = std::shared_ptr<const void>;
using var_map = std::vector<std::pair<std::shared_ptr<const var_key>, var_value>>;

/// The identity of a context: a shared, immutable map that is replaced on every write.
struct context_state final : ref_counted {
  std::shared_ptr<const var_map> vars;
  bool entered = false;
};
using context_slot = ref_ptr<context_state>;

[[gnu::tls_model("initial-exec")]] extern constinit thread_local context_slot *running_slot;
/// The slot of the code that runs on this thread now; a null slot is an empty context that has no identity yet.
context_slot &current_slot() noexcept;

/// Makes a slot current for the life of the object.
class slot_switch {
public:
  explicit slot_switch(context_slot &slot) noexcept : previous_(std::exchange(running_slot, &slot)) {}
  slot_switch(const slot_switch &) = delete;
  slot_switch &operator=(const slot_switch &) = delete;
  ~slot_switch() { running_slot = previous_; }

private:
  context_slot *previous_;
};

context_state &materialise(context_slot &slot);
context_slot copy_current_slot();
/// A slot with a copy of the current context; allocates only if there is anything to copy.
inline context_slot copy_slot() {
  if (running_slot && (!*running_slot || !(*running_slot)->vars)) [[likely]]
    return {};
  return copy_current_slot();
}
var_value look_up(const var_key *key);
void assign(const std::shared_ptr<const var_key> &key, var_value value);
[[noreturn]] void throw_unset(const var_key &key);
void enter(context_state &state);

struct token_state {
  std::shared_ptr<const var_key> key;
  context_slot where;
  var_value old;
  bool used = false;
};
void reset(const var_key *key, token_state &token);
void reset_at_scope_end(const var_key *key, token_state &token) noexcept;
void begin_scope(token_state &token);

} // namespace detail

/// Remembers what `context_var::set` replaced, for one `reset`.
template <class T> class context_token {
public:
  /// The value before, or empty if there was none.
  std::optional<T> old_value() const {
    return state_->old ? std::optional<T>(*static_cast<const T *>(state_->old.get())) : std::nullopt;
  }

private:
  friend class context_var<T>;
  friend class context_scope<T>;
  explicit context_token(std::shared_ptr<detail::token_state> state) : state_(std::move(state)) {}
  std::shared_ptr<detail::token_state> state_;
};

/// Restores a context variable when the scope ends, normally or by an exception.
///
/// **Errors** runtime_error if the token was used before.
template <class T> class [[nodiscard]] context_scope {
public:
  explicit context_scope(const context_token<T> &token) : state_(token.state_) { detail::begin_scope(*state_); }
  context_scope(const context_scope &) = delete;
  context_scope &operator=(const context_scope &) = delete;
  ~context_scope() { detail::reset_at_scope_end(state_->key.get(), *state_); }

private:
  std::shared_ptr<detail::token_state> state_;
};

/// A variable whose value belongs to the running context.
///
/// **Thread safety** the variable itself is immutable; values are per context.
/// **Source** PEP 567.
template <class T> class context_var {
public:
  explicit context_var(std::string name) : key_(std::make_shared<detail::var_key>(detail::var_key{std::move(name)})) {}
  context_var(std::string name, T fallback) : context_var(std::move(name)) { default_ = std::move(fallback); }
  context_var(const context_var &) = delete;
  context_var &operator=(const context_var &) = delete;

  const std::string &name() const noexcept { return key_->name; }

  /// Returns the value in the current context, else the variable's default.
  ///
  /// **Errors** lookup_error if there is neither.
  T get() const {
    if (auto value = detail::look_up(key_.get()))
      return *static_cast<const T *>(value.get());
    if (default_)
      return *default_;
    detail::throw_unset(*key_);
  }
  /// Returns the value in the current context, else `fallback`; the variable's default is not asked.
  T get(T fallback) const {
    if (auto value = detail::look_up(key_.get()))
      return *static_cast<const T *>(value.get());
    return fallback;
  }
  /// Sets the value in the current context.
  context_token<T> set(T value) const {
    auto token = std::make_shared<detail::token_state>();
    token->key = key_;
    token->old = detail::look_up(key_.get());
    detail::assign(key_, std::make_shared<const T>(std::move(value)));
    token->where = detail::current_slot();
    return context_token<T>(std::move(token));
  }
  /// Restores what `set` replaced.
  ///
  /// **Errors** runtime_error if the token was used; value_error if it is another variable's or another context's.
  void reset(const context_token<T> &token) const { detail::reset(key_.get(), *token.state_); }
  /// Sets the value until the returned guard is destroyed.
  context_scope<T> scoped(T value) const { return context_scope<T>(set(std::move(value))); }

private:
  friend class context;
  std::shared_ptr<const detail::var_key> key_;
  std::optional<T> default_;
};

/// A set of context variables with an identity: copies of the handle are the same context.
class context {
public:
  /// Makes a new, empty context.
  context();

  /// Calls `function` in this context; its writes stay here.
  ///
  /// **Errors** runtime_error if the context is entered already.
  template <class F, class... Args> decltype(auto) run(F &&function, Args &&...args) {
    detail::enter(*slot_);
    struct leave {
      detail::context_state &state;
      ~leave() { state.entered = false; }
    } guard{*slot_};
    detail::context_slot here = slot_;
    detail::slot_switch sw(here);
    return std::invoke(std::forward<F>(function), std::forward<Args>(args)...);
  }
  /// Returns the value of a variable in this context; empty if it has none.
  template <class T> std::optional<T> get(const context_var<T> &var) const {
    detail::context_slot here = slot_;
    detail::slot_switch sw(here);
    if (auto value = detail::look_up(var.key_.get()))
      return *static_cast<const T *>(value.get());
    return std::nullopt;
  }
  /// Makes a new context with the same values.
  context copy() const;
  std::size_t size() const noexcept { return slot_->vars ? slot_->vars->size() : 0; }
  friend bool operator==(const context &, const context &) noexcept = default;

  explicit context(detail::context_slot slot) : slot_(std::move(slot)) {}
  const detail::context_slot &slot() const noexcept { return slot_; }

private:
  detail::context_slot slot_;
};

/// Copies the current context.
context copy_context();
/// Returns the current context itself.
context current_context();

} // namespace aio
