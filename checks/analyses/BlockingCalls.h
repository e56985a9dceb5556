// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Finds the calls of a coroutine that block its thread, and what to write
// instead of them.
#ifndef COROLINT_CHECKS_ANALYSES_BLOCKINGCALLS_H
#define COROLINT_CHECKS_ANALYSES_BLOCKINGCALLS_H

#include "flow/Effects.h"

namespace coro {

/// One place in a coroutine that blocks its thread.
struct BlockingPlace {
  const clang::Stmt *At = nullptr;
  clang::SourceLocation Loc;
  Blocking How;
};

/// Where \p F, a coroutine, blocks its thread: its own calls, what it calls in
/// this translation unit, and the ends of its variables. Calls made after the
/// coroutine moved to a thread where blocking is fine are left out.
std::vector<BlockingPlace> blockingPlaces(FlowContext &Flow,
                                          const clang::FunctionDecl *F,
                                          BlockingTiers Tiers);

/// The text after "=>" of the fact behind \p B, with a timer of the coroutine's
/// own library for a sleep; empty when nothing is known.
std::string replacementFor(FlowContext &Flow, const clang::FunctionDecl *F,
                           const Blocking &B);

/// "; use X", or "; co_await X instead", for what `replacementFor` answers.
std::string insteadOf(llvm::StringRef Replacement);

} // namespace coro

#endif
