// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// stream_core: the state that a stream_reader and a stream_writer share: the socket, both buffers, and the waiting
// tasks.
#pragma once

#include <cstddef>
#include <exception>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include <aio/core/waiter.h>
#include <aio/io/socket.h>

namespace aio::detail {

/// A byte stream over a non-blocking socket, or, without a socket, over data that the program feeds.
///
/// Bytes are taken from the socket only while a task reads, so a slow reader slows its peer down, and a cancelled read
/// loses nothing. A registered stream holds one reference to itself until its connection is lost.
class stream_core final : public ref_counted, public poll_client, public open_resource {
public:
  explicit stream_core(std::size_t limit);
  stream_core(event_loop &loop, unique_fd fd, std::size_t limit);
  ~stream_core() override;

  /// Names an operation that is used.
  void touch(const char *operation) const {
    if (event_loop *owner = loop())
      owner->touch(operation);
  }
  std::string describe() const override { return peer_.text().empty() ? "stream" : "stream to " + peer_.text(); }

  // Reading.
  std::string_view buffered() const noexcept { return std::string_view(in_).substr(taken_); }
  std::string take(std::size_t n);
  void drop(std::size_t n) noexcept;
  bool at_eof() const noexcept { return eof_ && buffered().empty(); }
  bool saw_eof() const noexcept { return eof_; }
  std::size_t limit() const noexcept { return limit_; }
  const std::exception_ptr &read_error() const noexcept { return read_error_; }
  void check_readable() const {
    if (read_error_)
      std::rethrow_exception(read_error_);
  }
  void feed(std::string_view data);
  void feed_eof();
  void fail_reading(std::exception_ptr error);
  /// Waits until the buffer grows, the stream ends or fails. **Errors** runtime_error if another task waits.
  coro<void> more(const char *caller);
  void stop_reading() noexcept;

  // Writing.
  void write(std::string_view data);
  void write_eof();
  static coro<void> drain(ref_ptr<stream_core> self);
  void set_limits(std::size_t high, std::size_t low);
  std::size_t unsent() const noexcept { return out_.size() - sent_; }

  // Closing.
  void close() noexcept;
  void abort() noexcept {
    touch("stream_writer.abort");
    force_close(nullptr);
  }
  bool is_closing() const noexcept { return closing_; }
  bool lost() const noexcept { return lost_; }
  /// True if the loop was closed while the connection was open.
  bool abandoned() const noexcept { return abandoned_; }
  static coro<void> wait_closed(ref_ptr<stream_core> self);
  /// Sets a function that is called once, when the connection is lost.
  void when_lost(std::function<void()> call) { when_lost_ = std::move(call); }

  int fd() const noexcept { return fd_.get(); }
  const address &peer() const noexcept { return peer_; }
  const address &name() const noexcept { return name_; }
  event_loop *loop() const noexcept { return anchor_ ? anchor_->loop() : nullptr; }

  void ready(unsigned events) noexcept override;
  void abandon() noexcept override;

private:
  /// Makes the loop call connection_lost.
  class closing_entry final : public ready_entry {
  public:
    explicit closing_entry(stream_core &s) noexcept : ready_entry(kind::handle), stream_(s) {}
    void run() override { stream_.connection_lost(); }
    void discard() noexcept override {}

  private:
    stream_core &stream_;
  };
  bool fill();
  void flush() noexcept;
  void check_low_water() noexcept;
  void write_in_vain();
  /// Reads the error that the poller has reported from the socket.
  void find_error() noexcept;
  void force_close(std::exception_ptr error) noexcept;
  void connection_lost();
  void wake_reader() noexcept;

  ref_ptr<loop_anchor> anchor_;
  unique_fd fd_;
  address peer_;
  address name_;
  std::string in_;
  std::size_t taken_ = 0;
  std::string out_;
  std::size_t sent_ = 0;
  std::size_t limit_;
  std::size_t high_ = std::size_t{64} * 1024;
  std::size_t low_ = std::size_t{16} * 1024;
  std::exception_ptr read_error_;
  std::exception_ptr lost_error_;
  waiter *reading_ = nullptr;
  waiter_queue draining_;
  waiter_queue waiting_for_close_;
  std::function<void()> when_lost_;
  closing_entry closing_entry_{*this};
  bool readable_ = true;
  bool pausing_ = false;     // a reader yields to other tasks
  unsigned char filled_ = 0; // chunks in a row that were available at once
  bool hung_up_ = false;
  bool failed_ = false;
  bool eof_ = false;
  bool paused_ = false;
  bool eof_written_ = false;
  bool closing_ = false;
  bool given_up_ = false;
  bool lost_ = false;
  bool abandoned_ = false;
  unsigned char writes_in_vain_ = 0; // after the connection was lost; counts up to the one that is reported
};

} // namespace aio::detail
