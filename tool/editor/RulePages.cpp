// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Writes the pages that are compiled in to files, which an editor can open.
#include "editor/RulePages.h"
#include "Pages.h"
#include "editor/Document.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

static ArrayRef<Page> allPages() { return {Pages, PageCount}; }

static const Page *pageOf(StringRef Rule) {
  if (Rule.consume_front("coro-"))
    for (const Page &P : allPages())
      if (Rule == P.Id)
        return &P;
  return nullptr;
}

/// Writes all pages, since they link to each other, and returns their
/// directory; empty after an error.
static std::string writePages() {
  SmallString<256> Directory;
  if (!sys::path::cache_directory(Directory))
    return {};
  sys::path::append(Directory, "corolint", "pages-" COROLINT_VERSION);
  if (sys::fs::create_directories(Directory))
    return {};
  for (const Page &P : allPages()) {
    SmallString<256> File(Directory);
    sys::path::append(File, Twine(P.Id) + ".md");
    auto Old = MemoryBuffer::getFile(File);
    if (Old && (*Old)->getBuffer() == P.Text)
      continue;
    // Another server may write the same file: `writeToOutput` renames it.
    if (Error E = writeToOutput(File, [&](raw_ostream &OS) {
          OS << P.Text;
          return Error::success();
        })) {
      consumeError(std::move(E));
      return {};
    }
  }
  return std::string(Directory);
}

std::string pageLink(StringRef Rule) {
  const Page *P = pageOf(Rule);
  if (!P)
    return {};
  static const std::string Directory = writePages();
  if (Directory.empty())
    return {};
  SmallString<256> File(Directory);
  sys::path::append(File, Twine(P->Id) + ".md");
  return uriOf(File);
}

std::string pageText(StringRef Rule, bool Markdown) {
  const Page *P = pageOf(Rule);
  if (!P)
    return {};
  StringRef Rest = StringRef(P->Text).split("\n## How it is found").first;
  std::string Text;
  bool Title = true;
  while (!Rest.empty()) {
    StringRef Line;
    std::tie(Line, Rest) = Rest.split('\n');
    if (Title) {
      Text += (Markdown ? "### " : "") + Rule.str() + "\n";
      Title = false;
    } else if (Line.consume_front("## ")) {
      Text += (Markdown ? "#### " : "") + Line.str() + "\n";
    } else {
      Text += Line.str() + "\n";
    }
  }
  if (std::string Link = pageLink(Rule); !Link.empty() && Markdown)
    Text += "\n[How it is found, what is missed, options](" + Link + ")\n";
  return Text;
}

} // namespace coro
