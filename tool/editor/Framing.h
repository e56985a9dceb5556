// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The base protocol of language servers: headers, and so many bytes of JSON.
#ifndef COROLINT_TOOL_EDITOR_FRAMING_H
#define COROLINT_TOOL_EDITOR_FRAMING_H

#include "llvm/ADT/StringRef.h"
#include <functional>
#include <string>

namespace coro {

/// \p Content behind its header.
std::string frame(llvm::StringRef Content);

/// Cuts a stream of bytes into messages.
class MessageReader {
public:
  /// A message of more bytes than this is left out.
  static constexpr uint64_t Limit = uint64_t(256) << 20;

  /// Takes \p Bytes, and calls \p Message with the content of each message that
  /// is whole now. \p Problem is told of what is no message: it is left out,
  /// and the stream is read on behind it.
  void feed(llvm::StringRef Bytes,
            const std::function<void(llvm::StringRef)> &Message,
            const std::function<void(llvm::StringRef)> &Problem);

  /// True when the stream stands between two messages.
  bool idle() const { return Buffer.empty() && Skip == 0; }

private:
  std::string Buffer;
  uint64_t Skip = 0; // bytes of a message that is left out
};

} // namespace coro

#endif
