// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What a run has read, for builds that run it again only when that changes.
#ifndef COROLINT_TOOL_GATE_DEPFILE_H
#define COROLINT_TOOL_GATE_DEPFILE_H

#include "project/Analysis.h"

namespace coro {

/// Writes a rule of Make: \p Target depends on every source and header that
/// \p Run has read. False after a message.
bool writeDepfile(const std::string &File, llvm::StringRef Target,
                  const RunResult &Run);

} // namespace coro

#endif
