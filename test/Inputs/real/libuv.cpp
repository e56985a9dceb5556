// flags: -std=c++20
// packages: libuv1-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of libuv.facts.
#include <uv.h>
