// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Descriptors that close themselves, socket addresses, and name resolution.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include <sys/socket.h>

#include <aio/core/coro.h>

namespace aio {

/// The name of one end of a socket: host and port, or the path of a Unix socket.
struct address {
  std::string host;
  std::uint16_t port = 0;
  /// "host:port", "[host]:port", or the path.
  std::string text() const;
  friend bool operator==(const address &, const address &) = default;
};

/// The category of getaddrinfo's error codes (EAI_...), in which a failed resolution is a std::system_error.
const std::error_category &resolver_category() noexcept;

namespace detail {

/// Owns a descriptor.
class unique_fd {
public:
  unique_fd() noexcept = default;
  explicit unique_fd(int fd) noexcept : fd_(fd) {}
  unique_fd(unique_fd &&other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  unique_fd &operator=(unique_fd &&other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~unique_fd() { reset(); }
  int get() const noexcept { return fd_; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept;
  explicit operator bool() const noexcept { return fd_ >= 0; }

private:
  int fd_ = -1;
};

/// A socket address in the kernel's format.
struct raw_address {
  sockaddr_storage storage{};
  socklen_t length = sizeof(sockaddr_storage);
  const sockaddr *get() const noexcept { return reinterpret_cast<const sockaddr *>(&storage); }
  sockaddr *get() noexcept { return reinterpret_cast<sockaddr *>(&storage); }
  address readable() const;
  bool same_as(const raw_address &other) const noexcept {
    return length == other.length && std::memcmp(&storage, &other.storage, length) == 0;
  }
};

[[noreturn]] void throw_errno(int error, const std::string &what);
/// Makes the address of a Unix socket; a leading zero byte means the abstract namespace.
raw_address unix_address(const std::string &path);
raw_address name_of_socket(int fd);
raw_address name_of_peer(int fd);
/// Makes a non-blocking stream socket.
unique_fd stream_socket(int family);
/// Connects a non-blocking socket. **Cancellation** at once; the descriptor stays open.
coro<void> connect_socket(int fd, const raw_address &to);
/// Resolves a host. A numeric host is converted directly; a name is resolved on the default executor.
///
/// **Errors** std::system_error in the resolver_category.
coro<std::vector<raw_address>> resolve(std::string host, std::uint16_t port, int family, bool passive);

} // namespace detail
} // namespace aio
