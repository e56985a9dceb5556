// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The interceptor of blocking calls: a library of its own, linked or preloaded, that knows nothing of aio.
#pragma once

extern "C" {

/// Installs the two questions that interceptors ask: whether the calling thread must not block now, and what to do when
/// it is about to. `report` is called before the thread blocks, with the name of the C function.
///
/// **Thread safety** any thread; neither function may block or call what is intercepted.
void aio_intercept_install(bool (*watched)(), void (*report)(const char *function));

/// Installs who is told of the mutexes and shared mutexes that a thread has locked, if it is `watched`, and is about to
/// unlock.
///
/// **Thread safety** as above.
void aio_intercept_watch_mutexes(bool (*watched)(), void (*locked)(const void *mutex),
                                 void (*unlocked)(const void *mutex));
}
