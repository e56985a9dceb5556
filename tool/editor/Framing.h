// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base protocol of language servers: each message is a header with a
// length, and that many bytes of JSON.
#ifndef COROLINT_TOOL_EDITOR_FRAMING_H
#define COROLINT_TOOL_EDITOR_FRAMING_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>

namespace coro {

/// \p Content with its header.
std::string frame(llvm::StringRef Content);

/// Splits a stream of bytes into messages.
class MessageReader {
public:
  /// A longer message is skipped.
  static constexpr uint64_t Limit = uint64_t(256) << 20;

  /// Takes \p Bytes, and calls \p Message for each message that is complete
  /// now. Skips what is no message, and calls \p Problem with a description.
  void feed(llvm::StringRef Bytes,
            const std::function<void(llvm::StringRef)> &Message,
            const std::function<void(llvm::StringRef)> &Problem);

  /// True between two messages.
  bool idle() const { return Buffer.empty() && Skip == 0; }

private:
  std::string Buffer;
  uint64_t Skip = 0; // bytes of a message that is skipped
};

} // namespace coro

#endif
