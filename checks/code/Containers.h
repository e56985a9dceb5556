// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Containers, optionals, arrays, pairs and tuples, and the tasks in them.
#ifndef COROLINT_CHECKS_CODE_CONTAINERS_H
#define COROLINT_CHECKS_CODE_CONTAINERS_H

#include "code/Unit.h"

namespace coro {

/// Whether \p T is a container, optional, array, tuple or pair that holds
/// tasks, directly or nested.
bool holdsTasks(Unit &U, clang::QualType T);
/// The type of the tasks in \p T, or of \p T itself; `Kind` is `None` when
/// there are none.
const TaskType &taskIn(Unit &U, clang::QualType T);

/// Whether a method of a container that is called \p Name adds to it.
bool addsElement(llvm::StringRef Name);
/// Whether it leaves the elements alone.
bool keepsContents(llvm::StringRef Name);
/// Whether it gives one of them.
bool givesElement(llvm::StringRef Name);

/// The container whose element \p E names, as `v[0]` or `v.at(0)`, or null.
const clang::Expr *holderOfElement(const clang::Expr *E);
/// `std::make_tuple(..)` and its like.
bool makesHolder(const clang::CallExpr *Call);

} // namespace coro

#endif
