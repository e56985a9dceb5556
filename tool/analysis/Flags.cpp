// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Drops flags that Clang does not know or that name an output, and adds those
// that the analysis needs.
#include "analysis/Flags.h"
#include "Paths.h"
#include "clang/Basic/Version.h"
#include "clang/Options/Options.h"
#include "clang/Tooling/Tooling.h"
#include "llvm/Option/ArgList.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <algorithm>
#include <set>

using namespace clang;
using llvm::StringRef;

namespace coro {

std::string resourceDirectory() {
  // The directory of the build first, then the one of Debian's packages.
  for (StringRef Directory :
       {StringRef(COROLINT_RESOURCE_DIR),
        StringRef("/usr/lib/llvm-" CLANG_VERSION_MAJOR_STRING
                  "/lib/clang/" CLANG_VERSION_MAJOR_STRING)})
    if (llvm::sys::fs::exists(Directory + "/include/stddef.h"))
      return Directory.str();
  return COROLINT_RESOURCE_DIR;
}

/// Drops unknown flags, and adds what the analysis needs.
static tooling::CommandLineArguments
clangCommand(const tooling::CommandLineArguments &Command, StringRef File,
             std::vector<std::string> &Remarks) {
  if (Command.empty())
    return Command;
  std::vector<const char *> Raw;
  for (size_t I = 1; I < Command.size(); ++I)
    Raw.push_back(Command[I].c_str());
  unsigned MissingIndex = 0, MissingCount = 0;
  llvm::opt::InputArgList Args = getDriverOptTable().ParseArgs(
      Raw, MissingIndex, MissingCount,
      llvm::opt::Visibility(options::ClangOption));
  tooling::CommandLineArguments Out = {Command[0]};
  std::set<unsigned> Dropped;
  bool Standard = false, Language = false;
  std::string Left;
  for (const llvm::opt::Arg *A : Args) {
    if (A->getOption().matches(options::OPT_UNKNOWN)) {
      Dropped.insert(A->getIndex());
      // Every g++ build with coroutines has this flag: it needs no remark.
      if (!StringRef(A->getSpelling()).starts_with("-fcoroutines"))
        Left += (Left.empty() ? "" : " ") + std::string(A->getSpelling());
    }
    Standard |= A->getOption().matches(options::OPT_std_EQ);
    Language |= A->getOption().matches(options::OPT_x);
  }
  // A header that is analysed by itself: Clang may take ".h" for C.
  if (!Language && isCppHeader(File))
    Out.push_back("-xc++");
  for (unsigned I = 0; I < Raw.size(); ++I)
    if (!Dropped.count(I))
      Out.push_back(Raw[I]);
  if (!Left.empty())
    Remarks.push_back("flags that Clang does not know are left out: " + Left);
  auto End = std::find(Out.begin(), Out.end(), "--");
  std::vector<std::string> Extra = {"-Wno-error", "-Wno-everything",
                                    "-fno-spell-checking",
                                    "-resource-dir=" + resourceDirectory()};
  if (!Standard)
    Extra.push_back("-std=c++20");
  Out.insert(End, Extra.begin(), Extra.end());
  return Out;
}

void adjustFlags(tooling::ClangTool &Tool, std::vector<std::string> &Remarks) {
  Tool.clearArgumentsAdjusters();
  Tool.appendArgumentsAdjuster(tooling::getClangStripOutputAdjuster());
  Tool.appendArgumentsAdjuster(tooling::getClangStripDependencyFileAdjuster());
  Tool.appendArgumentsAdjuster(tooling::getStripPluginsAdjuster());
  Tool.appendArgumentsAdjuster(
      [&](const tooling::CommandLineArguments &Args, StringRef File) {
        return clangCommand(Args, File, Remarks);
      });
  Tool.appendArgumentsAdjuster(tooling::getClangSyntaxOnlyAdjuster());
}

} // namespace coro
