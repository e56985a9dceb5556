// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The command line options that `check` and `merge` share.
#ifndef COROLINT_TOOL_COMMANDS_GATEOPTIONS_H
#define COROLINT_TOOL_COMMANDS_GATEOPTIONS_H

#include "gate/Gate.h"

namespace coro {

/// Reads the options of the command line into \p O; false after a message.
bool gateOptions(GateOptions &O);

} // namespace coro

#endif
