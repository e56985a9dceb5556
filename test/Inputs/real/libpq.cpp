// flags: -std=c++20 -I/usr/include/postgresql
// packages: libpq-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of libpq.facts.
#include <libpq-fe.h>
