// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint-clangd: clangd with our rules built in. It can load further
// clang-tidy plugins.
#include "analysis/Flags.h"
#include "editor/Relay.h"
#include "editor/clangd/Unstable.h"
#include "clang/Basic/Version.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/raw_ostream.h"
#include <dlfcn.h>

using namespace llvm;

namespace coro {
namespace {

constexpr StringRef Name = "corolint-clangd";

constexpr const char *Usage =
    R"(corolint-clangd: clangd with the rules of corolint.

  --load=PLUGIN      load a clang-tidy plugin; can be given several times
  --run-log=FILE     show what a program wrote to AIO_DEBUG_LOG=FILE, and watch
                     the file; can be given several times

Everything else is for clangd; `clangd-)" CLANG_VERSION_MAJOR_STRING
    R"( --help` lists it.
)";

struct Arguments {
  std::vector<std::string> Plugins;
  std::vector<std::string> RunLogs;
  std::vector<char *> Clangd;
  bool ResourceDirectory = false;
  bool Help = false;
  bool Server = true; // speaks the protocol on standard input and output
  std::string Mistake;
};

Arguments parse(int Count, char **Values) {
  Arguments A;
  A.Clangd.push_back(Values[0]);
  for (int I = 1; I < Count; ++I) {
    StringRef Value = Values[I];
    if (!Value.consume_front("--"))
      Value.consume_front("-");
    bool Own = false;
    for (auto [Option, Into] :
         {std::pair("load", &A.Plugins), std::pair("run-log", &A.RunLogs)}) {
      StringRef Rest = Value;
      if (Values[I][0] != '-' || !Rest.consume_front(Option) ||
          !(Rest.empty() || Rest.front() == '='))
        continue;
      Own = true;
      if (Rest.consume_front("="))
        Into->push_back(Rest.str());
      else if (++I < Count)
        Into->emplace_back(Values[I]);
      else
        A.Mistake = std::string("'--") + Option + "' needs a value";
      break;
    }
    if (Own)
      continue;
    A.ResourceDirectory |= Value.starts_with("resource-dir");
    A.Help |= Value == "help" || Value == "h";
    StringRef Option = Value.split('=').first;
    A.Server &= !(Option == "help" || Option.starts_with("help-") ||
                  Option == "h" || Option == "version" || Option == "check" ||
                  Option == "lit-test" || Option == "input-style");
    A.Clangd.push_back(Values[I]);
  }
  return A;
}

} // namespace

static int run(int Count, char **Values) {
  Arguments A = parse(Count, Values);
  if (!A.Mistake.empty()) {
    errs() << Name << ": error: " << A.Mistake << '\n';
    return 2;
  }
  if (A.Help) {
    outs() << Usage;
    return 0;
  }
  std::set<std::string> Before = registeredChecks();
  for (const std::string &Plugin : A.Plugins)
    if (!::dlopen(Plugin.c_str(), RTLD_NOW | RTLD_GLOBAL)) {
      errs() << Name << ": error: cannot load '" << Plugin
             << "': " << ::dlerror() << '\n';
      return 2;
    }
  for (const std::string &Check : registeredChecks())
    if (!Before.count(Check))
      allowInEditor(Check);
  for (std::string &Log : A.RunLogs) {
    SmallString<256> Path(Log);
    if (sys::fs::make_absolute(Path)) {
      errs() << Name << ": error: there is no current directory\n";
      return 2;
    }
    Log = std::string(Path);
  }
  // clangd looks for these headers next to its own executable.
  std::string Headers = "--resource-dir=" + resourceDirectory();
  if (!A.ResourceDirectory)
    A.Clangd.push_back(Headers.data());
  A.Clangd.push_back(nullptr);
  auto Clangd = [&] {
    return clangdMain(static_cast<int>(A.Clangd.size()) - 1, A.Clangd.data());
  };
  return A.Server ? relay(Name, A.RunLogs, Clangd) : Clangd();
}

} // namespace coro

int main(int Count, char **Values) { return coro::run(Count, Values); }
