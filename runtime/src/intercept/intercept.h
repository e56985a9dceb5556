// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interceptor of blocking calls: a separate library, linked or preloaded, that does not use aio.
#pragma once

extern "C" {

/// Installs two functions: `watched` returns whether the calling thread must not block now; `report` is called before a
/// watched thread blocks, with the name of the C function.
///
/// **Thread safety** any thread; neither function may block or call an intercepted function.
void aio_intercept_install(bool (*watched)(), void (*report)(const char *function));

/// Installs the functions that are called when a thread for which `watched` returns true has locked a mutex or shared
/// mutex, and when it is about to unlock it.
///
/// **Thread safety** as above.
void aio_intercept_watch_mutexes(bool (*watched)(), void (*locked)(const void *mutex),
                                 void (*unlocked)(const void *mutex));
}
