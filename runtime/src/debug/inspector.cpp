// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The inspector: its socket, the questions to the loops, and their answers as JSON.
#include "inspector.h"

#include <cstddef>
#include <cstdio>
#include <cstring>
#include <mutex>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <aio/debug/call_graph.h>

#include "settings.h"

namespace aio::debug {

namespace {

/// How long the step of a loop may take before the loop is described from outside.
constexpr std::uint32_t patience_in_ticks = 50;

void append_seconds(std::string &out, const char *key, duration time) {
  char text[48];
  std::snprintf(text, sizeof text, ",\"%s\":%.2f", key, std::chrono::duration<double>(time).count());
  out += text;
}

std::string describe(event_loop &loop, pid_t thread) {
  std::string out = "{\"thread\":" + std::to_string(thread) + ",\"tasks\":[";
  bool first = true;
  for (const task_row &row : list_tasks(loop)) {
    out += std::exchange(first, false) ? "{\"task\":" : ",{\"task\":";
    append_json(out, row.task);
    out += ",\"state\":\"" + std::string(row.state) + "\",\"awaited_by\":";
    append_json(out, row.awaiter);
    append_seconds(out, "age", row.age);
    append_seconds(out, "busy", row.busy);
    out += ",\"stack\":[";
    for (std::size_t i = 0; i < row.stack.size(); ++i) {
      const call_graph_frame &f = row.stack[i];
      out += i == 0 ? "{\"file\":" : ",{\"file\":";
      append_json(out, f.file);
      out += ",\"line\":" + std::to_string(f.line) + ",\"function\":";
      append_json(out, f.function);
      out += "}";
    }
    out += "]}";
  }
  out += "],\"tree\":";
  try {
    const std::string tree = format_task_tree(loop);
    append_json(out, tree);
  } catch (const runtime_error &circle) {
    out += "null,\"error\":";
    append_json(out, circle.what());
  }
  return out + "}\n";
}

} // namespace

/// One client, shared with the loops that were asked.
struct inspector::visit {
  explicit visit(int visitor) noexcept : socket(visitor) {}
  visit(const visit &) = delete;
  visit &operator=(const visit &) = delete;
  ~visit() { ::close(socket); }

  struct asked {
    const watched_loop *loop;
    bool answered;
  };
  const int socket;
  std::uint32_t since = watchdog::ticks();
  std::mutex mutex; // guards what follows
  std::vector<asked> loops;
  std::string text;
};

inspector::~inspector() {
  if (listener_ >= 0)
    ::close(listener_);
}

void inspector::forget() noexcept {
  visits_.clear();
  if (listener_ >= 0)
    ::close(listener_);
  listener_ = -1;
  tried_ = false;
}

void inspector::listen() noexcept {
  tried_ = true;
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  // An abstract name: it begins with a zero byte, and is removed when the process ends.
  const int length =
      std::snprintf(name.sun_path + 1, sizeof name.sun_path - 1, "aio-debug-%d", static_cast<int>(::getpid()));
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + 1 + static_cast<std::size_t>(length));
  if (fd >= 0 && ::bind(fd, reinterpret_cast<const sockaddr *>(&name), size) == 0 && ::listen(fd, 4) == 0)
    listener_ = fd;
  else if (fd >= 0)
    ::close(fd);
}

void inspector::look(loop_list &loops) noexcept {
  try {
    if (!tried_)
      listen();
    if (const int visitor = listener_ >= 0 ? ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC) : -1; visitor >= 0)
      ask(visitor, loops);
    for (std::size_t i = 0; i < visits_.size();) {
      visit &each = *visits_[i];
      bool over = watchdog::ticks() - each.since >= patience_in_ticks;
      if (!over) {
        const std::lock_guard lock(each.mutex);
        over = true;
        for (const visit::asked &one : each.loops)
          over = over && one.answered;
      }
      if (!over) {
        ++i;
        continue;
      }
      {
        const std::lock_guard lock(each.mutex);
        for (visit::asked &one : each.loops)
          for (watched_loop *loop = loops.front(); loop; loop = loops.next(*loop))
            if (loop == one.loop && !std::exchange(one.answered, true)) {
              const std::source_location at = loop->step_at();
              each.text += "{\"thread\":" + std::to_string(loop->thread) + ",\"stuck_at\":";
              append_json(each.text, at.line() == 0 ? "a callback"
                                                    : std::string(at.file_name()) + ":" + std::to_string(at.line()));
              each.text += ",\"activity\":";
              append_json(each.text, activity_of(loop->thread));
              each.text += "}\n";
            }
      }
      answer(each);
      visits_.erase(visits_.begin() + static_cast<std::ptrdiff_t>(i));
    }
  } catch (...) {
    // No memory for a client: its connection is closed.
    visits_.clear();
  }
}

void inspector::ask(int visitor, loop_list &loops) {
  auto asking = std::make_shared<visit>(visitor);
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(visitor, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0 || (peer.uid != ::geteuid() && peer.uid != 0))
    return;
  for (watched_loop *loop = loops.front(); loop; loop = loops.next(*loop))
    asking->loops.push_back({loop, false});
  for (watched_loop *loop = loops.front(); loop; loop = loops.next(*loop))
    loop->anchor->post_call([asking, loop, thread = loop->thread] {
      const detail::allow_blocking guard;
      std::string text = describe(get_running_loop(), thread);
      const std::lock_guard lock(asking->mutex);
      for (visit::asked &one : asking->loops)
        if (one.loop == loop && !std::exchange(one.answered, true))
          asking->text += text;
    });
  visits_.push_back(std::move(asking));
}

void inspector::answer(visit &done) noexcept {
  const timeval limit{1, 0};
  ::setsockopt(done.socket, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  const std::lock_guard lock(done.mutex);
  for (std::size_t sent = 0; sent < done.text.size();) {
    const ssize_t now = ::send(done.socket, done.text.data() + sent, done.text.size() - sent, MSG_NOSIGNAL);
    if (now <= 0)
      break;
    sent += static_cast<std::size_t>(now);
  }
  // A loop that is stuck keeps the question, and the question the socket.
  ::shutdown(done.socket, SHUT_RDWR);
}

} // namespace aio::debug
