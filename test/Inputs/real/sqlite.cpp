// flags: -std=c++20
// packages: libsqlite3-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of sqlite.facts.
#include <sqlite3.h>
