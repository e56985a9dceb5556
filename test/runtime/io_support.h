// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What the tests of streams and servers share: a peer that sends back what it gets.
#pragma once

#include "support.h"

#include <aio/io/stream.h>

inline coro<> echo(aio::stream_reader reader, aio::stream_writer writer) {
  for (;;) {
    const std::string data = co_await reader.read(4096);
    if (data.empty())
      break;
    writer.write(data);
    co_await writer.drain();
  }
  writer.close();
}
