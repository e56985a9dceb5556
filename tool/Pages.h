// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The pages of docs/pitfalls, which the build compiles into the program.
#ifndef COROLINT_TOOL_PAGES_H
#define COROLINT_TOOL_PAGES_H

#include <cstddef>

namespace coro {

struct Page {
  const char *Id;
  const char *Text;
};
extern const Page Pages[];
extern const std::size_t PageCount;

} // namespace coro

#endif
