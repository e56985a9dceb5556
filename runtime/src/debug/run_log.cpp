// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The run log: reports as lines of JSON in a file.
#include "settings.h"

#include <csignal>
#include <ctime>
#include <mutex>

#include <fcntl.h>
#include <unistd.h>

namespace aio::debug {

namespace {

std::mutex log_mutex;
int log_fd = -1;

/// The number of bytes of the well-formed UTF-8 sequence at the start, or 0.
std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const auto follows = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned lead = byte(0);
  if (lead < 0x80)
    return 1;
  if (lead >= 0xC2 && lead <= 0xDF && follows(1))
    return 2;
  if (lead >= 0xE0 && lead <= 0xEF && follows(1) && follows(2) && !(lead == 0xE0 && byte(1) < 0xA0) &&
      !(lead == 0xED && byte(1) > 0x9F))
    return 3;
  if (lead >= 0xF0 && lead <= 0xF4 && follows(1) && follows(2) && follows(3) && !(lead == 0xF0 && byte(1) < 0x90) &&
      !(lead == 0xF4 && byte(1) > 0x8F))
    return 4;
  return 0;
}

void append_place(std::string &out, const place &where) {
  out += "\"file\":";
  append_json(out, where.file);
  out += ",\"line\":" + std::to_string(where.line) + ",\"column\":" + std::to_string(where.column) + ",\"function\":";
  append_json(out, where.function);
}

/// Blocks SIGPIPE in this thread while it lives, and removes one that came.
class no_sigpipe {
public:
  no_sigpipe() noexcept {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    sigset_t pending;
    ::sigpending(&pending);
    was_pending_ = ::sigismember(&pending, SIGPIPE) == 1;
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &old_);
  }
  no_sigpipe(const no_sigpipe &) = delete;
  no_sigpipe &operator=(const no_sigpipe &) = delete;
  ~no_sigpipe() {
    if (!was_pending_) {
      const timespec now{};
      while (::sigtimedwait(&pipe_, nullptr, &now) == -1 && errno == EINTR) {
      }
    }
    ::pthread_sigmask(SIG_SETMASK, &old_, nullptr);
  }

private:
  sigset_t pipe_{};
  sigset_t old_{};
  bool was_pending_ = false;
};

void write_all(int fd, const std::string &text) noexcept {
  const no_sigpipe guard;
  std::size_t done = 0;
  while (done < text.size()) {
    const ssize_t n = ::write(fd, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return;
    done += static_cast<std::size_t>(n);
  }
}

} // namespace

void append_json(std::string &out, std::string_view text) {
  static constexpr char hex[] = "0123456789abcdef";
  out += '"';
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text.front());
    std::size_t length = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += static_cast<char>(c);
    } else if (c < 0x20) {
      out += "\\u00";
      out += hex[c >> 4U];
      out += hex[c & 15U];
    } else if (const std::size_t bytes = utf8_length(text); bytes != 0) {
      length = bytes;
      out += text.substr(0, bytes);
    } else {
      out += "\\ufffd";
      length = 1;
    }
    text.remove_prefix(length);
  }
  out += '"';
}

void write_to_stderr(const std::string &text) noexcept { write_all(STDERR_FILENO, text); }

std::string report::json() const {
  std::string out = "{\"aio\":1,\"rule\":";
  append_json(out, "coro-" + rule);
  out += ",\"level\":\"";
  out += level == level::error ? "error" : "warning";
  out += "\",\"message\":";
  append_json(out, message);
  out += ',';
  append_place(out, where);
  out += ",\"task\":";
  append_json(out, task);
  if (!allowed.empty()) {
    out += ",\"allowed\":";
    append_json(out, allowed);
  }
  out += ",\"notes\":[";
  for (const note &n : notes) {
    out += out.back() == '[' ? "{" : ",{";
    append_place(out, n.where);
    out += ",\"message\":";
    append_json(out, n.message);
    out += '}';
  }
  out += "]}";
  return out;
}

bool log_to(const std::string &path) {
  int fd = -1;
  if (!path.empty()) {
    fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOCTTY, 0644);
    if (fd < 0)
      return false;
  }
  const std::lock_guard lock(log_mutex);
  if (log_fd >= 0)
    ::close(log_fd);
  log_fd = fd;
  return true;
}

void write_run_log(const report &what) noexcept {
  try {
    const std::lock_guard lock(log_mutex);
    if (log_fd >= 0)
      write_all(log_fd, what.json() + "\n");
  } catch (...) {
    // No memory: the line is lost, and the program continues.
  }
}

} // namespace aio::debug
