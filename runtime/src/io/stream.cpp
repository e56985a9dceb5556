// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Streams: how readers search the buffer, and how connections are opened.
#include <aio/io/stream.h>

#include <algorithm>

#include <fcntl.h>

#include <aio/io/connect.h>

namespace aio {

using core_ptr = detail::ref_ptr<detail::stream_core>;

namespace {

coro<std::string> read_bytes(core_ptr core, std::ptrdiff_t n) {
  core->touch("stream_reader.read");
  core->check_readable();
  if (n == 0)
    co_return std::string();
  if (n > 0) {
    if (core->buffered().empty() && !core->saw_eof())
      co_await core->more("read");
    co_return core->take(static_cast<std::size_t>(n));
  }
  while (!core->saw_eof())
    co_await core->more("read");
  co_return core->take(core->buffered().size());
}

coro<std::string> read_exactly(core_ptr core, std::ptrdiff_t count) {
  core->touch("stream_reader.readexactly");
  if (count < 0)
    throw value_error("readexactly size can not be less than zero");
  core->check_readable();
  const auto n = static_cast<std::size_t>(count);
  while (core->buffered().size() < n) {
    if (core->saw_eof())
      throw incomplete_read_error(core->take(core->buffered().size()), n);
    co_await core->more("readexactly");
  }
  co_return core->take(n);
}

struct match {
  std::size_t begin = std::string_view::npos;
  std::size_t end = std::string_view::npos;
};

match find_first_end(std::string_view text, const std::vector<std::string> &separators, std::size_t from) {
  match best;
  for (const std::string &separator : separators) {
    const std::size_t at = text.find(separator, from);
    if (at != std::string_view::npos && at + separator.size() < best.end)
      best = {at, at + separator.size()};
  }
  return best;
}

coro<std::string> read_until(core_ptr core, std::vector<std::string> separators) {
  core->touch("stream_reader.readuntil");
  if (separators.empty())
    throw value_error("Separator should contain at least one element");
  const auto shorter = [](const std::string &a, const std::string &b) { return a.size() < b.size(); };
  std::sort(separators.begin(), separators.end(), shorter);
  if (separators.front().empty())
    throw value_error("Separator should be at least one-byte string");
  core->check_readable();
  const std::size_t longest = separators.back().size();
  std::size_t offset = 0;
  match found;
  for (;;) {
    const std::string_view text = core->buffered();
    found = find_first_end(text, separators, offset);
    if (found.end != std::string_view::npos)
      break;
    // The last bytes of the buffer may be the beginning of a separator.
    offset = text.size() + 1 > longest ? text.size() + 1 - longest : 0;
    if (offset > core->limit())
      throw limit_overrun_error("Separator is not found, and chunk exceed the limit", offset);
    if (core->saw_eof())
      throw incomplete_read_error(core->take(text.size()), std::nullopt);
    co_await core->more("readuntil");
  }
  if (found.begin > core->limit())
    throw limit_overrun_error("Separator is found, but chunk is longer than limit", found.begin);
  co_return core->take(found.end);
}

coro<std::string> read_line(core_ptr core) {
  try {
    co_return co_await read_until(core, std::vector<std::string>(1, "\n"));
  } catch (const incomplete_read_error &e) {
    co_return e.partial();
  } catch (const limit_overrun_error &e) {
    const std::string_view text = core->buffered();
    const bool ends_here = e.consumed() < text.size() && text[e.consumed()] == '\n';
    core->drop(ends_here ? e.consumed() + 1 : text.size());
    throw value_error(e.what());
  }
}

coro<std::optional<std::string>> next_line(core_ptr core) {
  std::string line = co_await read_line(std::move(core));
  if (line.empty())
    co_return std::nullopt;
  co_return std::optional<std::string>(std::move(line));
}

} // namespace

stream_reader::stream_reader(std::size_t limit) : core_(new detail::stream_core(limit)) {}

coro<std::string> stream_reader::read(std::ptrdiff_t n) const { return read_bytes(core_, n); }
coro<std::string> stream_reader::readexactly(std::ptrdiff_t n) const { return read_exactly(core_, n); }
coro<std::string> stream_reader::readline() const { return read_line(core_); }

coro<std::string> stream_reader::readuntil(std::string separator) const {
  std::vector<std::string> separators;
  separators.push_back(std::move(separator));
  return read_until(core_, std::move(separators));
}
coro<std::string> stream_reader::readuntil(std::vector<std::string> separators) const {
  return read_until(core_, std::move(separators));
}
coro<std::optional<std::string>> stream_reader::anext() const { return next_line(core_); }

// Writers.

stream_writer::stream_writer(core_ptr core) : owner_(new owner(std::move(core))) {}

const core_ptr &stream_writer::shared() const {
  if (!owner_)
    throw invalid_state_error("the stream writer is empty");
  return owner_->core;
}

stream_writer::owner::~owner() {
  if (core->abandoned()) {
    warn("unclosed stream writer " + core->peer().text() + ": its loop is closed");
    return;
  }
  if (core->is_closing())
    return;
  if (event_loop *loop = core->loop(); loop && loop->hooks())
    loop->hooks()->each(hook::left_open,
                        [&](instrument &i) { i.left_open("stream_writer", core->peer().text(), nullptr); });
  warn("unclosed stream writer " + core->peer().text());
  core->close();
}

// Opening.

namespace {

connection make_streams(detail::unique_fd fd, const stream_options &options) {
  core_ptr core(new detail::stream_core(get_running_loop(), std::move(fd), options.limit));
  return {stream_reader(core), stream_writer(core)};
}

} // namespace

coro<connection> open_connection(std::string host, std::uint16_t port, stream_options options) {
  detail::connect_plan plan;
  plan.targets = co_await detail::resolve(std::move(host), port, options.family, false);
  plan.bound = !options.local_host.empty() || options.local_port != 0;
  if (plan.bound)
    plan.sources = co_await detail::resolve(std::string(options.local_host), options.local_port, options.family, true);
  plan.delay = options.happy_eyeballs_delay;
  const std::size_t first = options.interleave > 0 ? options.interleave : plan.delay > duration::zero() ? 1 : 0;
  if (first > 0)
    detail::interleave_families(plan.targets, first);
  co_return make_streams(co_await detail::connect_to_first(std::move(plan)), options);
}

coro<connection> open_unix_connection(std::string path, stream_options options) {
  const detail::raw_address target = detail::unix_address(path);
  detail::unique_fd fd = detail::stream_socket(AF_UNIX);
  co_await detail::connect_socket(fd.get(), target);
  co_return make_streams(std::move(fd), options);
}

connection open_streams(int fd, stream_options options) {
  detail::unique_fd owned(fd);
  const int flags = ::fcntl(fd, F_GETFL);
  if (get_running_loop().get_debug() && !(flags & O_NONBLOCK)) {
    owned.release();
    throw value_error("the socket must be non-blocking");
  }
  ::fcntl(fd, F_SETFL, flags | O_NONBLOCK);
  return make_streams(std::move(owned), options);
}

} // namespace aio
