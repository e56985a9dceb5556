// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Findings as one JSON array.
#include "Writer.h"

namespace coro {

void writeJson(llvm::raw_ostream &OS, const std::vector<Finding> &Findings) {
  llvm::json::OStream J(OS, /*IndentSize=*/2);
  J.array([&] {
    for (const Finding &F : Findings)
      J.value(toJSON(F));
  });
  J.flush();
  OS << '\n';
}

} // namespace coro
