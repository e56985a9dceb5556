// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Events of the loop as events of a trace.
#include <aio/debug/trace.h>

#include <cstdio>

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
    std::fputs(R"({"ph":"M","pid":1,"name":"process_name","args":{"name":"aio"}}]
)", file_);
    std::fclose(file_);
  }
  std::uint32_t wants() const noexcept override {
    return hook::loop_started | hook::before_io_wait | hook::after_io_wait | hook::callback_begins | hook::callback_ends |
           hook::task_created | hook::step_begins | hook::step_ends | hook::task_done | hook::cancel_requested;
  }

  void loop_started(event_loop &) override {
    if (!std::exchange(named_, true))
      row_name(0, "loop");
  }
  void before_io_wait(event_loop &loop, std::optional<duration>) override { begin(loop, 0, "wait for I/O"); }
  void after_io_wait(event_loop &loop) override { end(loop, 0); }
  void callback_begins(event_loop &loop, const detail::handle_core &handle) override { begin(loop, 0, handle.name()); }
  void callback_ends(event_loop &loop, const detail::handle_core &) override { end(loop, 0); }
  void task_created(detail::task_core &task) override {
    row_name(task.number(), task.name());
    mark(task, "created");
  }
  void step_begins(detail::task_core &task) override {
    const frame_record *leaf = task.leaf_frame();
    begin(*task.loop(), task.number(), short_name(leaf->location().function_name()),
          task.started() ? leaf->await_site() : leaf->location());
  }
  void step_ends(detail::task_core &task) override { end(*task.loop(), task.number()); }
  void task_done(detail::task_core &task) override {
    mark(task, task.cancelled() ? "cancelled" : task.stored_error() ? "failed" : "done");
  }
  void cancel_requested(detail::task_core &task, const std::string &, detail::task_core *) override {
    mark(task, "cancel requested");
  }

private:
  static std::string microseconds(event_loop &loop) {
    char text[32];
    const auto now = loop.time().time_since_epoch();
    std::snprintf(text, sizeof text, "%.3f", std::chrono::duration<double, std::micro>(now).count());
    return text;
  }
  static std::string head(const char *phase, std::uint64_t row) {
    return std::string("{\"ph\":\"") + phase + "\",\"pid\":1,\"tid\":" + std::to_string(row);
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
  void begin(event_loop &loop, std::uint64_t row, const std::string &name, const std::source_location &at = {}) {
    std::string event = head("B", row) + ",\"ts\":" + microseconds(loop) + ",\"name\":";
    append_json(event, name);
    if (at.line() != 0) {
      event += ",\"args\":{\"resumed at\":";
      append_json(event, std::string(at.file_name()) + ":" + std::to_string(at.line()));
      event += "}";
    }
    write(event);
  }
  void end(event_loop &loop, std::uint64_t row) { write(head("E", row) + ",\"ts\":" + microseconds(loop)); }
  void mark(detail::task_core &task, const char *what) {
    write(head("i", task.number()) + ",\"ts\":" + microseconds(*task.loop()) + ",\"s\":\"t\",\"name\":\"" + what + "\"");
  }

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
