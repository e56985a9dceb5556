// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Call graphs: which tasks await which, as data, as a tree and as a table.
#include "support.h"

#include <iostream>
#include <sstream>

#include <aio/debug/call_graph.h>
#include <aio/debug/report.h>

namespace {

/// The functions of a call stack, innermost first.
log_t functions(const std::vector<aio::call_graph_frame> &stack) {
  log_t names;
  for (const auto &f : stack)
    names.push_back(f.function);
  return names;
}
/// The names of what awaits a future directly, sorted.
log_t parents(const aio::call_graph &graph) {
  log_t names;
  for (const auto &g : graph.awaited_by)
    names.push_back(g.name);
  std::sort(names.begin(), names.end());
  return names;
}
log_t parents(const aio::any_future &f) { return parents(aio::capture_call_graph(f)); }

coro<int> leaf(future<int> gate) { co_return co_await gate; }
coro<int> inner(future<int> gate) { co_return co_await leaf(gate); }
template <class A> coro<> awaits(A awaitable) { co_await std::move(awaitable); }
coro<> joins(task<int> t) { co_await t; }

} // namespace

TEST(call_graph, of_a_suspended_task) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(inner(gate), {.name = "worker"});
    auto u = aio::create_task(joins(t), {.name = "joiner"});
    co_await ticks(1);
    const aio::call_graph graph = aio::capture_call_graph(t);
    EXPECT_EQ(graph.name, "worker");
    EXPECT_EQ(graph.future, t);
    EXPECT_EQ(functions(graph.call_stack), (log_t{"leaf", "inner"}));
    EXPECT_NE(graph.call_stack[0].file.find("call_graph_test.cpp"), std::string::npos);
    EXPECT_EQ(graph.call_stack[0].line + 1, graph.call_stack[1].line);
    EXPECT_EQ(parents(graph), (log_t{"joiner"}));
    EXPECT_EQ(functions(graph.awaited_by[0].call_stack), (log_t{"joins"}));
    // The same frames, as records: the outermost first, each with where it is and where it awaits.
    const std::vector<const aio::frame_record *> stack = t.get_stack();
    EXPECT_EQ(stack.size(), 2U);
    EXPECT_EQ(stack[0]->await_site().line(), graph.call_stack[1].line);
    EXPECT_EQ(stack[1]->await_site().line(), graph.call_stack[0].line);
    EXPECT_EQ(stack[1]->parent(), stack[0]);
    EXPECT_TRUE(stack[0]->started() && !stack[0]->finished());
    EXPECT_NE(std::string(stack[0]->location().function_name()).find("inner"), std::string::npos);
    // A future that is no task has no name and no stack.
    const aio::call_graph of_gate = aio::capture_call_graph(gate);
    EXPECT_EQ(of_gate.name, "");
    EXPECT_TRUE(of_gate.call_stack.empty());
    EXPECT_EQ(parents(of_gate), (log_t{"worker"}));
    EXPECT_EQ(parents(of_gate.awaited_by[0]), (log_t{"joiner"}));
    gate.set_result(1);
    co_await u;
    EXPECT_TRUE(aio::capture_call_graph(t).call_stack.empty());
    EXPECT_TRUE(t.get_stack().empty());
  });
}

TEST(call_graph, of_the_running_task) {
  on_loop([]() -> coro<> {
    const unsigned line = __LINE__ + 1;
    const auto graph = aio::capture_call_graph();
    EXPECT_TRUE(graph);
    EXPECT_EQ(graph->name, "Task-1");
    EXPECT_EQ(graph->call_stack.front().line, line);
    auto deeper = [](unsigned *at) -> coro<std::optional<aio::call_graph>> {
      *at = __LINE__ + 1;
      co_return aio::capture_call_graph();
    };
    unsigned at = 0;
    const auto below = co_await deeper(&at);
    EXPECT_EQ(below->call_stack.front().line, at);
  });
}

// conformance: callgraph-003
TEST(call_graph, a_task_awaited_by_a_group_and_two_siblings) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    co_await aio::async_with(aio::task_group(), [&](aio::task_group &tg) -> coro<> {
      auto t = tg.create_task(leaf(gate), {.name = "shared"});
      tg.create_task(joins(t), {.name = "b"});
      tg.create_task(joins(t), {.name = "c"});
      aio::get_running_loop().call_later(1s, [=] {
        const aio::call_graph graph = aio::capture_call_graph(t);
        EXPECT_EQ(parents(graph), (log_t{"Task-1", "b", "c"}));
        for (const auto &parent : graph.awaited_by)
          EXPECT_EQ(parents(parent), parent.name == "Task-1" ? log_t{} : log_t{"Task-1"});
        gate.set_result(1);
      });
      co_return;
    });
  });
}

TEST(call_graph, through_gather_wait_shield_and_as_completed) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(leaf(gate), {.name = "t"});
    auto waits = [](task<int> on) -> coro<> {
      std::vector<task<int>> all{on}; // g++ 12 cannot have the list in the awaiting expression
      co_await aio::wait(all);
    };
    auto iterates = [](task<int> on) -> coro<> {
      std::vector<task<int>> all{on};
      AIO_FOR_CO_AWAIT(auto each, aio::as_completed(all)) static_cast<void>(each.result());
    };
    const std::vector<task<>> all{
        aio::create_task(awaits(aio::gather(t, t)), {.name = "gather"}),
        aio::create_task(awaits(aio::shield(t)), {.name = "shield"}),
        aio::create_task(awaits(aio::gather(aio::shield(t))), {.name = "both"}),
        aio::create_task(awaits(aio::wait_for(t, 100s)), {.name = "wait_for"}),
        aio::create_task(waits(t), {.name = "wait"}),
        aio::create_task(iterates(t), {.name = "as_completed"}),
    };
    co_await ticks(2);
    EXPECT_EQ(parents(t), (log_t{"as_completed", "both", "gather", "shield", "wait", "wait_for"}));
    // A wait that is given up leaves no entries behind.
    for (const auto &each : all)
      if (each.get_name() != "gather" && each.get_name() != "wait_for")
        each.cancel();
    co_await ticks(3);
    EXPECT_EQ(parents(t), (log_t{"gather", "wait_for"}));
    gate.set_result(1);
    co_await aio::wait(all);
  });
}

// conformance: callgraph-005
TEST(call_graph, a_timeout_adds_no_node) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto limited = [](future<int> on) -> coro<> {
      co_await aio::async_with(aio::timeout(100s), [&]() -> coro<> { co_await leaf(on); });
    };
    auto t = aio::create_task(limited(gate), {.name = "t"});
    co_await ticks(1);
    const aio::call_graph graph = aio::capture_call_graph(gate);
    EXPECT_EQ(parents(graph), (log_t{"t"}));
    EXPECT_EQ(functions(graph.awaited_by[0].call_stack), (log_t{"leaf", "lambda", "lambda"}));
    EXPECT_TRUE(graph.awaited_by[0].awaited_by.empty());
    gate.set_result(1);
    co_await t;
  });
}

namespace {
aio::async_generator<int> numbers(future<int> gate) { co_yield co_await leaf(gate); }
coro<> consumes(future<int> gate) { AIO_FOR_CO_AWAIT(int n, numbers(gate)) EXPECT_EQ(n, 1); }
} // namespace

// conformance: callgraph-006
TEST(call_graph, a_generator_is_a_frame_in_the_middle) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(consumes(gate));
    co_await ticks(1);
    EXPECT_EQ(functions(aio::capture_call_graph(t).call_stack), (log_t{"leaf", "numbers", "consumes"}));
    const std::string text = aio::format_call_graph(t);
    EXPECT_NE(text.find("in async generator numbers()\n"), std::string::npos) << text;
    EXPECT_NE(text.find("in async consumes()\n"), std::string::npos) << text;
    EXPECT_NE(aio::format_call_graph().find("* Task(name='Task-1', "), std::string::npos);
    gate.set_result(1);
    co_await t;
  });
}

TEST(call_graph, of_a_task_that_has_not_begun) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    gate.set_result(1);
    auto t = aio::create_task(leaf(gate), {.name = "new"});
    const aio::call_graph graph = aio::capture_call_graph(t);
    EXPECT_EQ(functions(graph.call_stack), log_t{"leaf"});
    EXPECT_TRUE(graph.awaited_by.empty());
    testing::internal::CaptureStdout();
    aio::print_call_graph(t, {.limit = 0});
    aio::print_call_graph(t);
    std::cout << std::flush;
    const std::string text = testing::internal::GetCapturedStdout();
    EXPECT_EQ(text.rfind("* Task(name='new', id=0x", 0), 0U) << text;
    EXPECT_EQ(text.find("Call stack"), text.rfind("Call stack")) << text;
    EXPECT_NE(text.find(", in async leaf()\n"), std::string::npos) << text;
    co_await t;
  });
}

// conformance: callgraph-008
TEST(call_graph, without_a_target) {
  EXPECT_THROW(aio::capture_call_graph(), aio::runtime_error);
  on_loop([]() -> coro<> {
    bool empty = false;
    std::ostringstream text;
    aio::get_running_loop().call_soon([&] {
      empty = !aio::capture_call_graph();
      aio::print_call_graph(text);
    });
    co_await ticks(1);
    EXPECT_TRUE(empty);
    EXPECT_EQ(text.str(), "");
    EXPECT_THROW(aio::capture_call_graph(aio::any_future()), aio::invalid_state_error);
  });
}

// conformance: callgraph-009
TEST(call_graph, with_a_limit) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(inner(gate));
    auto u = aio::create_task(joins(t), {.name = "joiner"});
    co_await ticks(1);
    const aio::call_graph none = aio::capture_call_graph(t, {.limit = 0});
    EXPECT_TRUE(none.call_stack.empty());
    EXPECT_EQ(parents(none), (log_t{"joiner"}));
    EXPECT_TRUE(none.awaited_by[0].call_stack.empty());
    EXPECT_EQ(functions(aio::capture_call_graph(t, {.limit = 1}).call_stack), (log_t{"leaf"}));
    EXPECT_EQ(functions(aio::capture_call_graph(t, {.limit = -1}).call_stack), (log_t{"inner"}));
    EXPECT_EQ(functions(aio::capture_call_graph(t, {.limit = -9}).call_stack), (log_t{"leaf", "inner"}));
    // The depth only applies to the running task.
    EXPECT_EQ(functions(aio::capture_call_graph(t, {.depth = 2}).call_stack), (log_t{"leaf", "inner"}));
    gate.set_result(1);
    co_await u;
  });
}

// conformance: callgraph-010
TEST(call_graph, an_awaiter_leaves_before_it_runs_again) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(leaf(gate), {.name = "t"});
    co_await ticks(1);
    EXPECT_EQ(parents(gate), (log_t{"t"}));
    gate.set_result(1);
    EXPECT_EQ(parents(gate), (log_t{}));
    EXPECT_FALSE(t.done());
    co_await t;
  });
}

TEST(call_graph, as_text) {
  on_loop([]() -> coro<> {
    auto gate = aio::create_future<int>();
    auto t = aio::create_task(leaf(gate), {.name = "worker"});
    auto u = aio::create_task(joins(t), {.name = "joiner"});
    co_await ticks(1);
    aio::call_graph graph = aio::capture_call_graph(t);
    graph.call_stack[0].file = "a.cpp";
    graph.call_stack[0].line = 3;
    graph.awaited_by[0].call_stack[0].file = "b.cpp";
    graph.awaited_by[0].call_stack[0].line = 5;
    std::string text = aio::format_call_graph(graph);
    // Addresses differ from run to run.
    for (std::size_t id = 0; (id = text.find("id=", id)) != std::string::npos; id += 3)
      text.erase(id + 3, text.find(')', id) - id - 3);
    EXPECT_EQ(text, "* Task(name='worker', id=)\n"
                    "  + Call stack:\n"
                    "  |   File 'a.cpp', line 3, in async leaf()\n"
                    "  + Awaited by:\n"
                    "    * Task(name='joiner', id=)\n"
                    "      + Call stack:\n"
                    "      |   File 'b.cpp', line 5, in async joins()\n");
    std::ostringstream out;
    aio::print_call_graph(out, gate);
    EXPECT_EQ(out.str().rfind("* Future(id=", 0), 0U);
    gate.set_result(1);
    co_await u;
  });
}

namespace {
/// The tree with `file:line` after each function cut off.
log_t tree(aio::event_loop &loop) {
  std::istringstream text(aio::format_task_tree(loop));
  log_t lines;
  for (std::string line; std::getline(text, line);) {
    if (line.find("(T)") == std::string::npos)
      line.erase(line.rfind(' '));
    lines.push_back(line);
  }
  return lines;
}
} // namespace

// conformance: callgraph-011
TEST(call_graph, a_tree_for_each_independent_task) {
  aio::testing::virtual_loop loop;
  auto gate = loop.create_future<int>();
  auto a = loop.create_task(leaf(gate), {.name = "a"});
  auto b = loop.create_task(leaf(gate), {.name = "b"});
  passes(loop, 2);
  EXPECT_EQ(tree(loop), (log_t{"(T) a", "└── leaf", "(T) b", "└── leaf"}));
  gate.set_result(1);
  passes(loop, 2);
  EXPECT_EQ(tree(loop), log_t{});
}

// conformance: callgraph-012
TEST(call_graph, a_tree_of_a_chain) {
  aio::testing::virtual_loop loop;
  auto gate = loop.create_future<int>();
  auto last = loop.create_task(inner(gate), {.name = "Task-3"});
  auto other = loop.create_task(leaf(gate), {.name = "Task-4"});
  auto middle = loop.create_task(awaits(aio::gather(last, other)), {.name = "Task-2"});
  auto first = loop.create_task(awaits(middle), {.name = "main"});
  passes(loop, 2);
  EXPECT_EQ(tree(loop), (log_t{
                            "(T) main",
                            "└── awaits",
                            "    └── (T) Task-2",
                            "        └── awaits",
                            "            ├── (T) Task-3",
                            "            │   └── inner",
                            "            │       └── leaf",
                            "            └── (T) Task-4",
                            "                └── leaf",
                        }));
  gate.set_result(1);
  passes(loop, 5);
  EXPECT_TRUE(first.done());
}

// conformance: callgraph-013
TEST(call_graph, a_circle_is_no_tree) {
  // The circle is made on purpose.
  aio::debug::collector reports;
  aio::testing::virtual_loop loop;
  task<> a;
  task<> b;
  auto wait_for = [](const task<> &other) -> coro<> {
    co_await aio::sleep(0s);
    co_await other;
  };
  a = loop.create_task(wait_for(b), {.name = "a"});
  b = loop.create_task(wait_for(a), {.name = "b"});
  auto outside = loop.create_task(wait_for(a), {.name = "outside"});
  passes(loop, 4);
  try {
    aio::format_task_tree(loop);
    ADD_FAILURE() << "no error";
  } catch (const aio::runtime_error &error) {
    EXPECT_STREQ(error.what(), "the await graph contains a circle and is no tree: a -> b -> a");
  }
  // The graph of one of them follows the circle once.
  const aio::call_graph graph = aio::capture_call_graph(a);
  EXPECT_EQ(parents(graph), (log_t{"b", "outside"}));
  a.cancel();
  passes(loop, 4);
  EXPECT_TRUE(b.done());
}

// conformance: callgraph-014
TEST(call_graph, a_table) {
  aio::testing::virtual_loop loop;
  auto gate = loop.create_future<int>();
  auto shared = loop.create_task(leaf(gate), {.name = "shared"});
  auto alone = loop.create_task(leaf(gate), {.name = "alone"});
  auto watched = loop.create_task(leaf(gate), {.name = "watched"});
  watched.add_done_callback([] {});
  auto one = loop.create_task(joins(shared), {.name = "one"});
  auto two = loop.create_task(joins(shared), {.name = "two"});
  passes(loop, 2);
  log_t rows;
  for (const aio::task_row &row : aio::list_tasks(loop))
    rows.push_back(row.task + "|" + row.awaiter + "|" + functions(row.stack).front());
  EXPECT_EQ(rows, (log_t{"shared|one|leaf", "shared|two|leaf", "alone||leaf", "watched|Unknown|leaf", "one||joins",
                         "two||joins"}));
  const std::string table = aio::format_task_table(loop);
  EXPECT_EQ(table.rfind("task     awaited by  stack\nshared   one         leaf ", 0), 0U) << table;
  gate.set_result(1);
  passes(loop, 3);
}
