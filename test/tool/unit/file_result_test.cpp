// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A stored result is read whole or not at all.
#include "analysis/FileResult.h"
#include <gtest/gtest.h>

using namespace coro;

namespace {

std::string whole() {
  FileResult F;
  F.Status = FileResult::Broken;
  F.Errors = {"a.cpp: error: no"};
  F.Remarks = {"a remark"};
  F.Findings.emplace_back().At = {"/a.cpp", 3, 1};
  F.Suppressions.emplace_back().Rule = "coro-*";
  FactsSeen Facts;
  Facts.Lines[{"/my.facts", 2}] = {"::lib::task", true, true};
  return encode(F, Facts);
}

/// The stored result after \p Change.
std::string changed(void (*Change)(llvm::json::Object &)) {
  llvm::json::Value V = llvm::cantFail(llvm::json::parse(whole()));
  Change(*V.getAsObject());
  std::string Text;
  llvm::raw_string_ostream(Text) << V;
  return Text;
}

void expectRefused(const std::string &Text) {
  FileResult F;
  F.Remarks = {"as it was"};
  FactsSeen Facts;
  EXPECT_FALSE(decode(Text, F, Facts)) << Text;
  EXPECT_EQ(F.Remarks, std::vector<std::string>{"as it was"}) << Text;
  EXPECT_TRUE(Facts.Lines.empty()) << Text;
}

TEST(FileResult, is_read_as_it_was_written) {
  FileResult F;
  FactsSeen Facts;
  ASSERT_TRUE(decode(whole(), F, Facts));
  EXPECT_EQ(F.Status, FileResult::Broken);
  EXPECT_EQ(F.Errors, std::vector<std::string>{"a.cpp: error: no"});
  ASSERT_EQ(F.Findings.size(), 1u);
  EXPECT_EQ(F.Findings[0].At.Line, 3u);
  ASSERT_EQ(F.Suppressions.size(), 1u);
  ASSERT_EQ(Facts.Lines.size(), 1u);
  EXPECT_TRUE(Facts.Lines.begin()->second.Resolved);
}

TEST(FileResult, adds_to_the_facts_that_are_known) {
  FileResult F;
  FactsSeen Facts;
  Facts.Lines[{"/other.facts", 1}].Entity = "::other";
  ASSERT_TRUE(decode(whole(), F, Facts));
  EXPECT_EQ(Facts.Lines.size(), 2u);
}

TEST(FileResult, with_a_status_that_does_not_exist_is_refused) {
  expectRefused(changed([](llvm::json::Object &O) { O["status"] = 7; }));
  expectRefused(changed([](llvm::json::Object &O) { O["status"] = "done"; }));
  expectRefused(changed([](llvm::json::Object &O) { O.erase("status"); }));
}

TEST(FileResult, without_one_of_its_lists_is_refused) {
  expectRefused(changed([](llvm::json::Object &O) { O.erase("findings"); }));
  expectRefused(changed([](llvm::json::Object &O) { O.erase("errors"); }));
  expectRefused(changed([](llvm::json::Object &O) { O.erase("facts"); }));
}

TEST(FileResult, with_a_broken_entry_changes_nothing) {
  // Facts come before what is broken.
  expectRefused(changed([](llvm::json::Object &O) {
    O["suppressions"] = llvm::json::Array{llvm::json::Object{{"line", "x"}}};
  }));
  expectRefused(changed([](llvm::json::Object &O) {
    O["facts"].getAsArray()->push_back(llvm::json::Object{{"line", 3}});
  }));
  expectRefused(changed(
      [](llvm::json::Object &O) { O["errors"] = llvm::json::Array{7}; }));
}

TEST(FileResult, cut_short_is_refused) {
  const std::string Text = whole();
  for (size_t Length = 0; Length < Text.size(); ++Length)
    expectRefused(Text.substr(0, Length));
}

} // namespace
