// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Parses headers, and skips lines that are none.
#include "editor/Framing.h"
#include "llvm/ADT/Twine.h"
#include <algorithm>
#include <optional>

using llvm::StringRef;

namespace coro {

/// The headers of a message are two short lines. Longer text is no header.
static constexpr size_t LongestHeaders = 4096;

std::string frame(StringRef Content) {
  return "Content-Length: " + std::to_string(Content.size()) + "\r\n\r\n" +
         Content.str();
}

/// The length of the content, from the header lines.
static std::optional<uint64_t> lengthIn(StringRef Headers) {
  std::optional<uint64_t> Length;
  while (!Headers.empty()) {
    StringRef Line;
    std::tie(Line, Headers) = Headers.split('\n');
    uint64_t N = 0;
    if (Line.trim().consume_front_insensitive("content-length:") &&
        !Line.split(':').second.trim().getAsInteger(10, N))
      Length = N;
  }
  return Length;
}

void MessageReader::feed(StringRef Bytes,
                         const std::function<void(StringRef)> &Message,
                         const std::function<void(StringRef)> &Problem) {
  Buffer.append(Bytes.begin(), Bytes.end());
  size_t At = 0;
  while (At < Buffer.size()) {
    if (Skip > 0) {
      size_t N =
          static_cast<size_t>(std::min<uint64_t>(Skip, Buffer.size() - At));
      Skip -= N;
      At += N;
      continue;
    }
    StringRef Rest = StringRef(Buffer).drop_front(At);
    // Skips only one line: the next one may begin a header.
    size_t LineEnd = Rest.find('\n');
    StringRef Line = Rest.take_front(LineEnd);
    size_t Colon = Line.find(':');
    if ((LineEnd != StringRef::npos && Colon == StringRef::npos) ||
        (LineEnd == StringRef::npos && Rest.size() > LongestHeaders)) {
      if (!Line.trim().empty())
        Problem("a line that is no header is left out");
      At += LineEnd == StringRef::npos ? Rest.size() : LineEnd + 1;
      continue;
    }
    size_t Crlf = Rest.find("\r\n\r\n"), Lf = Rest.find("\n\n");
    size_t End = std::min(Crlf, Lf);
    if (End == StringRef::npos) {
      if (Rest.size() <= LongestHeaders)
        break;
      Problem("a header without an end is left out");
      At += LineEnd + 1;
      continue;
    }
    size_t Begin = End + (End == Crlf ? 4 : 2);
    std::optional<uint64_t> Length = lengthIn(Rest.take_front(End));
    if (!Length) {
      Problem("a header without a length is left out");
      At += LineEnd + 1;
      continue;
    }
    if (*Length > Limit) {
      Problem("a message of " + std::to_string(*Length) +
              " bytes is left out: the limit is " + std::to_string(Limit));
      Skip = *Length;
      At += Begin;
      continue;
    }
    if (Rest.size() - Begin < *Length)
      break;
    Message(Rest.substr(Begin, *Length));
    At += Begin + *Length;
  }
  Buffer.erase(0, At);
}

} // namespace coro
