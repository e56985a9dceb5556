// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites diagnostics, hovers and code actions, and passes every other message
// on unchanged.
#include "editor/Filter.h"
#include "editor/Framing.h"
#include "editor/RulePages.h"
#include "editor/Suppress.h"
#include "pitfalls/Pitfall.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <set>

using namespace llvm;

namespace coro {

static std::string text(const json::Value &V) {
  std::string Text;
  raw_string_ostream(Text) << V;
  return Text;
}

static StringRef codeOf(const json::Object &Diagnostic) {
  return Diagnostic.getString("code").value_or("");
}

static bool isError(StringRef Rule) {
  return any_of(pitfalls::All, [&](const Pitfall *P) {
    return StringRef(P->Rule.data(), P->Rule.size()) == Rule &&
           P->Level == Severity::Error;
  });
}

/// Completes a diagnostic of clangd about one of our rules: with our source
/// name, the severity of the catalogue, and a link to the page.
static void adopt(json::Array &Diagnostics) {
  for (json::Value &V : Diagnostics) {
    json::Object *O = V.getAsObject();
    if (!O || !codeOf(*O).starts_with("coro-"))
      continue;
    (*O)["source"] = "corolint";
    if (isError(codeOf(*O)))
      (*O)["severity"] = 1;
    std::string Link = pageLink(codeOf(*O));
    if (Link.empty())
      O->erase("codeDescription");
    else
      (*O)["codeDescription"] = json::Object{{"href", Link}};
  }
}

static std::optional<Range> rangeOf(const json::Object &O) {
  const json::Value *V = O.get("range");
  Range R;
  json::Path::Root Root("range");
  if (!V || !fromJSON(*V, R, Root))
    return std::nullopt;
  return R;
}

static std::string uriIn(const json::Object &Params) {
  const json::Object *File = Params.getObject("textDocument");
  return File ? File->getString("uri").value_or("").str() : "";
}

Filter::Filter(Ends To, std::vector<std::string> RunLogs)
    : To(std::move(To)), RunLogs(std::move(RunLogs)) {}

const Document *Filter::text(StringRef Path) {
  if (auto It = Open.find(Path.str()); It != Open.end())
    return It->second.Text ? &*It->second.Text : nullptr;
  if (auto It = OnDisk.find(Path.str()); It != OnDisk.end())
    return &It->second;
  auto Buffer = MemoryBuffer::getFile(Path);
  if (!Buffer)
    return nullptr;
  return &OnDisk.try_emplace(Path.str(), (*Buffer)->getBuffer().str())
              .first->second;
}

void Filter::fromClient(StringRef Message) {
  Expected<json::Value> V = json::parse(Message);
  if (!V) {
    To.Log("a message that is no JSON is left out: " +
           llvm::toString(V.takeError()));
    return;
  }
  const json::Object *O = V->getAsObject();
  // clangd ends on such a message.
  if (!O || O->getString("jsonrpc") != "2.0") {
    To.Log("a message that is not JSON-RPC 2.0 is left out");
    return;
  }
  if (request(*O))
    To.ToServer(Message);
  OnDisk.clear();
}

/// Takes notice of a message from the client; false if the server must not see
/// it.
bool Filter::request(const json::Object &Message) {
  StringRef Method = Message.getString("method").value_or("");
  static const json::Object None;
  const json::Object *Given = Message.getObject("params");
  const json::Object &Params = Given ? *Given : None;
  if (const json::Value *Id = Message.get("id"); Id && !Method.empty()) {
    Asked Question{Asked::Other, uriIn(Params), {}, true};
    if (Method == "initialize") {
      Question.What = Asked::Initialize;
      capabilities(Params);
    } else if (Method == "textDocument/hover") {
      const json::Value *At = Params.get("position");
      json::Path::Root Root("position");
      if (At && fromJSON(*At, Question.Where.Start, Root)) {
        Question.What = Asked::Hover;
        Question.Where.End = Question.Where.Start;
      }
    } else if (Method == "textDocument/codeAction") {
      if (std::optional<Range> Where = rangeOf(Params)) {
        Question.What = Asked::Actions;
        Question.Where = *Where;
        const json::Object *Context = Params.getObject("context");
        if (const json::Array *Only =
                Context ? Context->getArray("only") : nullptr)
          Question.QuickFixes = any_of(*Only, [](const json::Value &Kind) {
            return Kind.getAsString() == "quickfix" || Kind.getAsString() == "";
          });
      }
    }
    Shutdown |= Method == "shutdown";
    Waiting[::coro::text(*Id)] = std::move(Question);
    return true;
  }
  if (Method == "corolint/watchRunLog") {
    StringRef Path = Params.getString("path").value_or("");
    if (!Path.empty() && !is_contained(RunLogs, Path)) {
      RunLogs.push_back(Path.str());
      To.Watch(Path);
    }
    runLogsChanged();
    return false;
  }
  if (Method == "initialized") {
    Ready = true;
    runLogsChanged();
  }
  Exit |= Method == "exit";
  if (Method.starts_with("textDocument/did"))
    fileChanged(Method, Params);
  return true;
}

void Filter::capabilities(const json::Object &Params) {
  auto Find = [&](std::initializer_list<StringRef> Path) {
    const json::Value *V = Params.get("capabilities");
    for (StringRef Name : Path) {
      const json::Object *O = V ? V->getAsObject() : nullptr;
      V = O ? O->get(Name) : nullptr;
    }
    return V;
  };
  const json::Value *Formats = Find({"textDocument", "hover", "contentFormat"});
  if (const json::Array *A = Formats ? Formats->getAsArray() : nullptr)
    Markdown = any_of(
        *A, [](const json::Value &V) { return V.getAsString() == "markdown"; });
  ActionLiterals =
      Find({"textDocument", "codeAction", "codeActionLiteralSupport"});
  if (const json::Array *Folders = Params.getArray("workspaceFolders"))
    for (const json::Value &V : *Folders)
      if (const json::Object *O = V.getAsObject())
        Roots.push_back(pathOf(O->getString("uri").value_or("")));
  if (std::string Root = pathOf(Params.getString("rootUri").value_or(""));
      !Root.empty() && !is_contained(Roots, Root))
    Roots.push_back(Root);
}

void Filter::fileChanged(StringRef Method, const json::Object &Params) {
  std::string Uri = uriIn(Params), Path = pathOf(Uri);
  const json::Object *File = Params.getObject("textDocument");
  if (Path.empty() || !File)
    return;
  int64_t Version = File->getInteger("version").value_or(0);
  if (Method == "textDocument/didOpen") {
    Open[Path] = {Uri, Document(File->getString("text").value_or("").str()),
                  Version};
    if (!RunLogs.empty() && Ready)
      publish(Path);
  } else if (Method == "textDocument/didChange") {
    auto It = Open.find(Path);
    const json::Array *Changes = Params.getArray("contentChanges");
    if (It == Open.end() || !Changes)
      return;
    It->second.Version = Version;
    if (It->second.Text && !It->second.Text->change(*Changes, Characters)) {
      To.Log("a change of " + Path + " makes no sense; nothing is added there");
      It->second.Text.reset();
    }
  } else if (Method == "textDocument/didClose") {
    Open.erase(Path);
  }
}

void Filter::fromServer(StringRef Message) {
  // Most messages do not concern us, and are too long to parse for nothing.
  if (Waiting.empty() && !Message.contains("publishDiagnostics")) {
    To.ToClient(Message);
    return;
  }
  Expected<json::Value> V = json::parse(Message);
  json::Object *O = V ? V->getAsObject() : nullptr;
  if (!O) {
    if (!V)
      consumeError(V.takeError());
    To.ToClient(Message);
    return;
  }
  if (O->getString("method") == "textDocument/publishDiagnostics") {
    json::Object *Params = O->getObject("params");
    json::Array *All = Params ? Params->getArray("diagnostics") : nullptr;
    std::string Path =
        Params ? pathOf(Params->getString("uri").value_or("")) : "";
    if (All && !Path.empty()) {
      adopt(*All);
      Server[Path] = {std::move(*All), Params->getInteger("version")};
      publish(Path);
      OnDisk.clear();
      return;
    }
  } else if (const json::Value *Id = O->get("id"); Id && !O->get("method")) {
    auto It = Waiting.find(::coro::text(*Id));
    if (It != Waiting.end()) {
      Asked Question = std::move(It->second);
      Waiting.erase(It);
      if (Question.What != Asked::Other && O->get("result")) {
        answer(Question, *O);
        To.ToClient(::coro::text(*V));
        OnDisk.clear();
        return;
      }
    }
  }
  To.ToClient(Message);
}

/// Publishes the diagnostics of \p Path: the last ones of the server, and those
/// of run logs.
void Filter::publish(StringRef Path) {
  auto Said = Server.find(Path.str());
  auto File = Open.find(Path.str());
  json::Object Params{
      {"uri", File != Open.end() ? File->second.Uri : uriOf(Path)}};
  json::Array All;
  if (Said != Server.end()) {
    All = Said->second.Diagnostics;
    if (Said->second.Version)
      Params["version"] = *Said->second.Version;
    if (File == Open.end() && All.empty())
      Server.erase(Said);
  }
  if (const Document *D = RunLogs.empty() ? nullptr : text(Path))
    for (json::Value &V : Run.diagnostics(Path, *D, Characters,
                                          [&](StringRef P) { return text(P); }))
      All.push_back(std::move(V));
  Params["diagnostics"] = std::move(All);
  To.ToClient(
      ::coro::text(json::Object{{"jsonrpc", "2.0"},
                                {"method", "textDocument/publishDiagnostics"},
                                {"params", std::move(Params)}}));
}

void Filter::runLogsChanged() {
  if (!Ready)
    return;
  for (const std::string &Path :
       Run.read(RunLogs, Roots, [&](StringRef P) { return text(P); }))
    publish(Path);
  for (const std::string &Problem : Run.problems())
    To.Log(Problem);
  OnDisk.clear();
}

void Filter::answer(const Asked &Question, json::Object &Message) {
  json::Value &Result = *Message.get("result");
  switch (Question.What) {
  case Asked::Initialize:
    if (const json::Object *O = Result.getAsObject()) {
      // The name in the protocol, and the one that clangd had earlier.
      const json::Object *Capabilities = O->getObject("capabilities");
      StringRef Name =
          O->getString("offsetEncoding")
              .value_or(
                  Capabilities
                      ? Capabilities->getString("positionEncoding").value_or("")
                      : "");
      Characters = encodingNamed(Name).value_or(Encoding::UTF16);
    }
    break;
  case Asked::Hover:
    addPage(Question, Result);
    break;
  case Asked::Actions:
    addSuppressions(Question, Result);
    break;
  case Asked::Other:
    break;
  }
}

void Filter::addPage(const Asked &Question, json::Value &Result) {
  std::string Path = pathOf(Question.Uri);
  json::Array All;
  if (auto It = Server.find(Path); It != Server.end())
    All = It->second.Diagnostics;
  if (const Document *D = RunLogs.empty() ? nullptr : text(Path))
    for (json::Value &V : Run.diagnostics(Path, *D, Characters,
                                          [&](StringRef P) { return text(P); }))
      All.push_back(std::move(V));
  std::string Pages;
  std::set<std::string> Seen;
  Range Where;
  for (const json::Value &V : All) {
    const json::Object *O = V.getAsObject();
    std::optional<Range> R = O ? rangeOf(*O) : std::nullopt;
    if (!R || !R->contains(Question.Where.Start) ||
        !Seen.insert(codeOf(*O).str()).second)
      continue;
    if (std::string Page = pageText(codeOf(*O), Markdown); !Page.empty()) {
      Pages += (Pages.empty() ? "" : "\n") + Page;
      Where = *R;
    }
  }
  if (Pages.empty())
    return;
  StringRef Kind = Markdown ? "markdown" : "plaintext";
  json::Object *Hover = Result.getAsObject();
  if (!Hover) {
    Result = json::Object{
        {"contents", json::Object{{"kind", Kind}, {"value", Pages}}},
        {"range", toJSON(Where)}};
    return;
  }
  if (json::Object *Contents = Hover->getObject("contents"))
    if (std::optional<StringRef> Value = Contents->getString("value"))
      (*Contents)["value"] =
          Pages + (Markdown ? "\n---\n" : "\n") + Value->str();
}

void Filter::addSuppressions(const Asked &Question, json::Value &Result) {
  if (Result.getAsNull())
    Result = json::Array();
  json::Array *Actions = Result.getAsArray();
  if (!Actions)
    return;
  for (json::Value &V : *Actions)
    if (json::Object *Action = V.getAsObject())
      if (json::Array *Diagnostics = Action->getArray("diagnostics"))
        adopt(*Diagnostics);
  auto Said = Server.find(pathOf(Question.Uri));
  auto File = Open.find(pathOf(Question.Uri));
  const Document *Text =
      File != Open.end() && File->second.Text ? &*File->second.Text : nullptr;
  if (!ActionLiterals || !Question.QuickFixes || Said == Server.end() ||
      !Text ||
      // The diagnostics belong to an older text.
      Said->second.Version.value_or(File->second.Version) !=
          File->second.Version)
    return;
  std::set<std::pair<unsigned, std::string>> Seen;
  for (const json::Value &V : Said->second.Diagnostics) {
    const json::Object *O = V.getAsObject();
    std::optional<Range> R = O ? rangeOf(*O) : std::nullopt;
    if (!R || !R->overlaps(Question.Where) ||
        !codeOf(*O).starts_with("coro-") ||
        !Seen.insert({R->Start.Line, codeOf(*O).str()}).second)
      continue;
    std::optional<TextEdit> Edit =
        suppression(*Text, R->Start.Line, codeOf(*O), Characters);
    if (!Edit)
      continue;
    json::Object Changes;
    Changes[Question.Uri] = json::Array{
        json::Object{{"range", toJSON(Edit->Where)}, {"newText", Edit->New}}};
    Actions->push_back(json::Object{
        {"title", "suppress " + codeOf(*O).str() + " here, with a reason"},
        {"kind", "quickfix"},
        {"diagnostics", json::Array{V}},
        {"edit", json::Object{{"changes", std::move(Changes)}}}});
  }
}

void Filter::serverDied(StringRef How) {
  for (const auto &[Id, Question] : Waiting)
    if (Expected<json::Value> V = json::parse(Id))
      To.ToClient(::coro::text(json::Object{
          {"jsonrpc", "2.0"},
          {"id", *V},
          {"error",
           json::Object{
               {"code", -32603},
               {"message", ("the language server is gone: " + How).str()}}}}));
    else
      consumeError(V.takeError());
  To.ToClient(::coro::text(
      json::Object{{"jsonrpc", "2.0"},
                   {"method", "window/showMessage"},
                   {"params", json::Object{{"type", 1}, {"message", How}}}}));
}

} // namespace coro
