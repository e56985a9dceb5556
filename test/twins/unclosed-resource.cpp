// RUN: %livecc %s %livelibs -o %t && %debug %t 2>&1 | FileCheck %s --check-prefix=LIVE --implicit-check-not=warning:
// An object is destroyed before its asynchronous cleanup was awaited.
#include <aio/aio.h>

aio::async_generator<int> numbers() {
  for (int i = 0;; ++i)
    co_yield i;
}
aio::coro<> turn() { co_await aio::sleep(std::chrono::seconds(0)); }

// The generator is dropped after its first value, so the loop has to close it.
aio::coro<> dropped_in_the_middle() {
  {
    auto all = numbers();
    // LIVE: :[[#@LINE-1]]: warning: async generator 'numbers' is dropped before its end, so it is closed later or not at all [coro-unclosed-resource]
    co_await all.anext();
  }
  co_await turn();
}

// The timeout is entered by hand and never exited.
aio::coro<> a_timeout_that_was_not_left() {
  auto scope = aio::timeout(std::chrono::hours(1));
  scope.enter();
  co_await turn();
  // LIVE: warning: timeout is destroyed without its exit [coro-unclosed-resource]
}

// The coroutine drops the server without closing it.
aio::coro<> serve_and_forget() {
  co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.close(); }, "127.0.0.1", 0);
}
void a_server_at_the_end_of_its_loop() {
  aio::run(serve_and_forget());
  // LIVE: :[[#@LINE-1]]: warning: 'server 127.0.0.1:{{[0-9]+}}' is open when the loop closes [coro-unclosed-resource]
}
aio::coro<> a_server_that_is_closed_is_fine() {
  auto server = co_await aio::start_server([](aio::stream_reader, aio::stream_writer w) { w.close(); }, "127.0.0.1", 0);
  server.close();
  co_await server.wait_closed();
}

// The generator is closed by hand.
aio::coro<> closed_is_fine() {
  auto all = numbers();
  co_await all.anext();
  co_await all.aclose();
}

// async_with closes the generator.
aio::coro<> closed_by_a_scope_is_fine() {
  co_await aio::async_with(aio::aclosing(numbers()), [](auto &all) -> aio::coro<> { co_await all.anext(); });
}

// A generator that never started needs no cleanup.
aio::coro<> never_begun_is_fine() {
  auto all = numbers();
  co_return;
}

// The generator has reached its end.
aio::async_generator<int> three() {
  for (int i = 0; i < 3; ++i)
    co_yield i;
}
aio::coro<> exhausted_is_fine() {
  AIO_FOR_CO_AWAIT(int i, three()) { static_cast<void>(i); }
}

aio::coro<> all() {
  co_await dropped_in_the_middle();
  co_await a_timeout_that_was_not_left();
  co_await a_server_that_is_closed_is_fine();
  co_await closed_is_fine();
  co_await closed_by_a_scope_is_fine();
  co_await never_begun_is_fine();
  co_await exhausted_is_fine();
}
int main() {
  aio::run(all());
  a_server_at_the_end_of_its_loop();
}
