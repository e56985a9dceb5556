// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Puts the registered rules into clang-tidy. The only file that knows about
// modules.
#include "Check.h"
#include "clang/Basic/Version.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

#ifndef COROLINT_BUILT_FOR
#define COROLINT_BUILT_FOR CLANG_VERSION_MAJOR_STRING
#endif

namespace coro {
namespace {

/// A plugin works in the Clang it was built for; with another one it must say
/// so in one line and fail, since clang-tidy would go on without the rules.
void demandSameClang() {
  std::string Full = clang::getClangToolFullVersion("");
  llvm::StringRef Running = Full;
  size_t At = Running.find("version ");
  if (At == llvm::StringRef::npos)
    return;
  Running = Running.drop_front(At + 8);
  Running =
      Running.take_while([](char C) { return llvm::isDigit(C) || C == '.'; });
  if (Running.split('.').first == COROLINT_BUILT_FOR)
    return;
  llvm::errs() << "corolint: this plugin was built for Clang "
               << COROLINT_BUILT_FOR << ", but was loaded by Clang " << Running
               << "; use clang-tidy-" << COROLINT_BUILT_FOR << '\n';
  llvm::errs().flush();
  std::_Exit(2);
}

class CoroModule : public clang::tidy::ClangTidyModule {
public:
  void
  addCheckFactories(clang::tidy::ClangTidyCheckFactories &Factories) override {
    demandSameClang();
    for (const Registration &R : registrations())
      Factories.registerCheckFactory(
          llvm::StringRef(R.What->Rule.data(), R.What->Rule.size()),
          [&R](llvm::StringRef, clang::tidy::ClangTidyContext *Context) {
            return R.Make(Context);
          });
  }
};

clang::tidy::ClangTidyModuleRegistry::Add<CoroModule>
    Module("coro", "Pitfalls of C++20 coroutines.");

} // namespace
} // namespace coro
