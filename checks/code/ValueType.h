// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Tells types that hold a value, such as `expected`, from handles of
// coroutines.
#ifndef COROLINT_CHECKS_CODE_VALUETYPE_H
#define COROLINT_CHECKS_CODE_VALUETYPE_H

#include "clang/AST/DeclCXX.h"

namespace coro {

/// Whether an object of \p Record, which a coroutine returns, holds the result
/// and nothing that leads back to a coroutine frame. A coroutine that returns
/// such a type uses `co_await` for early returns; it is no task.
bool isValueType(const clang::CXXRecordDecl *Record);

} // namespace coro

#endif
