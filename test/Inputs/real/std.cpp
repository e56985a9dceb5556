// flags: -std=c++20 -pthread
// packages: libstdc++-12-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Every standard header that std.facts names an entity of.
#include <algorithm>
#include <atomic>
#include <barrier>
#include <condition_variable>
#include <coroutine>
#include <filesystem>
#include <forward_list>
#include <fstream>
#include <functional>
#include <future>
#include <iostream>
#include <latch>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <semaphore>
#include <shared_mutex>
#include <stop_token>
#include <thread>
#include <vector>
