// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Socket addresses, name resolution, and connecting.
#include <aio/io/socket.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstring>
#include <system_error>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/un.h>
#include <unistd.h>

#include <aio/core/executor.h>
#include <aio/core/waiter.h>

namespace aio {

std::string address::text() const {
  if (port == 0)
    return host;
  return (host.find(':') == std::string::npos ? host : "[" + host + "]") + ":" + std::to_string(port);
}

namespace {
class resolver_errors final : public std::error_category {
public:
  const char *name() const noexcept override { return "resolver"; }
  std::string message(int code) const override { return ::gai_strerror(code); }
};
} // namespace

const std::error_category &resolver_category() noexcept {
  static const resolver_errors category;
  return category;
}

namespace detail {

void throw_errno(int error, const std::string &what) { throw std::system_error(error, std::generic_category(), what); }

void unique_fd::reset() noexcept {
  if (fd_ >= 0)
    ::close(std::exchange(fd_, -1));
}

address raw_address::readable() const {
  char text[INET6_ADDRSTRLEN] = "";
  if (storage.ss_family == AF_INET) {
    const auto *in = reinterpret_cast<const sockaddr_in *>(&storage);
    ::inet_ntop(AF_INET, &in->sin_addr, text, sizeof text);
    return {text, ntohs(in->sin_port)};
  }
  if (storage.ss_family == AF_INET6) {
    const auto *in = reinterpret_cast<const sockaddr_in6 *>(&storage);
    ::inet_ntop(AF_INET6, &in->sin6_addr, text, sizeof text);
    return {text, ntohs(in->sin6_port)};
  }
  if (storage.ss_family == AF_UNIX && length > offsetof(sockaddr_un, sun_path)) {
    const auto *un = reinterpret_cast<const sockaddr_un *>(&storage);
    const std::size_t size = length - offsetof(sockaddr_un, sun_path);
    const bool abstract = un->sun_path[0] == '\0';
    return {std::string(un->sun_path, abstract ? size : ::strnlen(un->sun_path, size)), 0};
  }
  return {};
}

raw_address unix_address(const std::string &path) {
  raw_address result;
  auto *un = reinterpret_cast<sockaddr_un *>(&result.storage);
  un->sun_family = AF_UNIX;
  if (path.empty())
    throw value_error("the path of a Unix socket is empty");
  if (path.size() >= sizeof un->sun_path)
    throw value_error("the path of a Unix socket is too long: " + path);
  std::memcpy(un->sun_path, path.data(), path.size());
  const bool abstract = path[0] == '\0';
  result.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + (abstract ? 0 : 1));
  return result;
}

raw_address name_of_socket(int fd) {
  raw_address result;
  if (::getsockname(fd, result.get(), &result.length) != 0)
    result = {};
  return result;
}

raw_address name_of_peer(int fd) {
  raw_address result;
  if (::getpeername(fd, result.get(), &result.length) != 0)
    result = {};
  return result;
}

unique_fd stream_socket(int family) {
  unique_fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd)
    throw_errno(errno, "socket");
  return fd;
}

coro<void> connect_socket(int fd, const raw_address &to) {
  if (::connect(fd, to.get(), to.length) == 0)
    co_return;
  if (errno != EINPROGRESS && errno != EINTR)
    throw_errno(errno, "Connect call failed " + to.readable().text());
  waiter connected;
  event_loop &loop = get_running_loop();
  loop.add_writer(fd, [&] { connected.wake(); });
  struct forget {
    event_loop &loop;
    int fd;
    ~forget() { loop.remove_writer(fd); }
  } at_exit{loop, fd};
  co_await connected;
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
    error = errno;
  if (error != 0)
    throw_errno(error, "Connect call failed " + to.readable().text());
}

namespace {
struct lookup {
  int error = 0;
  int system_code = 0;
  std::vector<raw_address> found;
};

lookup find_addresses(const std::string &host, std::uint16_t port, int family, int flags) {
  addrinfo hints{};
  hints.ai_family = family;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo *list = nullptr;
  lookup result;
  result.error = ::getaddrinfo(host.empty() ? nullptr : host.c_str(), std::to_string(port).c_str(), &hints, &list);
  result.system_code = errno;
  if (result.error != 0)
    return result;
  for (const addrinfo *item = list; item; item = item->ai_next) {
    raw_address &next = result.found.emplace_back();
    std::memcpy(&next.storage, item->ai_addr, item->ai_addrlen);
    next.length = item->ai_addrlen;
  }
  ::freeaddrinfo(list);
  return result;
}
} // namespace

coro<std::vector<raw_address>> resolve(std::string host, std::uint16_t port, int family, bool passive) {
  if (host.find('\0') != std::string::npos)
    throw value_error("a host name contains a zero byte");
  const int flags = passive ? AI_PASSIVE : 0;
  // NOLINTNEXTLINE(coro-blocking-call): a numeric address needs no lookup
  lookup result = find_addresses(host, port, family, flags | AI_NUMERICHOST);
  if (result.error == EAI_NONAME) {
    event_loop &loop = get_running_loop();
    const time_point began = loop.time();
    result = co_await to_thread(find_addresses, host, port, family, flags);
    if (const duration spent = loop.time() - began; loop.get_debug() && spent >= loop.slow_callback_duration()) {
      char seconds[32];
      std::snprintf(seconds, sizeof seconds, "%.3f", std::chrono::duration<double>(spent).count());
      warn("getting the address of '" + host + "' took " + seconds + " s");
    }
  }
  if (result.error == EAI_SYSTEM)
    throw_errno(result.system_code, host);
  if (result.error != 0)
    throw std::system_error(result.error, resolver_category(), host);
  co_return std::move(result.found);
}

} // namespace detail
} // namespace aio
