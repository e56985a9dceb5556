// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The report about failures behind a cancelled shield.
#include <aio/combine/shield.h>

namespace aio::detail {

const done_callback &report_shielded() {
  static const done_callback callback([](const any_future &f) {
    if (f.cancelled())
      return;
    if (auto error = f.exception())
      f.get_loop().call_exception_handler({"exception in shielded future", error, f, "shield"});
  });
  return callback;
}

} // namespace aio::detail
