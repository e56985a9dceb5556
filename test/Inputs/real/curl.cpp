// flags: -std=c++20
// packages: libcurl4-openssl-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The real header of curl.facts.
#include <curl/curl.h>
