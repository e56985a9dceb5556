// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the events of a loop in Chrome's Trace Event Format: a row for each task, a bar for each step.
#pragma once

#include <memory>
#include <string>

#include <aio/core/instrument.h>

namespace aio::debug {

/// Makes an instrument that writes a trace: `loop.add_instrument(aio::debug::make_trace_writer("run.json"))`.
///
/// Each task has a row with its name, and a bar for every step, named after its coroutine. Callbacks and the waits for
/// I/O share the row of the loop. Creation, cancellation and end of a task are marks. The file is an array of events,
/// written in blocks: a crash loses the last of them. Works without debug mode.
///
/// **Errors** value_error if the file cannot be opened. A full disk ends the trace and does not disturb the program.
/// **Thread safety** belongs to one loop.
/// **Source** https://ui.perfetto.dev opens the file.
std::shared_ptr<instrument> make_trace_writer(const std::string &path);

} // namespace aio::debug
