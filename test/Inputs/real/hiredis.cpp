// flags: -std=c++20
// packages: libhiredis-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of hiredis.facts.
#include <hiredis/hiredis.h>
