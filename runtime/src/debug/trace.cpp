// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the loop's events as trace events.
#include <aio/debug/trace.h>

#include <cstdio>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include <aio/core/task.h>

#include "origin.h"
#include "settings.h"

namespace aio::debug {

namespace {

class trace_writer final : public instrument {
public:
  explicit trace_writer(std::FILE *file) noexcept : file_(file) { std::fputs("[\n", file_); }
  trace_writer(const trace_writer &) = delete;
  trace_writer &operator=(const trace_writer &) = delete;
  ~trace_writer() override {
    // The last event has no comma behind it.
    std::fputs(R"({"cat":"aio","ph":"M","pid":1,"tid":1,"name":"process_name","args":{"name":"aio"}}]
)",
               file_);
    std::fclose(file_);
  }
  hook_set wants() const noexcept override {
    return hook::loop_started | hook::before_io_wait | hook::after_io_wait | hook::callback_begins |
           hook::callback_ends | hook::task_created | hook::task_scheduled | hook::step_begins | hook::step_ends |
           hook::task_done | hook::cancel_requested;
  }

  void loop_started(event_loop &) override {
    if (!std::exchange(named_, true))
      row_name(loop_row, "loop");
  }
  void before_io_wait(event_loop &loop, std::optional<duration>) override { begin(loop, loop_row, "wait for I/O"); }
  void after_io_wait(event_loop &loop) override { end(loop); }
  void callback_begins(event_loop &loop, const running_callback &callback) override {
    begin(loop, loop_row, detail::type_name(callback.type));
  }
  void callback_ends(event_loop &loop, const running_callback &) override { end(loop); }
  void task_created(detail::task_core &task) override {
    name_row(task);
    mark(task, "created");
  }
  void task_scheduled(detail::task_core &task) override {
    // An arrow from the running bar, if there is one, to the task that it wakes; timers and descriptors have no bar.
    if (bars_.empty())
      return;
    const std::uint64_t id = ++arrows_;
    woken_[task.number()] = id;
    write(arrow("s", bars_.back().row, *task.loop(), id));
  }
  void step_begins(detail::task_core &task) override {
    name_row(task); // the task may be older than the trace
    const frame_record *leaf = task.leaf_frame();
    begin(*task.loop(), row_of(task), short_name(leaf->location().function_name()),
          task.started() ? leaf->await_site() : leaf->location());
    if (const auto found = woken_.find(task.number()); found != woken_.end()) {
      write(arrow("f", row_of(task), *task.loop(), found->second) + ",\"bp\":\"e\"");
      woken_.erase(found);
    }
  }
  void step_ends(detail::task_core &task) override { end(*task.loop()); }
  void task_done(detail::task_core &task) override {
    woken_.erase(task.number());
    tasks_.erase(task.number());
    mark(task, task.cancelled() ? "cancelled" : task.stored_error() ? "failed" : "done");
  }
  void cancel_requested(detail::task_core &task, const std::string &, detail::task_core *) override {
    mark(task, "cancel requested");
  }

private:
  /// Some viewers treat row 0 as an idle thread.
  static constexpr std::uint64_t loop_row = 1;
  static std::uint64_t row_of(const detail::task_core &task) noexcept { return task.number() + 1; }

  /// A step or callback that has begun, and is written when it ends. A step may begin inside another one.
  struct bar {
    std::uint64_t row;
    std::string name;
    std::source_location at;
    double from;
  };
  static double microseconds(const event_loop &loop) {
    return std::chrono::duration<double, std::micro>(loop.time().time_since_epoch()).count();
  }
  static std::string number(double microseconds) {
    char text[32];
    std::snprintf(text, sizeof text, "%.3f", microseconds);
    return text;
  }
  static std::string head(const char *phase, std::uint64_t row) {
    return std::string(R"({"cat":"aio","ph":")") + phase + "\",\"pid\":1,\"tid\":" + std::to_string(row);
  }
  static std::string arrow(const char *phase, std::uint64_t row, const event_loop &loop, std::uint64_t id) {
    return head(phase, row) + ",\"ts\":" + number(microseconds(loop)) + ",\"id\":" + std::to_string(id) +
           ",\"name\":\"wakes\"";
  }
  void write(const std::string &event) {
    if (std::fputs((event + "},\n").c_str(), file_) < 0)
      throw runtime_error("the trace cannot be written");
  }
  void row_name(std::uint64_t row, const std::string &name) {
    std::string event = head("M", row) + ",\"name\":\"thread_name\",\"args\":{\"name\":";
    append_json(event, name);
    write(event + "}");
  }
  void name_row(detail::task_core &task) {
    if (tasks_.insert(task.number()).second)
      row_name(row_of(task), task.name());
  }
  void begin(const event_loop &loop, std::uint64_t row, std::string name, const std::source_location &at = {}) {
    bars_.push_back({row, std::move(name), at, microseconds(loop)});
  }
  void end(const event_loop &loop) {
    // It began before the trace and has no bar.
    if (bars_.empty())
      return;
    const bar over = std::move(bars_.back());
    bars_.pop_back();
    std::string event = head("X", over.row) + ",\"ts\":" + number(over.from) +
                        ",\"dur\":" + number(microseconds(loop) - over.from) + ",\"name\":";
    append_json(event, over.name);
    if (over.at.line() != 0) {
      event += ",\"args\":{\"resumed at\":";
      append_json(event, std::string(over.at.file_name()) + ":" + std::to_string(over.at.line()));
      event += "}";
    }
    write(event);
  }
  void mark(detail::task_core &task, const char *what) {
    write(head("i", row_of(task)) + ",\"ts\":" + number(microseconds(*task.loop())) + ",\"s\":\"t\",\"name\":\"" +
          what + "\"");
  }

  std::vector<bar> bars_;
  std::unordered_map<std::uint64_t, std::uint64_t> woken_; // arrows that have begun, by task
  std::unordered_set<std::uint64_t> tasks_;                // live tasks whose row has a name
  std::uint64_t arrows_ = 0;
  std::FILE *file_;
  bool named_ = false;
};

} // namespace

std::shared_ptr<instrument> make_trace_writer(const std::string &path) {
  std::FILE *file = std::fopen(path.c_str(), "we");
  if (!file)
    throw value_error("cannot write a trace to '" + path + "'");
  return std::make_shared<trace_writer>(file);
}

} // namespace aio::debug
