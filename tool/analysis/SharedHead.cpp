// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Forks in the middle of a translation unit, at a pragma after its includes.
#include "analysis/SharedHead.h"
#include "analysis/Configuration.h"
#include "clang-tidy/ClangTidyOptions.h"
#include "clang/Basic/FileManager.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "clang/Lex/Pragma.h"
#include "clang/Lex/Preprocessor.h"
#include "clang/Tooling/ArgumentsAdjusters.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cerrno>
#include <csignal>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace clang;
using llvm::StringRef;

namespace coro {
namespace {

constexpr StringRef PragmaName = "corolint_rest_of_the_file";

/// Skips white space and comments; false if a comment does not end.
bool skipBlanks(StringRef &Text) {
  for (;;) {
    Text = Text.ltrim(" \t\n\r");
    if (Text.starts_with("//")) {
      Text = Text.drop_until([](char C) { return C == '\n'; });
    } else if (Text.consume_front("/*")) {
      size_t End = Text.find("*/");
      if (End == StringRef::npos)
        return false;
      Text = Text.drop_front(End + 2);
    } else {
      return true;
    }
  }
}

/// Takes one line with an `#include <x>` off \p Text.
bool takeInclude(StringRef &Text, std::string &Includes) {
  StringRef Line = Text.take_until([](char C) { return C == '\n'; });
  if (Line.size() == Text.size() || !Line.consume_front("#"))
    return false;
  StringRef Rest = Line.ltrim(" \t");
  if (!Rest.consume_front("include"))
    return false;
  Rest = Rest.ltrim(" \t");
  if (Rest.empty() || (Rest.front() != '<' && Rest.front() != '"'))
    return false;
  size_t Close = Rest.find(Rest.front() == '<' ? '>' : '"', 1);
  if (Close == StringRef::npos)
    return false;
  StringRef Name = Rest.take_front(Close + 1);
  Rest = Rest.drop_front(Close + 1).trim(" \t\r");
  if ((!Rest.empty() && !Rest.starts_with("//")) || Line.contains('\\'))
    return false;
  Includes += ("#include " + Name + "\n").str();
  Text = Text.drop_until([](char C) { return C == '\n'; }).drop_front();
  return true;
}

/// Everything but its text that decides how Clang parses the head of \p File:
/// directory, flags and configuration. Empty if the file has not exactly one
/// command.
std::string keyOf(const Request &R, const std::string &File) {
  auto Commands = R.Commands->getCompileCommands(File);
  if (Commands.size() != 1)
    return {};
  const tooling::CompileCommand &Command = Commands.front();
  tooling::CommandLineArguments Arguments =
      tooling::getClangStripDependencyFileAdjuster()(
          tooling::getClangStripOutputAdjuster()(Command.CommandLine, File),
          File);
  std::string Key = Command.Directory;
  for (const std::string &Argument : Arguments)
    if (Argument != Command.Filename && Argument != File)
      Key += "\n" + Argument;
  Key += ("\n" + llvm::sys::path::parent_path(File) + "\n" +
          llvm::sys::path::extension(File) + "\n")
             .str();
  return Key + tidy::configurationAsText(optionsFor(R, File));
}

std::unique_ptr<llvm::MemoryBuffer> read(const Request &R,
                                         const std::string &File) {
  auto Files = R.Sources ? R.Sources : llvm::vfs::getRealFileSystem();
  auto Buffer = Files->getBufferForFile(File);
  return Buffer ? std::move(*Buffer) : nullptr;
}

} // namespace

FileHead readHead(StringRef Text) {
  FileHead Head;
  // With these, the file can see that it is not the main file.
  for (StringRef Name : {"__BASE_FILE__", "__INCLUDE_LEVEL__", "include_next"})
    if (Text.contains(Name))
      return Head;
  StringRef Left = Text;
  while (skipBlanks(Left) && takeInclude(Left, Head.Includes))
    Head.End = Text.size() - Left.size();
  return Head;
}

std::vector<std::vector<size_t>>
groupByHead(const Request &R, llvm::ArrayRef<size_t> Indices, size_t Most) {
  std::vector<std::vector<size_t>> Groups;
  std::map<std::string, std::vector<size_t>> ByHead;
  for (size_t I : Indices) {
    std::string Key = Most > 1 ? keyOf(R, R.Files[I]) : std::string();
    auto Buffer = Key.empty() ? nullptr : read(R, R.Files[I]);
    FileHead Head = Buffer ? readHead(Buffer->getBuffer()) : FileHead();
    if (Head.Includes.empty())
      Groups.push_back({I});
    else
      ByHead[Head.Includes + "\n" + Key].push_back(I);
  }
  for (auto &[Key, Same] : ByHead) {
    size_t Parts = (Same.size() + Most - 1) / Most;
    for (size_t P = 0; P < Parts; ++P)
      Groups.emplace_back(Same.begin() + P * Same.size() / Parts,
                          Same.begin() + (P + 1) * Same.size() / Parts);
  }
  return Groups;
}

SharedHead::SharedHead(const Request &R, std::vector<std::string> Names)
    : Files(std::move(Names)) {
  for (const std::string &File : Files) {
    auto Buffer = read(R, File);
    FileHead Head = Buffer ? readHead(Buffer->getBuffer()) : FileHead();
    Ends.push_back(Head.End);
    Text = Head.Includes;
  }
  Text += ("#pragma " + PragmaName + "\n").str();
  // In the directory of the files, so that quoted includes are found.
  llvm::SmallString<256> Beside(llvm::sys::path::parent_path(Files.front()));
  llvm::sys::path::append(Beside, ".corolint-head.cpp");
  Path = std::string(Beside);
}

void SharedHead::use(CompilerInvocation &Invocation) const {
  FrontendInputFile &Input = Invocation.getFrontendOpts().Inputs.front();
  Input = FrontendInputFile(Path, Input.getKind(), Input.isSystem());
}

class SharedHead::Handler : public PragmaHandler {
public:
  explicit Handler(SharedHead &Head) : PragmaHandler(PragmaName), Head(Head) {}

  void HandlePragma(Preprocessor &PP, PragmaIntroducer, Token &Next) override {
    while (Next.isNot(tok::eod))
      PP.LexUnexpandedToken(Next);
    if (Head.Current || PP.getDiagnostics().hasErrorOccurred())
      return;
    const pid_t Parent = ::getpid();
    for (size_t I = 0; I < Head.Files.size(); ++I) {
      pid_t Child = ::fork();
      if (Child == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != Parent || !enter(PP, I))
          ::_exit(1);
        return;
      }
      // One child at a time: this process is one of the `-j` jobs.
      int Status = 0;
      while (Child > 0 && ::waitpid(Child, &Status, 0) < 0 && errno == EINTR) {
      }
    }
    ::_exit(0);
  }

private:
  bool enter(Preprocessor &PP, size_t I) {
    SourceManager &SM = PP.getSourceManager();
    auto File = PP.getFileManager().getOptionalFileRef(Head.Files[I]);
    if (!File)
      return false;
    FileID Id = SM.createFileID(*File, SourceLocation(), SrcMgr::C_User);
    SM.setMainFileID(Id);
    PP.markIncluded(*File); // as the preprocessor does for a main file
    if (PP.EnterSourceFile(Id, nullptr, SourceLocation()))
      return false;
    static_cast<Lexer *>(PP.getCurrentFileLexer())
        ->seek(static_cast<unsigned>(Head.Ends[I]), /*IsAtStartOfLine=*/true);
    Head.Current = I;
    return true;
  }
  SharedHead &Head;
};

void SharedHead::attach(Preprocessor &PP) {
  PP.AddPragmaHandler(new Handler(*this)); // the preprocessor owns it
}

} // namespace coro
