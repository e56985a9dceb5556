// flags: -std=c++20 -pthread
// packages: libboost1.81-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every header of Boost.Thread that boost_thread.facts names an entity of.
#include <boost/thread/lock_guard.hpp>
#include <boost/thread/lock_types.hpp>
#include <boost/thread/mutex.hpp>
#include <boost/thread/recursive_mutex.hpp>
#include <boost/thread/shared_mutex.hpp>
#include <boost/thread/strict_lock.hpp>
