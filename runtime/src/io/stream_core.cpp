// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// stream_core: moves bytes between socket and buffers, and closes the connection.
#include <aio/io/stream_core.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>

#include <aio/core/sleep.h>

namespace aio::detail {

namespace {
constexpr std::size_t chunk = std::size_t{64} * 1024;
/// The limit of asyncio for one pass: a peer that sends faster than it is read must not block the loop.
constexpr unsigned char chunks_at_once = 4;

std::exception_ptr error_of(int error, const char *what) {
  return std::make_exception_ptr(std::system_error(error, std::generic_category(), what));
}
} // namespace

stream_core::stream_core(std::size_t limit) : limit_(limit) {
  if (limit == 0)
    throw value_error("Limit cannot be <= 0");
}

stream_core::stream_core(event_loop &loop, unique_fd fd, std::size_t limit) : stream_core(limit) {
  anchor_ = ref_ptr<loop_anchor>(&loop.anchor());
  const raw_address name = name_of_socket(fd.get());
  name_ = name.readable();
  peer_ = name_of_peer(fd.get()).readable();
  if (name.storage.ss_family == AF_INET || name.storage.ss_family == AF_INET6) {
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  loop.check_open();
  loop.descriptors().attach(fd.get(), *this);
  fd_ = std::move(fd);
  loop.resources().push_back(*this);
  add_ref();
}

stream_core::~stream_core() = default;

// Reading.

std::string stream_core::take(std::size_t n) {
  std::string result;
  if (taken_ == 0 && n == in_.size())
    result.swap(in_);
  else
    result = std::string(buffered().substr(0, n));
  drop(result.size());
  return result;
}

void stream_core::drop(std::size_t n) noexcept {
  taken_ = std::min(taken_ + n, in_.size());
  if (in_.empty() || taken_ == in_.size()) {
    in_.clear();
    taken_ = 0;
  } else if (taken_ > in_.size() / 2) {
    in_.erase(0, taken_);
    taken_ = 0;
  }
}

void stream_core::feed(std::string_view data) {
  touch("stream_reader.feed_data");
  if (eof_)
    throw invalid_state_error("feed_data after feed_eof");
  if (data.empty())
    return;
  in_.append(data);
  wake_reader();
}

void stream_core::feed_eof() {
  touch("stream_reader.feed_eof");
  eof_ = true;
  wake_reader();
}

void stream_core::fail_reading(std::exception_ptr error) {
  touch("stream_reader.set_exception");
  read_error_ = std::move(error);
  wake_reader();
}

void stream_core::stop_reading() noexcept {
  touch("stream_reader.stop");
  if (fd_)
    ::shutdown(fd_.get(), SHUT_RD);
  hung_up_ = readable_ = true;
  wake_reader();
}

void stream_core::wake_reader() noexcept {
  if (reading_)
    reading_->wake();
}

bool stream_core::fill() {
  thread_local char scratch[chunk];
  for (;;) {
    const ssize_t n = ::recv(fd_.get(), scratch, chunk, 0);
    if (n > 0) {
      in_.append(scratch, static_cast<std::size_t>(n));
      // A short read has emptied the socket, so the next byte makes a new edge. The end of the stream has made its edge
      // already.
      if (static_cast<std::size_t>(n) < chunk && !hung_up_)
        readable_ = false;
      return true;
    }
    if (n == 0) {
      eof_ = true;
      return true;
    }
    if (errno == EINTR)
      continue;
    if (errno == EAGAIN) {
      readable_ = false;
      return false;
    }
    read_error_ = error_of(errno, "recv");
    force_close(read_error_);
    return true;
  }
}

coro<void> stream_core::more(const char *caller) {
  if (reading_ || pausing_)
    throw runtime_error(std::string(caller) + "() called while another coroutine is already waiting for incoming data");
  const std::size_t before = buffered().size();
  while (buffered().size() == before && !eof_) {
    if (fd_ && readable_ && !closing_) {
      if (filled_ == chunks_at_once) {
        filled_ = 0;
        pausing_ = true;
        struct done_pausing {
          bool &flag;
          ~done_pausing() { flag = false; }
        } at_exit{pausing_};
        co_await sleep(duration::zero());
        check_readable();
        continue;
      }
      ++filled_;
      if (fill())
        break;
    }
    filled_ = 0;
    waiter w;
    reading_ = &w;
    struct done_waiting {
      waiter *&slot;
      ~done_waiting() { slot = nullptr; }
    } at_exit{reading_};
    co_await w;
    check_readable();
  }
  check_readable();
}

// Writing.

void stream_core::write(std::string_view data) {
  touch("stream_writer.write");
  if (eof_written_)
    throw runtime_error("Cannot call write() after write_eof()");
  if (data.empty())
    return;
  if (given_up_) [[unlikely]] {
    write_in_vain();
    return;
  }
  if (unsent() == 0) {
    const ssize_t n = ::send(fd_.get(), data.data(), data.size(), MSG_NOSIGNAL);
    if (n >= 0) {
      data.remove_prefix(static_cast<std::size_t>(n));
    } else if (errno != EAGAIN && errno != EINTR) {
      force_close(error_of(errno, "send"));
      return;
    }
    if (data.empty())
      return;
  }
  out_.append(data);
  paused_ = paused_ || unsent() > high_;
}

void stream_core::write_in_vain() {
  // As in asyncio, a program that writes without looking at drain() gets one warning.
  constexpr unsigned char enough = 5;
  if (!lost_error_ || writes_in_vain_ == enough)
    return;
  if (++writes_in_vain_ == enough)
    warn("stream to " + peer_.text() +
         ": written to again and again although its connection is lost: " + aio::detail::describe(lost_error_));
}

void stream_core::write_eof() {
  touch("stream_writer.write_eof");
  if (closing_ || eof_written_)
    return;
  eof_written_ = true;
  if (unsent() == 0)
    ::shutdown(fd_.get(), SHUT_WR);
}

void stream_core::flush() noexcept {
  while (unsent() > 0) {
    const ssize_t n = ::send(fd_.get(), out_.data() + sent_, unsent(), MSG_NOSIGNAL);
    if (n >= 0) {
      sent_ += static_cast<std::size_t>(n);
    } else if (errno == EAGAIN) {
      break;
    } else if (errno != EINTR) {
      force_close(error_of(errno, "send"));
      return;
    }
  }
  if (unsent() == 0) {
    out_.clear();
    sent_ = 0;
    if (closing_ && !given_up_) {
      given_up_ = true;
      loop()->enqueue(closing_entry_);
    } else if (eof_written_) {
      ::shutdown(fd_.get(), SHUT_WR);
    }
  } else if (sent_ > out_.size() / 2) {
    out_.erase(0, sent_);
    sent_ = 0;
  }
  check_low_water();
}

void stream_core::check_low_water() noexcept {
  if (paused_ && unsent() <= low_) {
    paused_ = false;
    while (draining_.pop_and_wake()) {
    }
  }
}

void stream_core::set_limits(std::size_t high, std::size_t low) {
  touch("stream_writer.set_write_buffer_limits");
  if (low > high)
    throw value_error("high (" + std::to_string(high) + ") must be >= low (" + std::to_string(low) + ") must be >= 0");
  high_ = high;
  low_ = low;
  paused_ = paused_ || unsent() > high_;
  check_low_water();
}

void stream_core::find_error() noexcept {
  failed_ = false;
  int error = 0;
  socklen_t size = sizeof error;
  if (given_up_ || ::getsockopt(fd_.get(), SOL_SOCKET, SO_ERROR, &error, &size) != 0 || error == 0)
    return;
  read_error_ = error_of(error, "connection");
  force_close(read_error_);
}

coro<void> stream_core::drain(ref_ptr<stream_core> self) {
  self->touch("stream_writer.drain");
  if (self->failed_) [[unlikely]]
    self->find_error();
  self->check_readable();
  if (self->closing_)
    co_await sleep(duration::zero());
  if (self->lost_)
    throw_errno(ECONNRESET, "Connection lost");
  if (!self->paused_)
    co_return;
  waiter w;
  self->draining_.push(w);
  co_await w;
  if (self->lost_error_)
    std::rethrow_exception(self->lost_error_);
}

// Closing.

void stream_core::ready(unsigned events) noexcept {
  if (events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
    readable_ = true;
    hung_up_ = hung_up_ || (events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR));
    failed_ = failed_ || (events & EPOLLERR);
    wake_reader();
  }
  if ((events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) && unsent() > 0)
    flush();
}

void stream_core::close() noexcept {
  touch("stream_writer.close");
  if (closing_)
    return;
  closing_ = true;
  open_resource::unlink();
  if (unsent() == 0 && !given_up_ && loop()) {
    given_up_ = true;
    loop()->enqueue(closing_entry_);
  }
}

void stream_core::force_close(std::exception_ptr error) noexcept {
  if (given_up_)
    return;
  closing_ = given_up_ = true;
  open_resource::unlink();
  out_.clear();
  sent_ = 0;
  lost_error_ = std::move(error);
  if (loop())
    loop()->enqueue(closing_entry_);
}

void stream_core::connection_lost() {
  const ref_ptr<stream_core> keep(this);
  lost_ = true;
  loop()->descriptors().detach(fd_.get(), *this);
  fd_.reset();
  eof_ = true;
  if (lost_error_ && !read_error_)
    read_error_ = lost_error_;
  wake_reader();
  while (draining_.pop_and_wake()) {
  }
  while (waiting_for_close_.pop_and_wake()) {
  }
  release();
  if (auto call = std::exchange(when_lost_, nullptr))
    call();
}

void stream_core::abandon() noexcept {
  abandoned_ = !closing_;
  closing_ = given_up_ = lost_ = eof_ = true;
  open_resource::unlink();
  fd_.reset();
  const ref_ptr<stream_core> keep(this);
  release();
  if (auto call = std::exchange(when_lost_, nullptr))
    call();
}

coro<void> stream_core::wait_closed(ref_ptr<stream_core> self) {
  self->touch("stream_writer.wait_closed");
  if (!self->lost_) {
    waiter w;
    self->waiting_for_close_.push(w);
    co_await w;
  }
  if (self->lost_error_)
    std::rethrow_exception(self->lost_error_);
}

} // namespace aio::detail
