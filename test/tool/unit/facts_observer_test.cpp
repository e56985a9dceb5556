// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What an analysis tells of facts belongs to that analysis alone.
#include "analysis/TranslationUnit.h"
#include "clang/Tooling/CompilationDatabase.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <gtest/gtest.h>
#include <thread>

using namespace coro;

namespace {

/// A temporary file with a text.
class File {
public:
  File(const char *Suffix, llvm::StringRef Text) {
    int Fd = -1;
    EXPECT_FALSE(llvm::sys::fs::createTemporaryFile("facts", Suffix, Fd, Name));
    llvm::raw_fd_ostream(Fd, /*shouldClose=*/true) << Text;
    Remover.setFile(Name);
  }
  std::string path() const { return std::string(Name); }

private:
  llvm::SmallString<128> Name;
  llvm::FileRemover Remover;
};

FactsSeen factsOf(const std::string &Source, const std::string &Facts) {
  clang::tooling::FixedCompilationDatabase Commands(".", {"-std=c++20"});
  Request R;
  R.Files = {Source};
  R.Commands = &Commands;
  R.FactsFiles = {Facts};
  FileResult Result;
  FactsSeen Seen;
  analyseOne(R, Source, Result, Seen);
  EXPECT_EQ(Result.Status, FileResult::Analysed);
  return Seen;
}

TEST(FactsObserver, hears_only_of_its_own_analysis) {
  File One("cpp", "namespace one { struct task {}; }");
  File Two("cpp", "namespace two { struct task {}; }");
  File OneFacts("facts", "task ::one::task\n");
  File TwoFacts("facts", "task ::two::task\n");
  FactsSeen First, Second;
  std::thread Other([&] { First = factsOf(One.path(), OneFacts.path()); });
  Second = factsOf(Two.path(), TwoFacts.path());
  Other.join();
  for (auto [Seen, Name, Facts] :
       {std::tuple(&First, "::one::task", OneFacts.path()),
        std::tuple(&Second, "::two::task", TwoFacts.path())}) {
    ASSERT_EQ(Seen->Lines.size(), 1u);
    EXPECT_EQ(Seen->Lines.begin()->first, std::pair(Facts, 1u));
    EXPECT_EQ(Seen->Lines.begin()->second.Entity, Name);
    EXPECT_TRUE(Seen->Lines.begin()->second.Resolved);
  }
}

} // namespace
