// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One client: reads lines, answers them, tells the others.
#include "kv.h"
#include <algorithm>
#include <sstream>

namespace kv {

using namespace std::chrono_literals;

awaitable<void> session::send(std::string line) {
  line += '\n';
  co_await asio::async_write(socket_, asio::buffer(line), use_awaitable);
}

// No coroutine: it hands on the task of another.
awaitable<void> session::say_goodbye() { return send("BYE"); }

void session::close() {
  asio::error_code ignored;
  idle_.cancel();
  socket_.close(ignored);
}

void session::watch_idle() {
  idle_.expires_after(5min);
  idle_.async_wait(
      [self = shared_from_this()](asio::error_code error) -> awaitable<void> {
        if (!error) {
          co_await self->send("TIMEOUT");
          self->close();
        }
      });
}

awaitable<void> session::run() {
  auto self = shared_from_this();
  state_.sessions.insert(self);
  // A handler cannot await: keep the exception, clean up, throw it again.
  std::exception_ptr failure;
  try {
    co_await serve();
  } catch (...) {
    failure = std::current_exception();
  }
  state_.sessions.erase(self);
  if (!failure)
    co_await say_goodbye();
  close();
  if (failure)
    std::rethrow_exception(failure);
}

awaitable<void> session::serve() {
  send("HELLO kv/1");
  auto hint = send("commands: GET SET COMMIT STATS QUIT");
  for (bool more = true; more;) {
    watch_idle();
    auto buffer = asio::dynamic_buffer(input_, 4096);
    std::size_t n =
        co_await asio::async_read_until(socket_, buffer, '\n', use_awaitable);
    std::string line = input_.substr(0, n - 1);
    input_.erase(0, n);
    ++state_.requests;
    more = co_await handle(line);
  }
}

void session::refuse(std::string_view verb, awaitable<void> answer) {
  if (answer.valid() && !verb.empty())
    ++refused_;
}

awaitable<bool> session::handle(const std::string &line) {
  std::istringstream words(line);
  std::string verb, key, value;
  words >> verb >> key >> value;
  if (verb == "QUIT") {
    co_return false;
  } else if (verb == "GET") {
    co_await send(co_await lookup(key));
  } else if (verb == "SET") {
    auto answer = key.empty() ? send("ERR no key") : send("OK");
    state_.data.set(key, value);
    co_await publish(key);
    co_await std::move(answer);
  } else if (verb == "COMMIT") {
    bool durable = state_.data.commit();
    co_await send(durable ? "OK" : "ERR journal");
  } else if (verb == "STATS") {
    std::vector<awaitable<void>> lines;
    for (const auto &[name, n] : counts_)
      lines.push_back(send(name + ' ' + std::to_string(n)));
    for (auto &each : lines)
      co_await std::move(each);
  } else {
    refuse(verb, send("ERR unknown command"));
  }
  co_return true;
}

awaitable<void> session::record(const std::string &key) {
  if (++counts_[key] % 1000 == 0)
    co_await send("NOTE " + key + " is popular");
}

awaitable<std::string> session::lookup(const std::string &key) {
  auto recorded = record(key);
  if (auto hit = cache_.find(key); hit != cache_.end())
    co_return hit->second;
  std::string value = cache_[key] = state_.data.get(key);
  co_await std::move(recorded);
  co_return value;
}

awaitable<void> session::publish(const std::string &key) {
  auto others = state_.sessions;
  others.erase(shared_from_this());
  for (const auto &other : others)
    other->cache_.erase(key);
  std::for_each(others.begin(), others.end(),
                [&key](const auto &other) -> awaitable<void> {
                  co_await other->send("CHANGED " + key);
                });
  co_await record(key);
}

} // namespace kv
