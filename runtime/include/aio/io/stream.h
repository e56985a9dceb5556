// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// stream_reader and stream_writer: byte streams with lines, limits and back-pressure; and opening connections.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

#include <aio/io/stream_core.h>

namespace aio {

inline constexpr std::size_t default_stream_limit = std::size_t{64} * 1024;

/// The reading end of a stream; copies refer to the same end.
///
/// **Suspends** while the buffer does not hold the requested data.
/// **Cancellation** at once; no byte is lost.
/// **Errors** runtime_error if another task reads; std::system_error if the connection breaks.
/// **Lifetime** holds the buffer but not the connection, which belongs to the writer.
/// **Source** docs.python.org/3/library/asyncio-stream.html#asyncio.StreamReader
class stream_reader {
public:
  /// Makes a reader without a connection; the program feeds it.
  explicit stream_reader(std::size_t limit = default_stream_limit);
  explicit stream_reader(detail::ref_ptr<detail::stream_core> core) noexcept : core_(std::move(core)) {}

  /// Reads at most `n` bytes, at least one unless the stream has ended; all until its end if `n` is negative.
  coro<std::string> read(std::ptrdiff_t n = -1) const;
  /// Reads exactly `n` bytes. **Errors** incomplete_read_error if the stream ends before; value_error if negative.
  coro<std::string> readexactly(std::ptrdiff_t n) const;
  /// Reads up to and including a newline; returns the rest if the stream ends without one.
  ///
  /// **Errors** value_error for a line longer than the limit; the buffered part of it is dropped.
  coro<std::string> readline() const;
  /// Reads up to and including the separator.
  ///
  /// **Errors** limit_overrun_error if the separator does not come within the limit; the buffer is kept.
  /// incomplete_read_error if the stream ends before it; value_error for an empty separator.
  coro<std::string> readuntil(std::string separator = "\n") const;
  /// The same with several separators: the match that ends first is used.
  coro<std::string> readuntil(std::vector<std::string> separators) const;
  template <std::convertible_to<std::string>... More>
    requires(sizeof...(More) > 0)
  coro<std::string> readuntil(std::string first, More... more) const {
    std::vector<std::string> separators;
    separators.push_back(std::move(first));
    (separators.emplace_back(std::move(more)), ...);
    return readuntil(std::move(separators));
  }
  /// True if the buffer is empty and the stream has ended.
  bool at_eof() const noexcept { return core_->at_eof(); }
  /// The error that ended the stream, or empty.
  std::exception_ptr exception() const noexcept { return core_->read_error(); }
  std::size_t limit() const noexcept { return core_->limit(); }

  /// Stops reading from the peer: the buffered bytes can still be read, then the stream ends.
  void stop() const noexcept { core_->stop_reading(); }
  void feed_data(std::string_view data) const { core_->feed(data); }
  void feed_eof() const { core_->feed_eof(); }
  void set_exception(std::exception_ptr error) const { core_->fail_reading(std::move(error)); }

  /// The next line, or empty at the end: `AIO_FOR_CO_AWAIT(auto line, reader)`.
  coro<std::optional<std::string>> anext() const;

private:
  detail::ref_ptr<detail::stream_core> core_;
};

/// The writing end of a stream; copies refer to the same end.
///
/// **Suspends** only `drain`, while the buffer is over its high-water mark, and `wait_closed`.
/// **Errors** std::system_error from `drain` once the connection is lost.
/// **Lifetime** owns the connection: call `close()`. If the last copy is destroyed before that, it is closed with a
/// warning.
/// **Debug mode** unclosed-resource.
/// **Source** docs.python.org/3/library/asyncio-stream.html#asyncio.StreamWriter
class stream_writer {
public:
  stream_writer() noexcept = default;
  explicit stream_writer(detail::ref_ptr<detail::stream_core> core);

  /// Sends the bytes, and buffers those that the socket does not take. Follow it with `co_await drain()`.
  ///
  /// **Errors** runtime_error after `write_eof`. A lost connection is reported by `drain`.
  void write(std::string_view data) const { core().write(data); }
  template <class Range> void writelines(const Range &lines) const {
    std::string all;
    for (const auto &line : lines)
      all.append(line);
    write(all);
  }
  /// Waits until the buffer is below its limit.
  coro<void> drain() const { return detail::stream_core::drain(shared()); }
  /// Ends the sending direction after the buffered data.
  void write_eof() const { core().write_eof(); }
  bool can_write_eof() const noexcept { return true; }
  /// Closes the connection after the buffered data is sent.
  void close() const { core().close(); }
  /// Closes the connection now and drops the buffered data.
  void abort() const { core().abort(); }
  bool is_closing() const { return core().is_closing(); }
  /// Waits until the connection is closed. **Errors** the error that broke the connection.
  coro<void> wait_closed() const { return detail::stream_core::wait_closed(shared()); }

  /// `drain` waits while more than `high` bytes are buffered, until at most `low` are; the default for `low` is a
  /// quarter.
  void set_write_buffer_limits(std::size_t high, std::size_t low) const { core().set_limits(high, low); }
  void set_write_buffer_limits(std::size_t high) const { core().set_limits(high, high / 4); }
  std::size_t get_write_buffer_size() const { return core().unsent(); }
  const address &peername() const { return core().peer(); }
  const address &sockname() const { return core().name(); }
  /// The socket, which the stream keeps owning; -1 once it is closed.
  int fd() const { return core().fd(); }

  explicit operator bool() const noexcept { return static_cast<bool>(owner_); }

private:
  struct owner final : detail::ref_counted {
    explicit owner(detail::ref_ptr<detail::stream_core> c) noexcept : core(std::move(c)) {}
    ~owner() override;
    detail::ref_ptr<detail::stream_core> core;
  };
  detail::stream_core &core() const { return *shared(); }
  const detail::ref_ptr<detail::stream_core> &shared() const;
  detail::ref_ptr<owner> owner_;
};

/// The options of a stream. Trivial, so that it can be written in braces inside a co_await.
struct stream_options {
  /// The size of the buffer that `readline` and `readuntil` search.
  std::size_t limit = default_stream_limit;
  /// AF_INET, AF_INET6, or 0 for any.
  int family = 0;
  /// The local end of a TCP connection: a host, which must outlive the await, and a port; if empty and 0, the kernel
  /// chooses.
  std::string_view local_host{};
  std::uint16_t local_port = 0;
  /// How long an attempt to connect may take before the next address is tried beside it (RFC 8305 recommends 250 ms);
  /// zero tries one address after the other.
  duration happy_eyeballs_delay{};
  /// Alternates the address families, after this number less one addresses of the first family; 0 keeps the resolver's
  /// order, unless there is a delay, which makes it 1.
  unsigned interleave = 0;
};

using connection = std::pair<stream_reader, stream_writer>;

/// Connects to a host and port: `auto [reader, writer] = co_await open_connection("localhost", 80);`
///
/// **Suspends** for the name and for the handshake; addresses are tried in the resolver's order, unless the options
/// change it.
/// **Cancellation** closes the socket.
/// **Errors** std::system_error; if several addresses fail differently, the first error with all texts; EADDRNOTAVAIL
/// if the local host has no address of the family.
/// **Source** docs.python.org/3/library/asyncio-stream.html#asyncio.open_connection
coro<connection> open_connection(std::string host, std::uint16_t port, stream_options options = {});
/// The same over a Unix socket.
coro<connection> open_unix_connection(std::string path, stream_options options = {});
/// Makes streams of a connected socket and takes ownership of it.
///
/// **Errors** value_error, in debug mode, if the socket is blocking.
connection open_streams(int fd, stream_options options = {});

} // namespace aio
