// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Plays the scenarios of scenarios.txt on aio, and compares the log of each with CPython's in cpython-3.14.txt.
//
//   scenario_player SCENARIOS LOGS [NUMBER]     compare; or show what number NUMBER does here
//   scenario_player SCENARIOS                   print the logs
#include <fstream>
#include <iostream>

#include <aio/testing.h>

#include "player.h"

namespace {

/// The log of one scenario, a line an event.
std::string play(const std::string &line) {
  const auto operations = scenario::parse(line);
  auto loop = std::make_unique<aio::testing::virtual_loop>();
  loop->set_exception_handler([](aio::event_loop &, const aio::exception_context &) {});
  scenario::player p(*loop);
  try {
    loop->run_until_complete(p.play(*operations));
  } catch (...) {
    p.log.push_back("main " + scenario::describe(std::current_exception()));
  }
  p.stop();
  for (int round = 0; round < 3; ++round) {
    for (auto &t : aio::all_tasks(*loop))
      t.cancel();
    for (int i = 0; i < 10; ++i) {
      loop->call_soon([] {});
      loop->run_once();
    }
  }
  p.drop_everything();
  loop.reset();
  std::string text;
  for (const std::string &entry : p.log)
    text += entry + "\n";
  return text;
}

/// Equal, but for the message of a cancellation that CPython has lost.
bool same(const std::string &ours, const std::string &cpython) {
  const std::string word = "cancelled(";
  std::size_t i = 0;
  for (std::size_t k = 0; k < cpython.size(); ++k, ++i) {
    if (i >= ours.size())
      return false;
    if (cpython[k] == ')' && ours[i] != ')' && k >= word.size() &&
        cpython.compare(k - word.size(), word.size(), word) == 0)
      i = ours.find(')', i);
    if (i >= ours.size() || ours[i] != cpython[k])
      return false;
  }
  return i == ours.size();
}

} // namespace

int main(int argc, char **argv) {
  aio::set_warning_handler([](const std::string &) {});
  std::ifstream scenarios(argv[1]);
  std::ifstream logs(argc > 2 ? argv[2] : "/dev/null");
  const int only = argc > 3 ? std::stoi(argv[3]) : 0;
  int number = 0;
  int different = 0;
  for (std::string line; std::getline(scenarios, line);) {
    ++number;
    std::string wanted;
    for (std::string entry; std::getline(logs, entry) && entry != "=";)
      wanted += entry + "\n";
    if (only != 0 && only != number)
      continue;
    const std::string got = play(line);
    if (argc == 2 || only != 0)
      std::cout << got << "=\n";
    else if (!same(got, wanted)) {
      ++different;
      std::cout << "scenario " << number << " differs: " << line << "\n--- CPython\n" << wanted << "--- aio\n" << got;
    }
  }
  if (argc > 2 && only == 0)
    std::cout << number << " scenarios, " << different << " differ\n";
  return different == 0 && number > 0 ? 0 : 1;
}
