// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Facts about your own functions and types, said where they are declared.
// Nothing but attributes; nothing at all outside Clang. The words are those of
// facts files: see docs/guide/libraries.md.
#ifndef COROLINT_ANNOTATIONS_H
#define COROLINT_ANNOTATIONS_H

#ifdef __clang__
#define COROLINT_FACT(text) [[clang::annotate("coro:" text)]]
#else
#define COROLINT_FACT(text)
#endif

// Types: `class COROLINT_LAZY_TASK task { ... };`

/// An asynchronous type, although its structure does not say so.
#define COROLINT_TASK COROLINT_FACT("task")
/// A task that starts when it is awaited.
#define COROLINT_LAZY_TASK COROLINT_FACT("lazy")
/// A task that already runs when it is returned.
#define COROLINT_EAGER_TASK COROLINT_FACT("eager")
/// A coroutine type that is meant to be dropped.
#define COROLINT_DETACHED COROLINT_FACT("detached")
/// A coroutine type that produces values on demand.
#define COROLINT_GENERATOR COROLINT_FACT("generator")
/// An awaitable resource, not a piece of work.
#define COROLINT_NOT_TASK COROLINT_FACT("not-task")
/// A task that may be awaited many times.
#define COROLINT_SHARED_TASK COROLINT_FACT("shared")
/// What destroying the unfinished task does: "never-runs", "detaches",
/// "cancels", "blocks", "terminates" or "loses-exception". For a function: what
/// destroying its result does.
#define COROLINT_ON_DROP(what) COROLINT_FACT("on-drop => " what)
/// An exception that means: cancelled.
#define COROLINT_CANCELLATION COROLINT_FACT("cancellation")
/// A general exception that carries cancellation as a code.
#define COROLINT_CANCELLATION_CODE COROLINT_FACT("cancellation-code")
/// Its destructor blocks the thread. For a function: the destructor of its
/// result does.
#define COROLINT_BLOCKS_ON_DROP(why) COROLINT_FACT("blocks-on-drop => " why)
/// A lock that is acquired by awaiting: the type of the operation, or the
/// function that returns it.
#define COROLINT_ASYNC_LOCK COROLINT_FACT("async-lock")
/// A lock of threads, which no coroutine may hold while it is suspended.
#define COROLINT_THREAD_LOCK COROLINT_FACT("thread-lock")
/// Holds a lock as long as it lives; of threads, unless it is a template whose
/// arguments name none.
#define COROLINT_LOCK_GUARD COROLINT_FACT("lock-guard")
/// Awaiting it neither suspends nor is cancelled.
#define COROLINT_IMMEDIATE COROLINT_FACT("immediate")
/// A cast to void is the way to run it in the background.
#define COROLINT_VOID_CAST_DETACHES COROLINT_FACT("void-cast-detaches")
/// Returning it from a void callback is the library's idiom.
#define COROLINT_CALLBACK_IDIOM COROLINT_FACT("callback-idiom")

// Functions: `COROLINT_BLOCKS("co_await send_async(...)") void send(message
// m);`

/// May block the thread for long. The text is what to write instead; it may be
/// empty.
#define COROLINT_BLOCKS(instead) COROLINT_FACT("blocks => " instead)
/// Blocks the thread unless its object is non-blocking.
#define COROLINT_BLOCKS_UNLESS_NONBLOCKING(instead)                            \
  COROLINT_FACT("blocks-unless-nonblocking => " instead)
/// Blocks the thread for a short time.
#define COROLINT_BLOCKS_BRIEFLY(instead)                                       \
  COROLINT_FACT("blocks-briefly => " instead)
/// Waits for the file system.
#define COROLINT_BLOCKS_FILE(instead) COROLINT_FACT("blocks-file => " instead)
/// Does not block, whatever it calls.
#define COROLINT_NONBLOCKING COROLINT_FACT("nonblocking")
/// Waits synchronously for asynchronous work. The text starts with "deadlock:"
/// or "nested-loop:" and goes on with why.
#define COROLINT_SYNC_WAIT(why) COROLINT_FACT("sync-wait => " why)
/// Starts the task it is given.
#define COROLINT_SPAWNS COROLINT_FACT("spawns")
/// Is the named way to let a task run on its own.
#define COROLINT_DETACHES COROLINT_FACT("detaches")
/// Runs its callable where blocking is fine.
#define COROLINT_OFFLOADS COROLINT_FACT("offloads")
/// Awaiting its result moves to a thread where blocking is fine.
#define COROLINT_SWITCHES_THREAD COROLINT_FACT("switches-thread")
/// Keeps its callable alive as long as needed.
#define COROLINT_STORES_CALLABLE COROLINT_FACT("stores-callable")
/// Calls its callable and drops the result.
#define COROLINT_CALLS_AS_VOID COROLINT_FACT("calls-as-void")
/// Calls its callable as a condition.
#define COROLINT_PREDICATE COROLINT_FACT("predicate")
/// Does nothing with its arguments.
#define COROLINT_IGNORES COROLINT_FACT("ignores")
/// Only looks at the task.
#define COROLINT_QUERY COROLINT_FACT("query")
/// Tests or raises the cancellation state.
#define COROLINT_TESTS_CANCELLATION COROLINT_FACT("tests-cancellation")

#endif
