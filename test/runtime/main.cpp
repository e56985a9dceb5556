// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The tests' main: also the main of the worker processes that they start.
#include "support.h"

int main(int argc, char **argv) {
  aio::process_worker(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
