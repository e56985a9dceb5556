// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The options of the gate, which check and merge share.
#ifndef COROLINT_TOOL_COMMANDS_GATEOPTIONS_H
#define COROLINT_TOOL_COMMANDS_GATEOPTIONS_H

#include "gate/Gate.h"

namespace coro {

/// What the command line says of outputs and of what fails; false after a
/// message.
bool gateOptions(GateOptions &O);

} // namespace coro

#endif
