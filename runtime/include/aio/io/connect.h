// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Connecting to one of several addresses: in turn, or as a race (RFC 8305, "happy eyeballs").
#pragma once

#include <cstddef>
#include <system_error>
#include <vector>

#include <aio/core/time.h>
#include <aio/io/socket.h>

namespace aio::detail {

/// The addresses that a connection may go to, and those that it may come from.
struct connect_plan {
  std::vector<raw_address> targets;
  bool bound = false; ///< true if the connection has to come from one of the sources
  std::vector<raw_address> sources;
  /// How long an attempt may take before the next one begins beside it; zero waits for its end.
  duration delay{};
};

/// Alternates the address families, after `first_family_count` less one addresses of the first family.
void interleave_families(std::vector<raw_address> &addresses, std::size_t first_family_count);

/// Returns the socket that is connected first; the other attempts are cancelled.
///
/// **Errors** std::system_error; if several addresses fail differently, the first error with all texts.
coro<unique_fd> connect_to_first(connect_plan plan);

} // namespace aio::detail
