// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Gives every loop in debug mode its detectors.
#include "detector.h"
#include "settings.h"

namespace aio::debug {

#define AIO_DETECTOR(name) std::shared_ptr<instrument> make_##name(event_loop &loop, registry &notes);
#include "detectors.def"
#undef AIO_DETECTOR

namespace {

std::vector<std::shared_ptr<instrument>> make_detectors(event_loop &loop) {
  read_environment();
  detail::note_handle_origin.store(callback_origin::note, std::memory_order_relaxed);
  auto notes = std::make_shared<registry>(loop);
  std::vector<std::shared_ptr<instrument>> all{notes};
#define AIO_DETECTOR(name) all.push_back(make_##name(loop, *notes));
#include "detectors.def"
#undef AIO_DETECTOR
  return all;
}

} // namespace

} // namespace aio::debug

/// The build makes the linker look for this symbol, so that debug mode is linked although the core does not refer to
/// it.
extern "C" const int aio_debug_mode = (aio::set_debug_instruments(aio::debug::make_detectors), 1);
