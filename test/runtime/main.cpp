// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The main function of the tests, of their worker processes, and of their run in debug mode.
#include "support.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <map>
#include <optional>

#include <aio/debug/report.h>

namespace {

/// Compares the reports of every test with a file of `test <tab> rule <tab> count` lines: no others may be made.
class report_check : public ::testing::EmptyTestEventListener {
public:
  explicit report_check(const char *path) {
    std::ifstream file(path);
    std::string line;
    while (std::getline(file, line))
      if (const std::size_t tab = line.find('\t'); !line.empty() && line[0] != '#' && tab != std::string::npos)
        expected_[line.substr(0, tab)].push_back(line.substr(tab + 1));
  }
  void OnTestStart(const ::testing::TestInfo &) override { collect_.emplace(); }
  void OnTestEnd(const ::testing::TestInfo &test) override {
    std::map<std::string, int> made;
    std::string text;
    const std::string name = std::string(test.test_suite_name()) + "." + test.name();
    const auto known = expected_.find(name);
    const std::vector<std::string> want = known == expected_.end() ? std::vector<std::string>{} : known->second;
    // How long a step takes depends on the machine, unless the test has a virtual clock.
    const bool timed =
        std::any_of(want.begin(), want.end(), [](const std::string &l) { return l.starts_with("slow-step"); });
    for (const aio::debug::report &r : collect_->take()) {
      if (r.rule == "slow-step" && !timed)
        continue;
      ++made[r.rule];
      text += r.text();
    }
    collect_.reset();
    std::vector<std::string> lines;
    for (const auto &[rule, count] : made)
      lines.push_back(rule + "\t" + std::to_string(count));
    if (lines == want)
      return;
    wrong_ = true;
    for (const std::string &l : lines)
      std::printf("reported: %s\t%s\n", name.c_str(), l.c_str());
    for (const std::string &l : want)
      std::printf("expected: %s\t%s\n", name.c_str(), l.c_str());
    std::printf("%s", text.c_str());
  }
  bool wrong() const { return wrong_; }

private:
  std::map<std::string, std::vector<std::string>> expected_;
  std::optional<aio::debug::collector> collect_;
  bool wrong_ = false;
};

} // namespace

int main(int argc, char **argv) {
  aio::process_worker(argc, argv);
  ::testing::InitGoogleTest(&argc, argv);
  const char *path = std::getenv("AIO_EXPECTED_REPORTS");
  if (!path)
    return RUN_ALL_TESTS();
  auto *check = new report_check(path); // NOLINT(cppcoreguidelines-owning-memory): GoogleTest owns it
  ::testing::UnitTest::GetInstance()->listeners().Append(check);
  const int result = RUN_ALL_TESTS();
  return check->wrong() ? 1 : result;
}
