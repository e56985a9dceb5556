// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The floor: the least that awaiting, spawning and yielding cost with C++20 coroutines. No errors, no cancellation, no
// names: a free list of frames, symmetric transfer, and a ring of handles.
#include <coroutine>
#include <cstdlib>
#include <deque>
#include <vector>

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

} // namespace

int main(int argc, char **argv) { return rows::run(argc, argv, {.await = await, .yield = yield}); }
