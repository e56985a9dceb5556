// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Who waits for whom: the async call graph of a task, and the tasks of a loop as a tree and as a table.
#pragma once

#include <limits>
#include <optional>
#include <ostream>
#include <source_location>
#include <string>
#include <vector>

#include <aio/core/task.h>

namespace aio {

/// One coroutine of a call stack.
struct call_graph_frame {
  std::string file{};
  unsigned line = 0; ///< of the await it is suspended in
  std::string function{};
  bool generator = false; ///< an async generator
};

/// A future, the coroutines that run for it, and everything that waits for it.
struct call_graph {
  any_future future{};
  std::string name{};                         ///< the task's name; empty for a future that is no task
  std::vector<call_graph_frame> call_stack{}; ///< innermost first; the runtime's own coroutines are left out
  std::vector<call_graph> awaited_by{};
};

struct call_graph_options {
  /// The number of frames to keep of each call stack, from the inside; a negative one counts from the outside.
  long limit = std::numeric_limits<long>::max();
  /// The frame of the running task to begin with: 1 is the one that asks, 2 the one around it.
  unsigned depth = 1;
};

/// Captures the graph of a task or future: its own stack, who awaits it, and so on outwards.
///
/// Awaiting is followed through gather, shield, wait, as_completed and the exit of a task group. It is read off the
/// awaiters themselves: nothing is recorded for it, with debug mode or without. Of the task that runs right now only
/// the caller's line and the task's root coroutine are known.
///
/// **Errors** runtime_error without a target if no loop runs.
/// **Thread safety** the loop's thread only.
/// **Source** docs.python.org/3/library/asyncio-graph.html
call_graph capture_call_graph(const any_future &target, const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// The same for the running task; empty in a plain callback.
std::optional<call_graph> capture_call_graph(const call_graph_options &options = {},
                                             std::source_location here = std::source_location::current());

/// The graph as text, in the shape of asyncio's.
std::string format_call_graph(const call_graph &graph);
std::string format_call_graph(const any_future &target, const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// The graph of the running task; an empty text in a plain callback.
std::string format_call_graph(const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// Prints the graph of a task, or of the running one, on standard output if nothing else is given.
void print_call_graph(std::ostream &out, const any_future &target, const call_graph_options &options = {},
                      std::source_location here = std::source_location::current());
void print_call_graph(std::ostream &out, const call_graph_options &options = {},
                      std::source_location here = std::source_location::current());
void print_call_graph(const any_future &target, const call_graph_options &options = {},
                      std::source_location here = std::source_location::current());
void print_call_graph(const call_graph_options &options = {},
                      std::source_location here = std::source_location::current());

/// One row of the table of tasks: a task and one that awaits it.
struct task_row {
  std::string task{};
  std::vector<call_graph_frame> stack{};
  std::string awaiter{};         ///< empty: nobody; "Unknown": something that is no task
  const char *state = "waiting"; ///< or "running", or "ready" for a turn in the loop
  /// How long the task is there, and how much of that it ran; zero where debug mode is off, and no finer than 10 ms.
  duration age{};
  duration busy{};
};
/// The tasks of a loop, one row for each awaiter.
///
/// **Thread safety** the loop's thread only.
std::vector<task_row> list_tasks(event_loop &loop);
/// The same as text, in columns.
std::string format_task_table(event_loop &loop);
/// The tasks of a loop as trees: below each task its coroutines, outermost first, and what they await.
///
/// **Errors** runtime_error if tasks await each other in a circle; it names them.
std::string format_task_tree(event_loop &loop);

} // namespace aio
