// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Contexts: the current slot of the thread, copies, and tokens.
#include <aio/core/context.h>

#include <algorithm>

#include <aio/core/instrument.h>

namespace aio {
namespace detail {

constinit thread_local context_slot *running_slot = nullptr;

namespace {
context_slot &thread_slot() noexcept {
  thread_local context_slot slot;
  return slot;
}
} // namespace

context_slot &current_slot() noexcept { return running_slot ? *running_slot : thread_slot(); }

context_state &materialise(context_slot &slot) {
  if (!slot)
    slot = context_slot(new context_state);
  return *slot;
}

context_slot copy_current_slot() {
  const context_slot &here = current_slot();
  if (!here || !here->vars)
    return {};
  context_slot copy(new context_state);
  copy->vars = here->vars;
  return copy;
}

var_value look_up(const var_key *key) {
  const context_slot &here = current_slot();
  if (here && here->vars)
    for (const auto &[k, value] : *here->vars)
      if (k.get() == key)
        return value;
  return nullptr;
}

void assign(const std::shared_ptr<const var_key> &key, var_value value) {
  context_state &here = materialise(current_slot());
  auto next = here.vars ? std::make_shared<var_map>(*here.vars) : std::make_shared<var_map>();
  auto found = std::find_if(next->begin(), next->end(), [&](const auto &item) { return item.first == key; });
  if (!value) {
    if (found != next->end())
      next->erase(found);
  } else if (found != next->end()) {
    found->second = std::move(value);
  } else {
    next->emplace_back(key, std::move(value));
  }
  here.vars = std::move(next);
}

void throw_unset(const var_key &key) { throw lookup_error("context variable '" + key.name + "' has no value"); }

void enter(context_state &state) {
  if (state.entered || &state == current_slot().get())
    throw runtime_error("cannot enter context: it is already entered");
  state.entered = true;
}

void reset(const var_key *key, token_state &token) {
  if (token.used)
    throw runtime_error("the token has already been used once");
  if (token.key.get() != key)
    throw value_error("the token was created by a different context variable");
  if (token.where != current_slot())
    throw value_error("the token was created in a different context");
  assign(token.key, token.old);
  token.used = true;
}

void begin_scope(token_state &token) {
  if (token.used)
    throw runtime_error("the token has already been used once");
}

void reset_at_scope_end(const var_key *key, token_state &token) noexcept {
  try {
    reset(key, token);
  } catch (const std::exception &e) {
    warn("context variable '" + token.key->name + "' was not restored at the end of its scope: " + e.what());
  }
}

} // namespace detail

context::context() : slot_(new detail::context_state) {}

context context::copy() const {
  detail::context_slot fresh(new detail::context_state);
  fresh->vars = slot_->vars;
  return context(std::move(fresh));
}

context copy_context() {
  detail::context_slot copy = detail::copy_slot();
  detail::materialise(copy);
  return context(std::move(copy));
}

context current_context() {
  detail::materialise(detail::current_slot());
  return context(detail::current_slot());
}

} // namespace aio
