// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A small key-value server: what its parts know of each other.
#pragma once

#include <asio.hpp>
#include <fcntl.h>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

namespace kv {

using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;

/// Keys and values in memory, and the changes that are not in the journal yet.
class store {
public:
  explicit store(const std::string &path)
      : journal_(::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644)) {}
  store(const store &) = delete;
  ~store() { ::close(journal_); }

  std::string get(const std::string &key) const {
    auto it = values_.find(key);
    return it == values_.end() ? "" : it->second;
  }
  void set(const std::string &key, const std::string &value) {
    values_[key] = value;
    pending_ += key + ' ' + value + '\n';
  }
  std::size_t size() const { return values_.size(); }
  std::string take_pending() { return std::exchange(pending_, {}); }

  bool append(std::string_view batch) {
    auto written = ::write(journal_, batch.data(), batch.size());
    return written == static_cast<ssize_t>(batch.size()) &&
           ::fsync(journal_) == 0;
  }
  bool commit() { return append(take_pending()); }

private:
  std::map<std::string, std::string> values_;
  std::string pending_;
  int journal_;
};

class session;

/// What all sessions share.
struct server {
  server(asio::io_context &io, const std::string &path) : io(io), data(path) {}

  asio::io_context &io;
  asio::thread_pool disk{1};
  store data;
  std::set<std::shared_ptr<session>> sessions;
  std::vector<std::function<void()>> on_shutdown;
  std::size_t requests = 0;
  bool stopping = false;
};

/// One client and the lines it sends.
class session : public std::enable_shared_from_this<session> {
public:
  session(tcp::socket socket, server &state)
      : socket_(std::move(socket)), idle_(socket_.get_executor()),
        state_(state) {}

  awaitable<void> run();
  awaitable<void> send(std::string line);
  void close();

private:
  awaitable<void> serve();
  awaitable<bool> handle(const std::string &line);
  awaitable<std::string> lookup(const std::string &key);
  awaitable<void> record(const std::string &key);
  awaitable<void> publish(const std::string &key);
  awaitable<void> say_goodbye();
  void watch_idle();
  void refuse(std::string_view verb, awaitable<void> answer);

  tcp::socket socket_;
  asio::steady_timer idle_;
  server &state_;
  std::string input_;
  std::map<std::string, std::string> cache_;
  std::map<std::string, std::size_t> counts_;
  std::size_t refused_ = 0;
};

// maintenance.cpp
awaitable<void> print_metrics(server &state);
awaitable<void> flush_journal(server &state);
awaitable<void> replicate(server &state, std::string host);
awaitable<void> check(server &state);
awaitable<void> rotate(server &state, std::string path);
awaitable<void> drain(server &state);

} // namespace kv
