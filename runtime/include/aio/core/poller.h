// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The poller: waits for file descriptors with epoll.
#pragma once

#include <array>
#include <optional>
#include <unordered_map>

#include <sys/epoll.h>

#include <aio/core/handle.h>

namespace aio::detail {

/// The owner of a descriptor, told edge-triggered when it becomes ready. It is registered once, so that waiting costs
/// no system call.
class poll_client : public list_hook {
public:
  /// Records the EPOLL events and wakes waiting tasks; runs no code of the program.
  virtual void ready(unsigned events) noexcept = 0;
  /// Called when the loop closes: gives the descriptor up.
  virtual void abandon() noexcept = 0;

protected:
  ~poll_client() = default;
};

/// Watches descriptors: level-triggered with at most one reader and one writer callback each, or edge-triggered for a
/// client.
class poller {
public:
  poller();
  poller(const poller &) = delete;
  poller &operator=(const poller &) = delete;
  ~poller();

  int fd() const noexcept { return epoll_fd_; }
  int wake_fd() const noexcept { return wake_fd_; }
  bool watches_anything() const noexcept { return !watched_.empty() || !clients_.empty(); }
  /// Registers a client for all events of a descriptor, until it is detached. **Errors** runtime_error if it is
  /// watched.
  void attach(int fd, poll_client &client);
  void detach(int fd, poll_client &client) noexcept;
  /// **Errors** runtime_error if a client has the descriptor; std::system_error if it cannot be watched.
  void set(int fd, bool reader, ref_ptr<handle_core> callback);
  bool remove(int fd, bool reader) noexcept;
  void clear() noexcept;
  /// Waits, and appends the callbacks of ready descriptors; an empty timeout waits without limit. Clients are told
  /// later, by `tell_clients`.
  void wait(std::optional<duration> timeout, intrusive_list<ready_entry> &ready);
  /// True if the last wait found something for clients.
  bool has_news() const noexcept { return news_ > 0; }
  /// Tells clients what the last wait found.
  void tell_clients() noexcept;

private:
  struct watch {
    ref_ptr<handle_core> reader;
    ref_ptr<handle_core> writer;
  };
  bool update(int fd, const watch &w, int operation) noexcept;
  /// Forgets a descriptor that was closed while it was watched and whose number now names another file.
  void forget_closed(int fd) noexcept;
  void dispatch(int fd, unsigned events, intrusive_list<ready_entry> &ready);
  int epoll_fd_;
  int wake_fd_;
  bool has_pwait2_ = true;
  static constexpr int most_events = 256;
  std::size_t news_ = 0;
  std::array<epoll_event, most_events> events_;
  std::unordered_map<int, watch> watched_;
  intrusive_list<poll_client> clients_;
};

} // namespace aio::detail
