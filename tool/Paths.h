// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Paths of files: how the tool makes them absolute, shows them, and finds out
// whether two of them name one file.
#ifndef COROLINT_TOOL_PATHS_H
#define COROLINT_TOOL_PATHS_H

#include "llvm/ADT/StringRef.h"
#include <string>

namespace coro {

/// The current directory, or "." when it has been deleted.
std::string currentDirectory();

/// \p Path as an absolute path without "." and "..", below \p Directory if it
/// is relative. Symbolic links stay as they are.
std::string absolutePath(llvm::StringRef Path, llvm::StringRef Directory);
/// The same, below the current directory.
std::string absolutePath(llvm::StringRef Path);

/// Whether \p File is \p Directory or lies below it. Both are absolute.
bool isBelow(llvm::StringRef File, llvm::StringRef Directory);

/// \p File relative to \p Root, or unchanged if it does not lie below it.
std::string relativeTo(llvm::StringRef Root, llvm::StringRef File);

/// Whether the name of \p Path ends as C++ sources do.
bool isCppSource(llvm::StringRef Path);
/// Whether the name of \p Path ends as headers of C++, or of C and C++, do.
bool isCppHeader(llvm::StringRef Path);

} // namespace coro

#endif
