// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Includes every public header of aio.
#pragma once

#include <aio/combine/as_completed.h>
#include <aio/combine/gather.h>
#include <aio/combine/shield.h>
#include <aio/combine/task_group.h>
#include <aio/combine/timeout.h>
#include <aio/combine/wait.h>
#include <aio/core/async_generator.h>
#include <aio/core/async_with.h>
#include <aio/core/context.h>
#include <aio/core/coro.h>
#include <aio/core/errors.h>
#include <aio/core/event_loop.h>
#include <aio/core/exception_group.h>
#include <aio/core/executor.h>
#include <aio/core/future.h>
#include <aio/core/instrument.h>
#include <aio/core/outcome.h>
#include <aio/core/process_pool.h>
#include <aio/core/run.h>
#include <aio/core/sleep.h>
#include <aio/core/task.h>
#include <aio/debug/call_graph.h>
#include <aio/io/server.h>
#include <aio/io/stream.h>
#include <aio/sync/barrier.h>
#include <aio/sync/lock.h>
#include <aio/sync/queue.h>
#include <aio/sync/semaphore.h>
