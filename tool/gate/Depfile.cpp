// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Escapes paths as both Make and Ninja read them.
#include "gate/Depfile.h"
#include "writers/Writer.h"

using namespace llvm;

namespace coro {

bool writeDepfile(const std::string &File, StringRef Target,
                  const RunResult &Run) {
  std::set<std::string> All;
  for (const FileResult &F : Run.Files) {
    All.insert(F.File);
    All.insert(F.Inputs.begin(), F.Inputs.end());
  }
  std::string Text = Target.str() + ':';
  for (const std::string &Path : All) {
    Text += " \\\n  ";
    for (char C : Path) {
      if (C == ' ' || C == '#')
        Text += '\\';
      Text += C == '$' ? "$$" : std::string(1, C);
    }
  }
  Text += '\n';
  return writeFile(File, [&](raw_ostream &OS) { OS << Text; });
}

} // namespace coro
