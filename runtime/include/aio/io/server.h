// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Servers: call a coroutine or function for every connection that is accepted.
#pragma once

#include <concepts>
#include <functional>

#include <aio/core/async_with.h>
#include <aio/io/stream.h>

namespace aio {

/// The options of a server. Trivial, so that it can be written in braces inside a co_await.
struct server_options {
  std::size_t limit = default_stream_limit;
  /// AF_INET, AF_INET6, or 0 for any.
  int family = 0;
  int backlog = 100;
  bool reuse_address = true;
  /// Lets several servers share the port.
  bool reuse_port = false;
  /// Enables TCP keep-alive on the connections.
  bool keep_alive = false;
  bool start_serving = true;
  /// Removes the socket file of a Unix server when it is closed.
  bool cleanup_socket = true;
};

/// A socket that a server listens on.
struct listening_socket {
  int fd = -1;
  address name;
};

namespace detail {

/// Serves one connection; returns an empty coroutine if a plain function has served it.
using connection_handler = std::function<coro<void>(stream_reader, stream_writer)>;

class server_core final : public ref_counted, public open_resource {
public:
  server_core(event_loop &loop, connection_handler handler, const server_options &options);
  ~server_core() override;
  void listen_on(unique_fd fd, std::string path = {});
  void start();
  void close();
  void close_clients(bool abort);
  bool serving() const noexcept { return serving_; }
  /// **Errors** runtime_error once the loop is gone.
  event_loop &loop() const;
  bool closed() const noexcept { return closed_; }
  std::vector<listening_socket> sockets() const;
  std::string describe() const override;
  std::size_t connections() const noexcept { return streams_.size(); }
  static coro<void> wait_closed(ref_ptr<server_core> self);
  static coro<void> serve_forever(ref_ptr<server_core> self);

private:
  struct listener {
    unique_fd fd;
    std::string path;
    std::pair<std::uint64_t, std::uint64_t> identity;
  };
  void accept_from(int fd);
  void serve(unique_fd fd);
  void connection_gone(stream_core *stream);
  void wake_waiters() noexcept;

  ref_ptr<loop_anchor> anchor_;
  connection_handler handler_;
  server_options options_;
  std::vector<listener> listeners_;
  std::vector<stream_core *> streams_;
  waiter_queue waiting_;
  future<void> forever_;
  bool serving_ = false;
  bool closed_ = false;
};

} // namespace detail

/// Accepts connections until it is closed; copies refer to the same server.
///
/// **Lifetime** serves until it or its loop is closed, whether or not a handle is held.
/// **Source** docs.python.org/3/library/asyncio-eventloop.html#asyncio.Server
class server {
public:
  explicit server(detail::ref_ptr<detail::server_core> core) noexcept : core_(std::move(core)) {}

  /// Accepts no more connections; the open ones continue.
  void close() const { core_->close(); }
  /// Closes all connections after the buffered data is sent; with `abort`, at once.
  void close_clients() const { core_->close_clients(false); }
  void abort_clients() const { core_->close_clients(true); }
  /// Waits until the server is closed and its last connection is gone.
  coro<void> wait_closed() const { return detail::server_core::wait_closed(core_); }
  /// Serves until cancelled or closed, and then ends with cancelled_error, as in asyncio.
  ///
  /// **Cancellation** closes the server and waits for its connections.
  /// **Errors** runtime_error if closed, or awaited twice.
  coro<void> serve_forever() const { return detail::server_core::serve_forever(core_); }
  /// Begins to accept. Unlike in asyncio it is not a coroutine, because it has nothing to wait for.
  ///
  /// **Errors** runtime_error if closed; std::system_error.
  void start_serving() const { core_->start(); }
  bool is_serving() const noexcept { return core_->serving(); }
  event_loop &get_loop() const { return core_->loop(); }
  /// The sockets that it listens on; empty once closed.
  std::vector<listening_socket> sockets() const { return core_->sockets(); }
  /// The port of the first socket.
  std::uint16_t port() const { return sockets().at(0).name.port; }
  /// How many connections are open.
  std::size_t connections() const noexcept { return core_->connections(); }

  detail::ready<server> aenter() const { return {*this}; }
  /// Closes and waits.
  coro<bool> aexit(std::exception_ptr error) const;

private:
  detail::ref_ptr<detail::server_core> core_;
};

namespace detail {
template <class F> connection_handler handler_of(F &&function) {
  return [f = std::forward<F>(function)](stream_reader reader, stream_writer writer) mutable -> coro<void> {
    if constexpr (is_coro<std::invoke_result_t<std::decay_t<F> &, stream_reader, stream_writer>>) {
      return f(std::move(reader), std::move(writer));
    } else {
      f(std::move(reader), std::move(writer));
      return {};
    }
  };
}
coro<server> listen_tcp(connection_handler handler, std::vector<std::string> hosts, std::uint16_t port,
                        server_options options);
coro<server> listen_on_socket(connection_handler handler, int fd, server_options options);
coro<server> listen_unix(connection_handler handler, std::string path, server_options options);
} // namespace detail

/// Serves a host and port; an empty host means every interface, port 0 any free port (see `server::port`).
///
/// `handler(reader, writer)` runs as a task for every connection, if it is a coroutine. What it throws goes to the
/// loop's exception handler, and its connection is closed.
///
/// **Suspends** for the resolution of the name. **Errors** std::system_error; an address that this machine does not
/// have is an error only if no other one is left.
/// **Source** docs.python.org/3/library/asyncio-stream.html#asyncio.start_server
template <std::invocable<stream_reader, stream_writer> F>
coro<server> start_server(F handler, std::string host, std::uint16_t port, server_options options = {}) {
  std::vector<std::string> hosts;
  hosts.push_back(std::move(host));
  return detail::listen_tcp(detail::handler_of(std::move(handler)), std::move(hosts), port, options);
}
/// The same for several hosts. With port 0 each gets a port of its own.
template <std::invocable<stream_reader, stream_writer> F>
coro<server> start_server(F handler, std::vector<std::string> hosts, std::uint16_t port, server_options options = {}) {
  return detail::listen_tcp(detail::handler_of(std::move(handler)), std::move(hosts), port, options);
}
/// The same on a bound socket, of which the server becomes the owner.
///
/// **Errors** value_error if it is not a stream socket.
template <std::invocable<stream_reader, stream_writer> F>
coro<server> start_server_on(F handler, int fd, server_options options = {}) {
  return detail::listen_on_socket(detail::handler_of(std::move(handler)), fd, options);
}
/// The same on a Unix socket; an existing socket file at the path is replaced.
template <std::invocable<stream_reader, stream_writer> F>
coro<server> start_unix_server(F handler, std::string path, server_options options = {}) {
  return detail::listen_unix(detail::handler_of(std::move(handler)), std::move(path), options);
}

} // namespace aio
