// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Servers: listening, accepting, and waiting for the last connection.
#include <aio/io/server.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>
#include <unistd.h>

namespace aio {
namespace detail {

namespace {
/// Device and inode of the file at a path; zeros if there is none.
std::pair<std::uint64_t, std::uint64_t> identity_of(const std::string &path) {
  struct stat info{};
  if (path.empty() || path[0] == '\0' || ::stat(path.c_str(), &info) != 0)
    return {};
  return {info.st_dev, info.st_ino};
}
} // namespace

server_core::server_core(event_loop &loop, connection_handler handler, const server_options &options)
    : anchor_(&loop.anchor()), handler_(std::move(handler)), options_(options) {}

server_core::~server_core() = default;

event_loop &server_core::loop() const {
  event_loop *loop = anchor_->loop();
  if (!loop)
    throw runtime_error("the server's event loop is gone");
  return *loop;
}

void server_core::listen_on(unique_fd fd, std::string path) {
  auto identity = identity_of(path);
  listeners_.push_back({std::move(fd), std::move(path), identity});
}

std::string server_core::describe() const {
  return listeners_.empty() ? "server" : "server " + name_of_socket(listeners_.front().fd.get()).readable().text();
}

void server_core::start() {
  if (closed_)
    throw runtime_error("server is closed");
  event_loop &loop = this->loop();
  loop.check_open();
  loop.touch("server.start_serving");
  if (serving_)
    return;
  for (const listener &l : listeners_)
    if (::listen(l.fd.get(), options_.backlog) != 0)
      throw_errno(errno, "listen");
  serving_ = true;
  loop.resources().push_back(*this);
  for (const listener &l : listeners_)
    loop.add_reader(l.fd.get(), [self = ref_ptr<server_core>(this), fd = l.fd.get()] { self->accept_from(fd); });
}

void server_core::accept_from(int fd) {
  for (int i = 0; i <= options_.backlog; ++i) {
    unique_fd next(::accept4(fd, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (next) {
      serve(std::move(next));
      if (closed_)
        return;
      continue;
    }
    switch (errno) {
    case EMFILE:
    case ENFILE:
    case ENOBUFS:
    case ENOMEM: {
      const std::system_error error(errno, std::generic_category(), "accept");
      loop().call_exception_handler({"socket.accept() out of system resource", std::make_exception_ptr(error)});
      // The listener is level-triggered and would be reported in every pass: it is not watched for a second.
      loop().remove_reader(fd);
      loop().call_later(std::chrono::seconds(1), [self = ref_ptr<server_core>(this), fd] {
        if (self->serving_)
          self->loop().add_reader(fd, [self, fd] { self->accept_from(fd); });
      });
      return;
    }
    case EINTR:
    case ECONNABORTED:
      continue;
    default:
      return;
    }
  }
}

void server_core::serve(unique_fd fd) {
  const ref_ptr<stream_core> stream(new stream_core(loop(), std::move(fd), options_.limit));
  streams_.push_back(stream.get());
  stream->when_lost([self = ref_ptr<server_core>(this), raw = stream.get()] { self->connection_gone(raw); });
  const stream_writer writer(stream);
  try {
    coro<void> serving = handler_(stream_reader(stream), writer);
    if (!serving)
      return;
    const task<void> t = loop().create_task(std::move(serving), {}, std::source_location());
    t.add_done_callback([writer](const any_future &f) {
      if (f.cancelled()) {
        writer.close();
      } else if (auto error = f.exception()) {
        event_loop &loop = f.get_loop();
        loop.call_exception_handler({"Unhandled exception in client_connected_cb", std::move(error), f, "task"});
        writer.close();
      }
    });
  } catch (const system_exit &) {
    throw;
  } catch (const keyboard_interrupt &) {
    throw;
  } catch (...) {
    writer.close();
    loop().call_exception_handler({"Unhandled exception in client_connected_cb", std::current_exception()});
  }
}

void server_core::connection_gone(stream_core *stream) {
  std::erase(streams_, stream);
  if (closed_ && streams_.empty())
    wake_waiters();
}

void server_core::wake_waiters() noexcept {
  while (waiting_.pop_and_wake()) {
  }
}

void server_core::close() {
  if (closed_)
    return;
  event_loop *loop = anchor_->loop();
  if (loop)
    loop->touch("server.close");
  open_resource::unlink();
  const ref_ptr<server_core> keep(this);
  closed_ = true;
  serving_ = false;
  for (listener &l : listeners_) {
    if (loop)
      loop->remove_reader(l.fd.get());
    if (options_.cleanup_socket && l.identity != std::pair<std::uint64_t, std::uint64_t>() &&
        identity_of(l.path) == l.identity)
      ::unlink(l.path.c_str());
  }
  listeners_.clear();
  if (forever_)
    forever_.cancel();
  if (streams_.empty())
    wake_waiters();
}

void server_core::close_clients(bool abort) {
  event_loop *loop = anchor_->loop();
  if (loop && !streams_.empty())
    loop->touch("server.close_clients");
  for (stream_core *stream : streams_) {
    if (abort)
      stream->abort();
    else
      stream->close();
  }
}

std::vector<listening_socket> server_core::sockets() const {
  std::vector<listening_socket> result;
  result.reserve(listeners_.size());
  for (const listener &l : listeners_)
    result.push_back({l.fd.get(), name_of_socket(l.fd.get()).readable()});
  return result;
}

coro<void> server_core::wait_closed(ref_ptr<server_core> self) {
  if (self->closed_ && self->streams_.empty())
    co_return;
  waiter w;
  self->waiting_.push(w);
  co_await w;
}

coro<void> server_core::serve_forever(ref_ptr<server_core> self) {
  if (self->forever_)
    throw runtime_error("server is already being awaited on serve_forever()");
  self->start();
  self->forever_ = self->loop().create_future<void>();
  struct no_longer {
    future<void> &forever;
    ~no_longer() { forever = {}; }
  } at_exit{self->forever_};
  std::exception_ptr cancelled;
  try {
    co_await self->forever_;
  } catch (const cancelled_error &) {
    cancelled = std::current_exception();
  }
  self->close();
  co_await wait_closed(self);
  std::rethrow_exception(cancelled);
}

namespace {

void set_option(int fd, int level, int option) {
  const int on = 1;
  if (::setsockopt(fd, level, option, &on, sizeof on) != 0)
    throw_errno(errno, "setsockopt");
}

void bind_to(int fd, const raw_address &where) {
  if (::bind(fd, where.get(), where.length) != 0)
    throw_errno(errno, "error while attempting to bind on address " + where.readable().text());
}

unique_fd bound_socket(const raw_address &place, const server_options &options) {
  const int family = place.storage.ss_family;
  unique_fd fd = stream_socket(family);
  if (options.reuse_address)
    set_option(fd.get(), SOL_SOCKET, SO_REUSEADDR);
  if (options.reuse_port && (family == AF_INET || family == AF_INET6))
    set_option(fd.get(), SOL_SOCKET, SO_REUSEPORT);
  if (options.keep_alive)
    set_option(fd.get(), SOL_SOCKET, SO_KEEPALIVE);
  if (family == AF_INET6)
    set_option(fd.get(), IPPROTO_IPV6, IPV6_V6ONLY);
  bind_to(fd.get(), place);
  return fd;
}

} // namespace

coro<server> listen_tcp(connection_handler handler, std::vector<std::string> hosts, std::uint16_t port,
                        server_options options) {
  std::vector<raw_address> places;
  for (std::string &host : hosts) {
    const auto found = co_await resolve(std::move(host), port, options.family, true);
    for (const raw_address &place : found)
      if (std::none_of(places.begin(), places.end(), [&](const raw_address &seen) { return seen.same_as(place); }))
        places.push_back(place);
  }
  const ref_ptr<server_core> core(new server_core(get_running_loop(), std::move(handler), options));
  std::exception_ptr missing;
  std::size_t count = 0;
  for (const raw_address &place : places) {
    try {
      core->listen_on(bound_socket(place, options));
      ++count;
    } catch (const std::system_error &e) {
      // The resolver also returns families that the kernel does not support, or that have no address on this machine.
      if (e.code() != std::errc::address_family_not_supported && e.code() != std::errc::address_not_available)
        throw;
      missing = std::current_exception();
    }
  }
  if (count == 0)
    std::rethrow_exception(missing ? missing : std::make_exception_ptr(value_error("a server needs a host")));
  if (options.start_serving)
    core->start();
  co_return server(core);
}

coro<server> listen_on_socket(connection_handler handler, int fd, server_options options) {
  unique_fd owned(fd);
  int kind = 0;
  socklen_t size = sizeof kind;
  if (::getsockopt(fd, SOL_SOCKET, SO_TYPE, &kind, &size) != 0) {
    const int error = errno;
    owned.release();
    throw_errno(error, "getsockopt");
  }
  if (kind != SOCK_STREAM) {
    owned.release();
    throw value_error("a stream socket was expected");
  }
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  const ref_ptr<server_core> core(new server_core(get_running_loop(), std::move(handler), options));
  core->listen_on(std::move(owned));
  if (options.start_serving)
    core->start();
  co_return server(core);
}

coro<server> listen_unix(connection_handler handler, std::string path, server_options options) {
  const raw_address place = unix_address(path);
  struct stat info{};
  if (path[0] != '\0' && ::stat(path.c_str(), &info) == 0 && S_ISSOCK(info.st_mode))
    ::unlink(path.c_str());
  const ref_ptr<server_core> core(new server_core(get_running_loop(), std::move(handler), options));
  unique_fd fd = stream_socket(AF_UNIX);
  bind_to(fd.get(), place);
  core->listen_on(std::move(fd), path);
  if (options.start_serving)
    core->start();
  co_return server(core);
}

} // namespace detail

coro<bool> server::aexit(std::exception_ptr) const {
  const detail::ref_ptr<detail::server_core> core = core_;
  core->close();
  co_await detail::server_core::wait_closed(core);
  co_return false;
}

} // namespace aio
