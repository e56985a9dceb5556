// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stands between an editor and its language server, and adds to what the server
// says of our rules.
#ifndef COROLINT_TOOL_EDITOR_FILTER_H
#define COROLINT_TOOL_EDITOR_FILTER_H

#include "editor/RunFindings.h"
#include "llvm/ADT/StringMap.h"
#include <deque>

namespace coro {

/// Knows the open files and the published diagnostics. Messages go in and come
/// out; it does no input or output of its own but reading run logs.
class Filter {
public:
  /// Where messages go to.
  struct Ends {
    std::function<void(llvm::StringRef)> ToClient;
    std::function<void(llvm::StringRef)> ToServer;
    std::function<void(llvm::StringRef)> Log;   // one line
    std::function<void(llvm::StringRef)> Watch; // a run log, from now on
  };

  /// \p RunLogs are absolute.
  Filter(Ends To, std::vector<std::string> RunLogs);

  void fromClient(llvm::StringRef Message);
  void fromServer(llvm::StringRef Message);
  /// Some run log may have changed.
  void runLogsChanged();
  /// Tells the user that the server is gone, and every request that waits.
  void serverDied(llvm::StringRef How);

  bool shutdownRequested() const { return Shutdown; }
  bool exitRequested() const { return Exit; }

private:
  struct Asked { // a request whose answer is added to
    enum { Initialize, Hover, Actions, Other } What;
    std::string Uri;
    Range Where;
    bool QuickFixes = true; // wanted
  };
  struct Published {
    llvm::json::Array Diagnostics;
    std::optional<int64_t> Version;
  };
  struct OpenFile {
    std::string Uri;
    std::optional<Document> Text; // nothing when a change made no sense
    int64_t Version = 0;
  };

  bool request(const llvm::json::Object &Message);
  void fileChanged(llvm::StringRef Method, const llvm::json::Object &Params);
  void capabilities(const llvm::json::Object &Params);
  void answer(const Asked &Question, llvm::json::Object &Message);
  void addPage(const Asked &Question, llvm::json::Value &Result);
  void addSuppressions(const Asked &Question, llvm::json::Value &Result);
  void publish(llvm::StringRef Path);
  const Document *text(llvm::StringRef Path);

  Ends To;
  std::vector<std::string> RunLogs;
  std::vector<std::string> Roots;
  RunFindings Run;
  std::map<std::string, Published> Server; // by path, as the server said
  std::map<std::string, OpenFile> Open;    // by path
  std::map<std::string, Document> OnDisk;  // while one message is handled
  std::map<std::string, Asked> Waiting;    // by id, as JSON
  Encoding Characters = Encoding::UTF16;
  bool Ready = false; // the client has said 'initialized'
  bool Markdown = false;
  bool ActionLiterals = false;
  bool Shutdown = false;
  bool Exit = false;
};

} // namespace coro

#endif
