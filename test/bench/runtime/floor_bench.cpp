// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The floor: the least that awaiting, spawning, yielding and queues cost with C++20 coroutines. No errors, no
// cancellation, no names: a free list of frames, symmetric transfer, and a ring of handles. An echo's floor is the four
// system calls that move its bytes, without a loop.
#include <coroutine>
#include <cstdlib>
#include <utility>
#include <vector>

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rows.h"

namespace {

struct block {
  block *next;
};
thread_local block *free_blocks[16];

std::vector<std::coroutine_handle<>> ready;

struct routine {
  struct promise_type {
    std::coroutine_handle<> continuation = std::noop_coroutine();
    int value = 0;
    static void *operator new(std::size_t size) {
      block *&head = free_blocks[size / 64];
      if (!head)
        return std::malloc((size / 64 + 1) * 64);
      return std::exchange(head, head->next);
    }
    static void operator delete(void *memory, std::size_t size) {
      auto *freed = static_cast<block *>(memory);
      freed->next = std::exchange(free_blocks[size / 64], freed);
    }
    routine get_return_object() { return routine{std::coroutine_handle<promise_type>::from_promise(*this)}; }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct back {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
        return h.promise().continuation;
      }
      void await_resume() noexcept {}
    };
    back final_suspend() noexcept { return {}; }
    void return_value(int n) noexcept { value = n; }
    void unhandled_exception() { std::abort(); }
  };
  explicit routine(std::coroutine_handle<promise_type> h) : handle(h) {}
  routine(routine &&other) noexcept : handle(std::exchange(other.handle, nullptr)) {}
  ~routine() {
    if (handle)
      handle.destroy();
  }
  bool await_ready() noexcept { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> parent) noexcept {
    handle.promise().continuation = parent;
    return handle;
  }
  int await_resume() noexcept { return handle.promise().value; }
  std::coroutine_handle<promise_type> handle;
};

void run_ready() {
  std::vector<std::coroutine_handle<>> batch;
  while (!ready.empty()) {
    batch.swap(ready);
    for (auto h : batch)
      h.resume();
    batch.clear();
  }
}

template <class Body> void measure(benchmark::State &state, std::int64_t items, Body body) {
  for (auto _ : state) {
    routine root = body();
    ready.push_back(root.handle);
    run_ready();
  }
  state.SetItemsProcessed(state.iterations() * items);
}

[[gnu::noinline]] routine child(int n) { co_return n; }
routine await_children() {
  long sum = 0;
  for (int i = 0; i < rows::awaits; ++i)
    sum += co_await child(i);
  benchmark::DoNotOptimize(sum);
  co_return 0;
}
void await(benchmark::State &state) { measure(state, rows::awaits, await_children); }

struct next_turn {
  bool await_ready() noexcept { return false; }
  void await_suspend(std::coroutine_handle<> h) { ready.push_back(h); }
  void await_resume() noexcept {}
};
routine yielding() {
  for (int i = 0; i < rows::yields; ++i)
    co_await next_turn{};
  co_return 0;
}
void yield(benchmark::State &state) { measure(state, rows::yields, yielding); }

/// Waits until a routine that was queued is done.
struct join {
  routine &task;
  bool await_ready() noexcept { return task.handle.done(); }
  void await_suspend(std::coroutine_handle<> h) noexcept { task.handle.promise().continuation = h; }
  void await_resume() noexcept {}
};
routine nothing() { co_return 0; }
routine spawn_and_join() {
  std::vector<routine> tasks;
  tasks.reserve(rows::spawned);
  for (int i = 0; i < rows::spawned; ++i) {
    tasks.push_back(nothing());
    ready.push_back(tasks.back().handle);
  }
  for (auto &task : tasks)
    co_await join{task};
  co_return 0;
}
void spawn(benchmark::State &state) { measure(state, rows::spawned, spawn_and_join); }

/// Holds one item; one task puts, one gets.
struct channel {
  int item = 0;
  bool full = false;
  std::coroutine_handle<> waits;
  void change(bool to) noexcept {
    full = to;
    if (waits)
      ready.push_back(std::exchange(waits, nullptr));
  }
  struct get {
    channel &from;
    bool await_ready() noexcept { return from.full; }
    void await_suspend(std::coroutine_handle<> h) noexcept { from.waits = h; }
    int await_resume() noexcept {
      from.change(false);
      return from.item;
    }
  };
  struct put {
    channel &to;
    int item;
    bool await_ready() noexcept { return !to.full; }
    void await_suspend(std::coroutine_handle<> h) noexcept { to.waits = h; }
    void await_resume() noexcept {
      to.item = item;
      to.change(true);
    }
  };
};
routine return_everything(channel &in, channel &out) {
  for (int i = 0; i < rows::round_trips; ++i) {
    const int item = co_await channel::get{in};
    co_await channel::put{out, item};
  }
  co_return 0;
}
routine ping_pong() {
  channel there, back;
  routine other = return_everything(there, back);
  ready.push_back(other.handle);
  for (int i = 0; i < rows::round_trips; ++i) {
    co_await channel::put{there, i};
    benchmark::DoNotOptimize(co_await channel::get{back});
  }
  co_await join{other};
  co_return 0;
}
void queue(benchmark::State &state) { measure(state, rows::round_trips, ping_pong); }

void require(bool good) {
  if (!good)
    std::abort();
}
struct connection {
  int client = ::socket(AF_INET, SOCK_STREAM, 0);
  int server = -1;
  explicit connection(int listener) {
    sockaddr_in where{};
    socklen_t size = sizeof(where);
    require(::getsockname(listener, reinterpret_cast<sockaddr *>(&where), &size) == 0);
    require(::connect(client, reinterpret_cast<sockaddr *>(&where), size) == 0);
    server = ::accept(listener, nullptr, nullptr);
    const int on = 1;
    for (const int fd : {client, server})
      require(::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) == 0);
  }
  connection(const connection &) = delete;
  connection &operator=(const connection &) = delete;
  connection(connection &&other) noexcept
      : client(std::exchange(other.client, -1)), server(std::exchange(other.server, -1)) {}
  ~connection() {
    for (const int fd : {client, server})
      if (fd >= 0)
        ::close(fd);
  }
};
void pass_on(int from, int to) {
  char data[rows::message] = {};
  require(::send(from, data, sizeof(data), MSG_NOSIGNAL) == static_cast<ssize_t>(sizeof(data)));
  require(::recv(to, data, sizeof(data), 0) == static_cast<ssize_t>(sizeof(data)));
}
void echo(benchmark::State &state) {
  const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  require(::bind(listener, reinterpret_cast<sockaddr *>(&where), sizeof(where)) == 0 && ::listen(listener, 128) == 0);
  {
    std::vector<connection> connections;
    for (std::int64_t i = 0; i < state.range(0); ++i)
      connections.emplace_back(listener);
    for (auto _ : state)
      for (int i = 0; i < rows::echoes; ++i) {
        connection &one = connections[static_cast<std::size_t>(i) % connections.size()];
        pass_on(one.client, one.server);
        pass_on(one.server, one.client);
      }
  }
  ::close(listener);
  state.SetItemsProcessed(state.iterations() * rows::echoes);
}

} // namespace

int main(int argc, char **argv) {
  return rows::run(argc, argv, {.await = await, .spawn = spawn, .yield = yield, .queue = queue, .echo = echo});
}
