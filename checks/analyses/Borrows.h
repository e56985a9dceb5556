// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Which coroutines outlive what their frames refer to.
#ifndef COROLINT_CHECKS_ANALYSES_BORROWS_H
#define COROLINT_CHECKS_ANALYSES_BORROWS_H

#include "flow/FlowContext.h"

namespace coro {

/// A call that makes a task whose frame refers to an object that is gone when
/// it runs, or, of a task that runs at once, when it goes on.
struct DanglingReference {
  enum Kind : uint8_t {
    Argument, // a reference parameter
    Object,   // the object of a member function
    Closure,  // the captures of a lambda
  };
  enum Escape : uint8_t { Kept, Started, Returned };

  Kind K = Argument;
  Escape How = Kept;
  const clang::Expr *Call = nullptr;
  const clang::FunctionDecl *Callee = nullptr;
  unsigned Index = 0;                    // of the argument, from 1
  const clang::VarDecl *Local = nullptr; // what it refers to; null: a temporary
  const clang::Stmt *Where = nullptr;    // where the task is kept, and so on
};

/// Such calls in \p F. Only coroutines whose bodies are seen, and use what is
/// gone, count; a task that goes out of sight is taken to be awaited in time.
std::vector<DanglingReference> danglingReferences(FlowContext &Flow,
                                                  const clang::FunctionDecl *F);

} // namespace coro

#endif
