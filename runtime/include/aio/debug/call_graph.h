// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The async call graph: which coroutines a task is suspended in and which tasks await it; the tasks of a loop as a tree
// and as a table.
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
  unsigned line = 0; ///< of the await at which it is suspended
  std::string function{};
  bool generator = false; ///< true for an async generator
};

/// A future, the coroutines that run for it, and everything that waits for it.
struct call_graph {
  any_future future{};
  std::string name{};                         ///< the task's name; empty for a future that is no task
  std::vector<call_graph_frame> call_stack{}; ///< innermost first; without the runtime's own coroutines
  std::vector<call_graph> awaited_by{};
};

struct call_graph_options {
  /// The number of frames to keep of each call stack, counted from the innermost; if negative, from the outermost.
  long limit = std::numeric_limits<long>::max();
  /// The frame of the running task to begin with: 1 is the caller, 2 the coroutine that awaits it.
  unsigned depth = 1;
};

/// Captures the graph of a task or future: its own stack, the tasks that await it, and so on outwards.
///
/// Awaiting is followed through gather, shield, wait, as_completed and the exit of a task group. It is read from the
/// awaiters themselves; nothing is recorded for it, with or without debug mode. Of the running task only the caller's
/// line and the task's root coroutine are known.
///
/// **Errors** runtime_error without a target if no loop runs.
/// **Thread safety** the loop's thread only.
/// **Source** docs.python.org/3/library/asyncio-graph.html
call_graph capture_call_graph(const any_future &target, const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// The same for the running task; empty in a plain callback.
std::optional<call_graph> capture_call_graph(const call_graph_options &options = {},
                                             std::source_location here = std::source_location::current());

/// Formats the graph as text, like asyncio.
std::string format_call_graph(const call_graph &graph);
std::string format_call_graph(const any_future &target, const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// The graph of the running task; an empty text in a plain callback.
std::string format_call_graph(const call_graph_options &options = {},
                              std::source_location here = std::source_location::current());
/// Prints the graph of a task; by default that of the running task, to standard output.
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
  std::string awaiter{};         ///< empty if no task awaits it; "Unknown" if it is no task that awaits it
  const char *state = "waiting"; ///< or "running", or "ready" if it is queued
  /// The task's age, and how much of it the task ran; zero without debug mode, and in steps of 10 ms.
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
/// **Errors** runtime_error that names the tasks, if tasks await each other in a circle.
std::string format_task_tree(event_loop &loop);

} // namespace aio
