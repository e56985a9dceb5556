// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The benchmark's rows on aio.
#include <aio/aio.h>

#include "rows.h"

namespace {

using namespace std::chrono_literals;
using aio::coro;

/// Runs `body()` once an iteration, each on the same loop; counts `items` operations.
template <class Body> void measure(benchmark::State &state, std::int64_t items, Body body, bool once_before = false) {
  aio::runner runner;
  if (once_before)
    runner.run(body());
  for (auto _ : state)
    runner.run(body());
  state.SetItemsProcessed(state.iterations() * items);
}

[[gnu::noinline]] coro<int> child(int n) { co_return n; }

coro<> await_children() {
  long sum = 0;
  for (int i = 0; i < rows::awaits; ++i)
    sum += co_await child(i);
  benchmark::DoNotOptimize(sum);
}
void await(benchmark::State &state) { measure(state, rows::awaits, await_children); }

coro<> nothing() { co_return; }

coro<> spawn_and_join(int count) {
  std::vector<aio::task<void>> tasks;
  tasks.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i)
    tasks.push_back(aio::create_task(nothing()));
  for (auto &task : tasks)
    co_await task;
}
void spawn(benchmark::State &state) {
  measure(state, rows::spawned, [] { return spawn_and_join(rows::spawned); });
}
/// Cost of a task when so many live at once, in memory that the process has already.
void scale(benchmark::State &state) {
  const int count = static_cast<int>(state.range(0));
  measure(state, count, [count] { return spawn_and_join(count); }, true);
}

coro<> yielding() {
  for (int i = 0; i < rows::yields; ++i)
    co_await aio::yield_now();
}
void yield(benchmark::State &state) { measure(state, rows::yields, yielding); }

coro<> sleep_some(int microseconds) { co_await aio::sleep(std::chrono::microseconds(microseconds)); }
coro<> sleep_all() {
  std::vector<aio::task<void>> tasks;
  tasks.reserve(rows::timers);
  for (int i = 0; i < rows::timers; ++i)
    tasks.push_back(aio::create_task(sleep_some(rows::delay_of(i))));
  for (auto &task : tasks)
    co_await task;
}
void timers(benchmark::State &state) { measure(state, rows::timers, sleep_all); }

coro<> return_everything(aio::queue<int> &in, aio::queue<int> &out) {
  for (int i = 0; i < rows::round_trips; ++i) {
    const int item = co_await in.get();
    co_await out.put(item);
  }
}
coro<> ping_pong() {
  aio::queue<int> there(1), back(1);
  auto other = aio::create_task(return_everything(there, back));
  for (int i = 0; i < rows::round_trips; ++i) {
    co_await there.put(i);
    benchmark::DoNotOptimize(co_await back.get());
  }
  co_await other;
}
void queue(benchmark::State &state) { measure(state, rows::round_trips, ping_pong); }

coro<> serve(aio::stream_reader reader, aio::stream_writer writer) {
  for (;;) {
    const std::string data = co_await reader.read(4096);
    if (data.empty())
      break;
    writer.write(data);
    co_await writer.drain();
  }
  writer.close();
  co_await writer.wait_closed();
}
coro<> talk(std::uint16_t port, int count) {
  auto [reader, writer] = co_await aio::open_connection("127.0.0.1", port);
  const std::string text(rows::message, 'x');
  for (int i = 0; i < count; ++i) {
    writer.write(text);
    co_await writer.drain();
    benchmark::DoNotOptimize(co_await reader.readexactly(rows::message));
  }
  writer.close();
  co_await writer.wait_closed();
}
coro<> echo_all(int connections) {
  auto server = co_await aio::start_server(serve, "127.0.0.1", 0);
  std::vector<aio::task<void>> clients;
  for (int i = 0; i < connections; ++i)
    clients.push_back(aio::create_task(talk(static_cast<std::uint16_t>(server.port()), rows::echoes / connections)));
  for (auto &client : clients)
    co_await client;
  server.close();
  co_await server.wait_closed();
}
void echo(benchmark::State &state) {
  const int connections = static_cast<int>(state.range(0));
  measure(state, rows::echoes, [connections] { return echo_all(connections); });
}

coro<> sleep_long() { co_await aio::sleep(1h); }
coro<> fall_asleep(double &bytes) {
  const double before = rows::resident();
  std::vector<aio::task<void>> tasks;
  tasks.reserve(rows::sleepers);
  for (int i = 0; i < rows::sleepers; ++i)
    tasks.push_back(aio::create_task(sleep_long()));
  co_await aio::yield_now();
  bytes = (rows::resident() - before) / rows::sleepers;
  for (auto &task : tasks)
    task.cancel();
  benchmark::DoNotOptimize(co_await aio::gather(aio::return_exceptions, tasks));
}
/// Tasks that fall asleep and are cancelled; once, because memory is never given back quite.
void sleepers(benchmark::State &state) {
  double bytes = 0;
  measure(state, rows::sleepers, [&bytes] { return fall_asleep(bytes); });
  state.counters["bytes"] = bytes;
}

} // namespace

int main(int argc, char **argv) {
  return rows::run(argc, argv,
                   {.await = await,
                    .spawn = spawn,
                    .yield = yield,
                    .timers = timers,
                    .queue = queue,
                    .echo = echo,
                    .sleepers = sleepers,
                    .scale = scale});
}
