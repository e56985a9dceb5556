// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// shield: follows the inner future, and reports failures that a cancelled outer future cannot carry.
#include <aio/combine/shield.h>

namespace aio::detail {

namespace {

/// Reports a failure that the cancelled outer future can no longer carry to the loop's handler.
const done_callback &report_shielded() {
  static const done_callback callback([](const any_future &f) {
    if (f.cancelled())
      return;
    if (auto error = f.exception())
      f.get_loop().call_exception_handler({"exception in shielded future", error, f, "shield"});
  });
  return callback;
}

} // namespace

void shield_core::start() {
  any_future(ref_ptr<future_core>(this)).add_done_callback([](const any_future &self) {
    static_cast<shield_core &>(self.core()).outer_done();
  });
  node_.owner = this;
  add_ref();
  inner_->add_entry(node_);
}

void shield_core::node::run() {
  const auto keep = ref_ptr<shield_core>::adopt(owner);
  const ref_ptr<future_core> inner = std::exchange(source_, {});
  owner->inner_done(*inner);
}

void shield_core::node::discard() noexcept {
  // The inner future will never be done, so the outer one will not be either.
  owner->discard_waiters();
  owner->release();
}

void shield_core::inner_done(future_core &inner) {
  if (done())
    return;
  if (inner.cancelled()) {
    cancel({});
  } else if (auto error = inner.exception()) {
    complete(std::move(error));
  } else {
    try {
      take_value(inner);
    } catch (...) {
      complete(std::current_exception());
      return;
    }
    future_core::complete();
  }
}

void shield_core::outer_done() {
  const ref_ptr<future_core> inner = std::exchange(inner_, {});
  if (inner->done())
    return;
  node_.unlink();
  release();
  const any_future left(inner);
  left.remove_done_callback(report_shielded());
  left.add_done_callback(report_shielded());
}

} // namespace aio::detail
