// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds tasks that are stored in a private member and never consumed there.
#ifndef COROLINT_CHECKS_ANALYSES_LOSTMEMBERS_H
#define COROLINT_CHECKS_ANALYSES_LOSTMEMBERS_H

#include "analyses/LostTasks.h"

namespace coro {

/// Lazy tasks stored in private members of \p C that no member function
/// consumes. Empty unless the whole class is visible.
std::vector<LostTask> findLostMembers(FlowContext &Flow,
                                      const clang::CXXRecordDecl *C);

} // namespace coro

#endif
