// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Prints messages, and checks that standard output was written.
#include "Console.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

namespace coro {

raw_ostream &complain() { return WithColor::error(errs(), "corolint"); }

std::string plural(size_t N, const char *Word) {
  return std::to_string(N) + " " + Word + (N == 1 ? "" : "s");
}

int finishOutput() {
  outs().flush();
  if (!outs().has_error())
    return Clean;
  complain() << "cannot write the output: " << outs().error().message() << '\n';
  outs().clear_error();
  return NotWritten;
}

} // namespace coro
