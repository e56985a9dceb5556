// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes a dependency file, so that a build runs corolint again only when a
// file that it read has changed.
#ifndef COROLINT_TOOL_GATE_DEPFILE_H
#define COROLINT_TOOL_GATE_DEPFILE_H

#include "project/Analysis.h"

namespace coro {

/// Writes a Make rule: \p Target depends on every source and header that \p Run
/// has read. False after a message.
bool writeDepfile(const std::string &File, llvm::StringRef Target,
                  const RunResult &Run);

} // namespace coro

#endif
