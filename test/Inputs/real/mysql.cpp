// flags: -std=c++20 -I/usr/include/mariadb
// packages: libmariadb-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of mysql.facts.
#include <mysql.h>
