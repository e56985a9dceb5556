// flags: -std=c++20 -DASIO_STANDALONE -DASIO_HAS_CO_AWAIT=1 -DASIO_HAS_STD_COROUTINE=1
// packages: libasio-dev libboost1.81-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Standalone Asio and Boost.Asio side by side: asio.facts names both.
#include <asio.hpp>
#include <asio/experimental/co_spawn.hpp>
#include <asio/experimental/coro.hpp>
#include <asio/experimental/promise.hpp>
#include <boost/asio.hpp>
#include <boost/asio/experimental/co_spawn.hpp>
#include <boost/asio/experimental/coro.hpp>
#include <boost/asio/experimental/promise.hpp>
#include <boost/core/ignore_unused.hpp>
