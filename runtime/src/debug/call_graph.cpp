// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds the call graph and the table of tasks from the awaiters.
#include <aio/debug/call_graph.h>

#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>

#include "registry.h"
#include "watchdog.h"

namespace aio {

namespace {

using detail::future_core;
using detail::task_core;

/// The targets of a task's wait: futures in between, such as that of a gather, and the tasks behind them.
std::vector<future_core *> awaited_by(const task_core &task) {
  std::vector<future_core *> found;
  const auto add = [&](future_core *f) {
    if (f && !f->done() && std::find(found.begin(), found.end(), f) == found.end())
      found.push_back(f);
  };
  std::vector<future_core *> next;
  if (detail::wait_target *target = task.parked_on()) {
    if (auto *future = dynamic_cast<future_core *>(target))
      add(future);
    else
      target->add_awaited(next);
  }
  for (std::size_t i = 0; i < found.size() || !next.empty(); ++i) {
    for (future_core *f : next)
      add(f);
    next.clear();
    if (i < found.size() && !found[i]->as_task())
      found[i]->add_awaited(next);
  }
  return found;
}

/// The tasks of one loop and their edges, at one moment.
class snapshot {
public:
  explicit snapshot(event_loop &loop) {
    for (task_core *task = loop.tasks().front(); task; task = loop.tasks().next(*task)) {
      if (task->done())
        continue;
      tasks_.push_back(task);
      for (future_core *f : awaited_by(*task))
        awaiters_[f].push_back(task);
    }
  }
  const std::vector<task_core *> &tasks() const noexcept { return tasks_; }
  std::vector<task_core *> awaiters(const future_core *f) const {
    const auto found = awaiters_.find(f);
    return found == awaiters_.end() ? std::vector<task_core *>{} : found->second;
  }

private:
  std::vector<task_core *> tasks_;
  std::map<const future_core *, std::vector<task_core *>> awaiters_;
};

call_graph_frame frame_at(const std::source_location &line, const std::source_location &function) {
  return {line.file_name(), line.line(), debug::short_name(function.function_name())};
}

call_graph_frame suspended(const frame_record &frame) {
  call_graph_frame result =
      frame_at(frame.await_site().line() != 0 ? frame.await_site() : frame.location(), frame.location());
  result.generator = frame.is_generator();
  return result;
}

std::vector<call_graph_frame> stack_of(const task_core &task, const std::source_location &here) {
  std::vector<call_graph_frame> frames;
  if (task.done() || !task.root_frame())
    return frames;
  if (&task == detail::current_task_or_null()) {
    const std::source_location &root = task.root_frame()->location();
    if (here.line() != 0)
      frames.push_back(frame_at(here, here));
    if (frames.empty() || debug::short_name(root.function_name()) != frames.front().function)
      frames.push_back(frame_at(root, root));
    return frames;
  }
  for (const frame_record *frame = task.leaf_frame(); frame; frame = frame->parent())
    if (!debug::is_runtime_frame(*frame))
      frames.push_back(suspended(*frame));
  return frames;
}

/// Keeps the frames that the options ask for; they are innermost first.
void cut(std::vector<call_graph_frame> &frames, const call_graph_options &options, bool running) {
  const auto skipped = running && options.depth > 1 ? options.depth - 1L : 0L;
  frames.erase(frames.begin(), frames.begin() + std::min(skipped, std::ssize(frames)));
  const long limit = options.limit;
  if (limit >= 0 && std::ssize(frames) > limit)
    frames.resize(static_cast<std::size_t>(limit));
  else if (limit < 0 && std::ssize(frames) > -limit)
    frames.erase(frames.begin(), frames.end() + limit);
}

class graph_builder {
public:
  graph_builder(const snapshot &now, const call_graph_options &options, const std::source_location &here)
      : now_(now), options_(options), here_(here) {}
  call_graph build(future_core &f) {
    call_graph graph;
    graph.future = any_future(detail::ref_ptr<future_core>(&f));
    if (task_core *task = f.as_task()) {
      graph.name = task->name();
      graph.call_stack = stack_of(*task, here_);
      cut(graph.call_stack, options_, task == detail::current_task_or_null());
    }
    // A circle is printed only once.
    if (std::find(path_.begin(), path_.end(), &f) != path_.end())
      return graph;
    path_.push_back(&f);
    for (task_core *task : now_.awaiters(&f))
      graph.awaited_by.push_back(build(*task));
    path_.pop_back();
    return graph;
  }

private:
  const snapshot &now_;
  call_graph_options options_;
  std::source_location here_;
  std::vector<const future_core *> path_;
};

std::string address(const any_future &f) {
  char text[2 + 2 * sizeof(void *) + 1];
  std::snprintf(text, sizeof text, "%p", static_cast<const void *>(f.shared().get()));
  return text;
}

void format(std::string &out, const call_graph &graph, std::size_t level) {
  const std::string indent(level * 4, ' ');
  const bool is_task = graph.future.core().as_task() != nullptr;
  out +=
      indent + (is_task ? "* Task(name='" + graph.name + "', " : "* Future(") + "id=" + address(graph.future) + ")\n";
  if (!graph.call_stack.empty())
    out += indent + "  + Call stack:\n";
  for (const call_graph_frame &f : graph.call_stack)
    out += indent + "  |   File '" + f.file + "', line " + std::to_string(f.line) +
           (f.generator ? ", in async generator " : ", in async ") + f.function + "()\n";
  if (!graph.awaited_by.empty())
    out += indent + "  + Awaited by:\n";
  for (const call_graph &parent : graph.awaited_by)
    format(out, parent, level + 1);
}

std::string at(const call_graph_frame &f) { return f.function + " " + f.file + ":" + std::to_string(f.line); }

class tree_writer {
public:
  explicit tree_writer(const snapshot &now) : now_(now) {
    for (task_core *task : now_.tasks())
      for (task_core *awaiter : now_.awaiters(task))
        below_[awaiter].push_back(task);
  }
  std::string write() {
    for (task_core *task : now_.tasks())
      refuse_circle(*task);
    for (task_core *task : now_.tasks())
      if (now_.awaiters(task).empty())
        write(*task, "", "", "");
    return std::move(out_);
  }

private:
  void refuse_circle(task_core &task) {
    const auto start = std::find(path_.begin(), path_.end(), &task);
    if (start != path_.end()) {
      std::string names;
      for (auto each = start; each != path_.end(); ++each)
        names += (*each)->name() + " -> ";
      throw runtime_error("the await graph contains a circle and is no tree: " + names + task.name());
    }
    if (std::exchange(checked_[&task], true))
      return;
    path_.push_back(&task);
    for (task_core *below : below_[&task])
      refuse_circle(*below);
    path_.pop_back();
  }
  void write(task_core &task, const std::string &first, const std::string &rest, const std::string &last) {
    out_ += first + last + "(T) " + task.name() + "\n";
    std::string indent = first + rest;
    const std::vector<call_graph_frame> stack = stack_of(task, {});
    for (auto frame = stack.rbegin(); frame != stack.rend(); ++frame) {
      out_ += indent + "└── " + at(*frame) + "\n";
      indent += "    ";
    }
    const std::vector<task_core *> &below = below_[&task];
    for (std::size_t i = 0; i < below.size(); ++i) {
      const bool end = i + 1 == below.size();
      write(*below[i], indent, end ? "    " : "│   ", end ? "└── " : "├── ");
    }
  }
  const snapshot &now_;
  std::map<const task_core *, std::vector<task_core *>> below_;
  std::map<const task_core *, bool> checked_;
  std::vector<task_core *> path_;
  std::string out_;
};

event_loop &loop_of(const any_future &target) {
  event_loop *loop = target.core().loop();
  if (!loop)
    throw runtime_error("the future's event loop is gone");
  return *loop;
}

} // namespace

call_graph capture_call_graph(const any_future &target, const call_graph_options &options, std::source_location here) {
  const snapshot now(loop_of(target));
  return graph_builder(now, options, here).build(target.core());
}

std::optional<call_graph> capture_call_graph(const call_graph_options &options, std::source_location here) {
  const any_task task = current_task();
  return task ? std::optional(capture_call_graph(task, options, here)) : std::nullopt;
}

std::string format_call_graph(const call_graph &graph) {
  std::string out;
  format(out, graph, 0);
  return out;
}
std::string format_call_graph(const any_future &target, const call_graph_options &options, std::source_location here) {
  return format_call_graph(capture_call_graph(target, options, here));
}

std::string format_call_graph(const call_graph_options &options, std::source_location here) {
  const auto graph = capture_call_graph(options, here);
  return graph ? format_call_graph(*graph) : std::string();
}

void print_call_graph(std::ostream &out, const any_future &target, const call_graph_options &options,
                      std::source_location here) {
  out << format_call_graph(target, options, here);
}
void print_call_graph(std::ostream &out, const call_graph_options &options, std::source_location here) {
  out << format_call_graph(options, here);
}
void print_call_graph(const any_future &target, const call_graph_options &options, std::source_location here) {
  std::cout << format_call_graph(target, options, here);
}
void print_call_graph(const call_graph_options &options, std::source_location here) {
  std::cout << format_call_graph(options, here);
}

namespace {
const char *state_of(const task_core &task) {
  if (&task == detail::current_task_or_null())
    return "running";
  const future_core *on = task.waiting_for();
  return task.parked_on() && !(on && on->done()) ? "waiting" : "ready";
}
} // namespace

std::vector<task_row> list_tasks(event_loop &loop) {
  const snapshot now(loop);
  std::vector<task_row> rows;
  for (task_core *task : now.tasks()) {
    const std::vector<task_core *> awaiters = now.awaiters(task);
    task_row row{task->name(), stack_of(*task, {}), {}};
    row.state = state_of(*task);
    if (task->mark() != 0)
      row.age = (debug::watchdog::ticks() + 1 - task->mark()) * duration(debug::watched_loop::tick);
    if (const debug::frame_note *note = debug::note_of(*task))
      row.busy = note->busy * duration(debug::watched_loop::tick);
    if (awaiters.empty()) {
      row.awaiter = task->has_waiters() ? "Unknown" : "";
      rows.push_back(row);
    }
    for (task_core *awaiter : awaiters) {
      row.awaiter = awaiter->name();
      rows.push_back(row);
    }
  }
  return rows;
}

std::string format_task_table(event_loop &loop) {
  const std::vector<task_row> rows = list_tasks(loop);
  std::size_t task_width = 4;
  std::size_t awaiter_width = 10;
  for (const task_row &row : rows) {
    task_width = std::max(task_width, row.task.size());
    awaiter_width = std::max(awaiter_width, row.awaiter.size());
  }
  const auto line = [&](const std::string &task, const std::string &awaiter, const std::string &stack) {
    std::string text = task + std::string(task_width - task.size() + 2, ' ') + awaiter +
                       std::string(awaiter_width - awaiter.size() + 2, ' ') + stack;
    text.erase(text.find_last_not_of(' ') + 1);
    return text + "\n";
  };
  std::string out = line("task", "awaited by", "stack");
  for (const task_row &row : rows) {
    std::string stack;
    for (const call_graph_frame &f : row.stack)
      stack += (stack.empty() ? "" : " <- ") + at(f);
    out += line(row.task, row.awaiter, stack);
  }
  return out;
}

std::string format_task_tree(event_loop &loop) {
  const snapshot now(loop);
  return tree_writer(now).write();
}

} // namespace aio
