// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// One thread talks to the client, and one analyses the newest text of each
// file.
#include "editor/OwnServer.h"
#include "analysis/Preamble.h"
#include "analysis/TranslationUnit.h"
#include "editor/Diagnostics.h"
#include "llvm/Support/CrashRecoveryContext.h"
#include "llvm/Support/LSP/Transport.h"
#include "llvm/Support/Path.h"
#include <condition_variable>
#include <mutex>
#include <thread>

using namespace llvm;
using namespace clang::tooling;

namespace coro {
namespace {

/// Clang recurses deeply on nested code.
constexpr unsigned StackSize = 64 << 20;

/// The unparsed parameters of a message.
struct Raw {
  json::Object Fields;
};
bool fromJSON(const json::Value &V, Raw &R, json::Path) {
  if (const json::Object *O = V.getAsObject())
    R.Fields = *O;
  return true; // each handler checks the fields that it needs
}

struct OpenFile {
  std::string Uri;
  Document Text{""};
  std::optional<int64_t> Version;
  bool Changed = true; // since the last analysis
  std::vector<Finding> Findings;
  std::shared_ptr<Preamble> Head = std::make_shared<Preamble>();
};

class Server {
public:
  Server(const ServerOptions &Options, lsp::JSONTransport &Transport)
      : Options(Options), Handler(Transport) {
    Handler.method("initialize", this, &Server::initialize);
    Handler.method("shutdown", this, &Server::shutdown);
    Handler.method("textDocument/codeAction", this, &Server::actions);
    Handler.method("textDocument/hover", this, &Server::hover);
    Handler.notification("textDocument/didOpen", this, &Server::opened);
    Handler.notification("textDocument/didChange", this, &Server::changed);
    Handler.notification("textDocument/didClose", this, &Server::closed);
    Handler.notification("initialized", this, &Server::ignored);
    Handler.notification("textDocument/didSave", this, &Server::ignored);
    Handler.notification("$/cancelRequest", this, &Server::ignored);
    Handler.notification("$/setTrace", this, &Server::ignored);
    Handler.notification("workspace/didChangeConfiguration", this,
                         &Server::ignored);
    Publish = Handler.outgoingNotification<json::Value>(
        "textDocument/publishDiagnostics");
    Tell = Handler.outgoingNotification<json::Value>("window/logMessage");
    Analyst = std::thread([this] { analyseAll(); });
  }
  ~Server() {
    {
      std::lock_guard Lock(Mutex);
      Ending = true;
    }
    Wake.notify_one();
    Analyst.join();
  }

  lsp::MessageHandler &handler() { return Handler; }
  bool shutDown() const { return ShutDown; }

private:
  using Reply = lsp::Callback<json::Value>;
  void initialize(const Raw &Params, Reply Done);
  void shutdown(const Raw &, Reply Done) {
    ShutDown = true;
    Done(nullptr);
  }
  /// The filter between client and server adds the text.
  void hover(const Raw &, Reply Done) { Done(nullptr); }
  void actions(const Raw &Params, Reply Done);
  void opened(const Raw &Params);
  void changed(const Raw &Params);
  void closed(const Raw &Params);
  void ignored(const Raw &) {}

  void analyseAll();
  void analyse(const std::string &Path);
  const CompilationDatabase &commandsFor(StringRef Path);

  const ServerOptions &Options;
  lsp::MessageHandler Handler;
  lsp::OutgoingNotification<json::Value> Publish, Tell;
  Encoding Characters = Encoding::UTF16;
  bool ShutDown = false;

  std::mutex Mutex; // guards the members up to `Ending`
  std::condition_variable Wake;
  std::map<std::string, OpenFile> Files;
  std::vector<std::string> Order; // the last one changed last
  bool Ending = false;

  // Only for the thread that analyses.
  std::map<std::string, std::unique_ptr<CompilationDatabase>> Commands;
  std::thread Analyst;
};

std::string pathIn(const Raw &Params) {
  const json::Object *File = Params.Fields.getObject("textDocument");
  return File ? pathOf(File->getString("uri").value_or("")) : "";
}

void Server::initialize(const Raw &Params, Reply Done) {
  if (const json::Object *Client = Params.Fields.getObject("capabilities"))
    if (const json::Object *General = Client->getObject("general"))
      if (const json::Array *Known = General->getArray("positionEncodings"))
        for (const json::Value &V : *Known)
          if (auto E = encodingNamed(V.getAsString().value_or(""))) {
            Characters = *E; // the client lists its favourite first
            break;
          }
  Done(json::Object{
      {"serverInfo",
       json::Object{{"name", "corolint"}, {"version", COROLINT_VERSION}}},
      {"capabilities",
       json::Object{
           {"positionEncoding", nameOf(Characters)},
           {"textDocumentSync",
            json::Object{{"openClose", true}, {"change", 2}, {"save", true}}},
           {"hoverProvider", true},
           {"codeActionProvider",
            json::Object{{"codeActionKinds", json::Array{"quickfix"}}}}}}});
}

void Server::opened(const Raw &Params) {
  const json::Object *File = Params.Fields.getObject("textDocument");
  std::string Path = pathIn(Params);
  if (Path.empty() || !File)
    return;
  std::lock_guard Lock(Mutex);
  OpenFile &O = Files[Path] = OpenFile();
  O.Uri = File->getString("uri").value_or("").str();
  O.Text = Document(File->getString("text").value_or("").str());
  O.Version = File->getInteger("version");
  llvm::erase(Order, Path);
  Order.push_back(std::move(Path));
  Wake.notify_one();
}

void Server::changed(const Raw &Params) {
  std::string Path = pathIn(Params);
  const json::Array *Changes = Params.Fields.getArray("contentChanges");
  std::lock_guard Lock(Mutex);
  auto It = Files.find(Path);
  if (It == Files.end() || !Changes)
    return;
  if (!It->second.Text.change(*Changes, Characters))
    return;
  It->second.Version =
      Params.Fields.getObject("textDocument")->getInteger("version");
  It->second.Changed = true;
  llvm::erase(Order, Path);
  Order.push_back(std::move(Path));
  Wake.notify_one();
}

void Server::closed(const Raw &Params) {
  std::string Path = pathIn(Params);
  std::lock_guard Lock(Mutex);
  auto It = Files.find(Path);
  if (It == Files.end())
    return;
  Publish(
      json::Object{{"uri", It->second.Uri}, {"diagnostics", json::Array()}});
  Files.erase(It);
  llvm::erase(Order, Path);
}

/// Answers with the fixes of the findings in a range.
void Server::actions(const Raw &Params, Reply Done) {
  std::string Path = pathIn(Params);
  json::Array All;
  Range Wanted;
  json::Path::Root Root("range");
  const json::Value *Where = Params.Fields.get("range");
  std::lock_guard Lock(Mutex);
  auto It = Files.find(Path);
  // Places in an older text do not fit this one.
  if (It == Files.end() || It->second.Changed || !Where ||
      !fromJSON(*Where, Wanted, Root)) {
    Done(std::move(All));
    return;
  }
  const OpenFile &O = It->second;
  auto Text = [&](StringRef P) { return P == Path ? &O.Text : nullptr; };
  for (const Finding &F : O.Findings) {
    json::Object Shown = diagnostic(F, O.Text, F.At.Line - 1, Characters, Text);
    if (F.Fixes.empty() ||
        !O.Text.word(F.At.Line - 1, F.At.Column, Characters).overlaps(Wanted) ||
        llvm::any_of(F.Fixes,
                     [&](const Edit &E) { return E.Begin.File != Path; }))
      continue;
    json::Array Edits;
    for (const Edit &E : F.Fixes) {
      auto At = [&](const Place &P) {
        return O.Text.position(P.Line - 1, P.Column - 1, Characters);
      };
      Edits.push_back(
          json::Object{{"range", toJSON(Range{At(E.Begin), At(E.End)})},
                       {"newText", E.Text}});
    }
    auto Told = llvm::find_if(
        F.Notes, [&](const Note &N) { return N.At == F.Fixes.front().Begin; });
    json::Object Changes;
    Changes[O.Uri] = std::move(Edits);
    All.push_back(json::Object{
        {"title", Told == F.Notes.end() ? fixTitle(F) : Told->Message},
        {"kind", "quickfix"},
        {"isPreferred", F.Applicability == "safe"},
        {"diagnostics", json::Array{std::move(Shown)}},
        {"edit", json::Object{{"changes", std::move(Changes)}}}});
  }
  Done(std::move(All));
}

void Server::analyseAll() {
  std::unique_lock Lock(Mutex);
  for (;;) {
    std::string Path;
    Wake.wait(Lock, [&] {
      for (const std::string &P : reverse(Order))
        if (Path.empty() && Files.at(P).Changed)
          Path = P;
      return Ending || !Path.empty();
    });
    if (Ending)
      return;
    Lock.unlock();
    analyse(Path);
    Lock.lock();
  }
}

const CompilationDatabase &Server::commandsFor(StringRef Path) {
  auto &Known = Commands[sys::path::parent_path(Path).str()];
  if (Known)
    return *Known;
  if (auto Found = findCommands(Options.BuildDir, Options.Flags, {Path.str()}))
    // A header or a new file is compiled like a file that is close to it.
    Known = Options.Flags.Given ? std::move(Found)
                                : inferMissingCompileCommands(std::move(Found));
  else
    Known = std::make_unique<FixedCompilationDatabase>(
        sys::path::parent_path(Path), std::vector<std::string>{"-std=c++20"});
  return *Known;
}

void Server::analyse(const std::string &Path) {
  Request R;
  R.Files = {Path};
  R.Rules = Options.Rules;
  R.FactsFiles = Options.FactsFiles;
  auto Texts = makeIntrusiveRefCnt<vfs::InMemoryFileSystem>();
  std::shared_ptr<Preamble> Head;
  std::optional<int64_t> Version;
  {
    std::lock_guard Lock(Mutex);
    auto It = Files.find(Path);
    if (It == Files.end())
      return;
    It->second.Changed = false;
    Head = It->second.Head;
    Version = It->second.Version;
    // The text in the editor counts, and not the disk, for headers as well.
    for (const auto &[Name, File] : Files)
      Texts->addFile(Name, 0, MemoryBuffer::getMemBufferCopy(File.Text.text()));
  }
  auto Sources = makeIntrusiveRefCnt<vfs::OverlayFileSystem>(
      IntrusiveRefCntPtr<vfs::FileSystem>(
          vfs::createPhysicalFileSystem().release()));
  Sources->pushOverlay(std::move(Texts));
  R.Sources = std::move(Sources);
  R.Commands = &commandsFor(Path);

  FileResult Result;
  FactsSeen Facts;
  CrashRecoveryContext Guard;
  bool Done = Guard.RunSafelyOnThread(
      [&] { analyseOne(R, Path, Result, Facts, Head.get()); }, StackSize);
  auto Log = [&](StringRef Message) {
    Tell(json::Object{{"type", 2}, {"message", Message}});
  };

  std::lock_guard Lock(Mutex);
  auto It = Files.find(Path);
  if (It == Files.end())
    return;
  OpenFile &O = It->second;
  if (!Done) {
    Log("Clang crashed on " + Path + "; it is analysed again when it changes");
    // The crash may have left the preamble in a broken state.
    O.Head = std::make_shared<Preamble>();
    Result = FileResult();
  }
  for (const auto *Lines : {&Result.Errors, &Result.Problems})
    for (const std::string &Line : *Lines)
      Log(Line);
  if (O.Changed)
    return; // the newer text is analysed next
  O.Findings = std::move(Result.Findings);
  llvm::erase_if(O.Findings,
                 [&](const Finding &F) { return F.At.File != Path; });
  llvm::sort(O.Findings);
  std::map<std::string, Document> Others;
  auto Text = [&](StringRef P) -> const Document * {
    if (auto File = Files.find(P.str()); File != Files.end())
      return &File->second.Text;
    auto [Other, New] = Others.try_emplace(P.str(), "");
    if (New)
      if (auto Buffer = MemoryBuffer::getFile(P))
        Other->second = Document((*Buffer)->getBuffer().str());
    return &Other->second;
  };
  json::Array Shown;
  for (const Finding &F : O.Findings)
    Shown.push_back(diagnostic(F, O.Text, F.At.Line - 1, Characters, Text));
  json::Object Params{{"uri", O.Uri}, {"diagnostics", std::move(Shown)}};
  if (Version)
    Params["version"] = *Version;
  Publish(std::move(Params));
}

} // namespace

int serveFindings(const ServerOptions &Options) {
  CrashRecoveryContext::Enable();
  lsp::Logger::setLogLevel(lsp::Logger::Level::Error);
  lsp::JSONTransport Transport(stdin, outs());
  Server S(Options, Transport);
  if (Error E = Transport.run(S.handler())) {
    consumeError(std::move(E)); // the client has closed the connection
    return 1;
  }
  return S.shutDown() ? 0 : 1;
}

} // namespace coro
