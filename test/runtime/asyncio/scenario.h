// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A scenario as it is written in scenarios.txt, and the names of exceptions in logs.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace scenario {

/// The exception of the operations `raise`, `fexc` and `gthrow`; stores which of them threw it.
struct scenario_error : std::exception {
  explicit scenario_error(int i) : id(i) {}
  int id;
};

/// One operation of a scenario: `(name number... operation...)`, numbered in the order of the text.
struct operation {
  std::string name;
  int id = 0;
  std::vector<int> numbers;
  std::vector<std::unique_ptr<operation>> parts;
};

/// Reads the line of a scenario.
std::unique_ptr<operation> parse(const std::string &line);

std::string describe(const std::exception_ptr &error);
bool is_cancel(const std::exception_ptr &error);
bool is_std(const std::exception_ptr &error);

} // namespace scenario
