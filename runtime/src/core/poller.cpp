// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The poller, implemented with epoll.
#include <aio/core/poller.h>

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace aio::detail {

namespace {
[[noreturn]] void throw_errno(const char *what) { throw std::system_error(errno, std::generic_category(), what); }

// The data of an epoll event: a descriptor, as an odd number, or the address of a client.
std::uint64_t key_of(int fd) noexcept { return (static_cast<std::uint64_t>(fd) << 1) | 1; }
} // namespace

poller::poller() : epoll_fd_(::epoll_create1(EPOLL_CLOEXEC)), wake_fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = key_of(wake_fd_);
  if (epoll_fd_ < 0 || wake_fd_ < 0 || ::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, wake_fd_, &event) != 0) {
    const int error = errno;
    if (epoll_fd_ >= 0)
      ::close(epoll_fd_);
    if (wake_fd_ >= 0)
      ::close(wake_fd_);
    throw std::system_error(error, std::generic_category(), "event loop");
  }
}

poller::~poller() {
  ::close(epoll_fd_);
  ::close(wake_fd_);
}

bool poller::update(int fd, const watch &w, int operation) noexcept {
  epoll_event event{};
  event.data.u64 = key_of(fd);
  event.events = (w.reader ? EPOLLIN | EPOLLRDHUP : 0U) | (w.writer ? EPOLLOUT : 0U);
  return ::epoll_ctl(epoll_fd_, operation, fd, &event) == 0;
}

void poller::set(int fd, bool reader, ref_ptr<handle_core> callback) {
  auto found = watched_.find(fd);
  bool known = found != watched_.end();
  watch next = known ? found->second : watch{};
  (reader ? next.reader : next.writer) = std::move(callback);
  bool done = update(fd, next, known ? EPOLL_CTL_MOD : EPOLL_CTL_ADD);
  if (!done && known && errno == ENOENT) {
    forget_closed(fd);
    known = false;
    (reader ? next.writer : next.reader) = {};
    done = update(fd, next, EPOLL_CTL_ADD);
  }
  if (!done && !known && errno == EEXIST)
    throw runtime_error("File descriptor " + std::to_string(fd) + " is used by a stream");
  if (!done)
    throw_errno("epoll_ctl");
  watch &now = watched_[fd];
  auto &old = reader ? now.reader : now.writer;
  if (old)
    old->cancel();
  now = std::move(next);
}

void poller::forget_closed(int fd) noexcept {
  const auto found = watched_.find(fd);
  if (found == watched_.end())
    return;
  for (const ref_ptr<handle_core> &callback : {found->second.reader, found->second.writer})
    if (callback)
      callback->cancel();
  watched_.erase(found);
}

bool poller::remove(int fd, bool reader) noexcept {
  const auto found = watched_.find(fd);
  if (found == watched_.end())
    return false;
  auto &slot = reader ? found->second.reader : found->second.writer;
  if (!slot)
    return false;
  slot->cancel();
  slot = {};
  if (found->second.reader || found->second.writer) {
    epoll_event event{};
    event.data.u64 = key_of(fd);
    event.events = found->second.reader ? EPOLLIN | EPOLLRDHUP : EPOLLOUT;
    ::epoll_ctl(epoll_fd_, EPOLL_CTL_MOD, fd, &event);
  } else {
    ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
    watched_.erase(found);
  }
  return true;
}

void poller::clear() noexcept {
  for (auto &[fd, w] : watched_) {
    if (w.reader)
      w.reader->cancel();
    if (w.writer)
      w.writer->cancel();
    ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  }
  watched_.clear();
  news_ = 0;
  while (poll_client *client = clients_.pop_front())
    client->abandon();
}

void poller::attach(int fd, poll_client &client) {
  epoll_event event{};
  event.data.ptr = &client;
  event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  if (::epoll_ctl(epoll_fd_, EPOLL_CTL_ADD, fd, &event) != 0) {
    if (errno == EEXIST)
      throw runtime_error("File descriptor " + std::to_string(fd) + " is watched already");
    throw_errno("epoll_ctl");
  }
  forget_closed(fd);
  clients_.push_back(client);
}

void poller::detach(int fd, poll_client &client) noexcept {
  ::epoll_ctl(epoll_fd_, EPOLL_CTL_DEL, fd, nullptr);
  client.unlink();
  const auto last = std::remove_if(events_.begin(), events_.begin() + news_,
                                   [&](const epoll_event &e) { return e.data.ptr == &client; });
  news_ = static_cast<std::size_t>(last - events_.begin());
}

void poller::wait(std::optional<duration> timeout, intrusive_list<ready_entry> &ready) {
  // Left from a pass that ended by an exception: an edge is reported only once.
  if (news_ > 0) [[unlikely]]
    tell_clients();
  int count = -1;
  errno = ENOSYS;
  if (has_pwait2_) {
    timespec spec{};
    if (timeout) {
      spec.tv_sec = static_cast<std::time_t>(timeout->count() / 1'000'000'000);
      spec.tv_nsec = static_cast<long>(timeout->count() % 1'000'000'000);
    }
    count = ::epoll_pwait2(epoll_fd_, events_.data(), most_events, timeout ? &spec : nullptr, nullptr);
    if (count < 0 && errno != EINTR)
      has_pwait2_ = false;
  }
  if (!has_pwait2_) {
    int milliseconds = -1;
    if (timeout) {
      const auto rounded = std::chrono::ceil<std::chrono::milliseconds>(*timeout).count();
      milliseconds = rounded > 86'400'000 ? 86'400'000 : static_cast<int>(rounded);
    }
    count = ::epoll_wait(epoll_fd_, events_.data(), most_events, milliseconds);
  }
  if (count < 0) {
    if (errno == EINTR)
      return;
    throw_errno("epoll_wait");
  }
  for (int i = 0; i < count; ++i) {
    const epoll_event event = events_[static_cast<std::size_t>(i)];
    if (event.data.u64 & 1)
      dispatch(static_cast<int>(event.data.u64 >> 1), event.events, ready);
    else
      events_[news_++] = event;
  }
}

void poller::tell_clients() noexcept {
  for (std::size_t i = 0; i < news_; ++i)
    static_cast<poll_client *>(events_[i].data.ptr)->ready(events_[i].events);
  news_ = 0;
}

void poller::dispatch(int fd, unsigned events, intrusive_list<ready_entry> &ready) {
  if (fd == wake_fd_) {
    eventfd_t value = 0;
    static_cast<void>(::eventfd_read(wake_fd_, &value));
    return;
  }
  const auto found = watched_.find(fd);
  if (found == watched_.end())
    return;
  const watch &w = found->second;
  if (w.reader && (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) && !w.reader->linked())
    ready.push_back(*w.reader);
  if (w.writer && (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) && !w.writer->linked())
    ready.push_back(*w.writer);
}

} // namespace aio::detail
