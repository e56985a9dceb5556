// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Rewrites the messages between an editor and its language server: adds pages,
// links, actions and run-time reports for our rules.
#ifndef COROLINT_TOOL_EDITOR_FILTER_H
#define COROLINT_TOOL_EDITOR_FILTER_H

#include "editor/RunFindings.h"
#include "llvm/ADT/StringMap.h"
#include <deque>

namespace coro {

/// Keeps the open files and the published diagnostics. It sends messages
/// through the functions of `Ends`, and only reads run logs by itself.
class Filter {
public:
  /// The functions that messages are sent through.
  struct Ends {
    std::function<void(llvm::StringRef)> ToClient;
    std::function<void(llvm::StringRef)> ToServer;
    std::function<void(llvm::StringRef)> Log; // one line
    std::function<void(llvm::StringRef)>
        Watch; // a run log: watch it from now on
  };

  /// \p RunLogs are absolute.
  Filter(Ends To, std::vector<std::string> RunLogs);

  void fromClient(llvm::StringRef Message);
  void fromServer(llvm::StringRef Message);
  /// To be called when a run log may have changed.
  void runLogsChanged();
  /// Tells the user that the server has ended, and answers all open requests.
  void serverDied(llvm::StringRef How);

  bool shutdownRequested() const { return Shutdown; }
  bool exitRequested() const { return Exit; }

private:
  struct Asked { // a request whose answer the filter extends
    enum { Initialize, Hover, Actions, Other } What;
    std::string Uri;
    Range Where;
    bool QuickFixes = true; // the client wants them
  };
  struct Published {
    llvm::json::Array Diagnostics;
    std::optional<int64_t> Version;
  };
  struct OpenFile {
    std::string Uri;
    std::optional<Document> Text; // nothing after a change that did not fit
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
  std::map<std::string, Published> Server; // by path, from the server
  std::map<std::string, OpenFile> Open;    // by path
  std::map<std::string, Document> OnDisk;  // while it handles one message
  std::map<std::string, Asked> Waiting;    // by id, as JSON
  Encoding Characters = Encoding::UTF16;
  bool Ready = false; // the client has sent 'initialized'
  bool Markdown = false;
  bool ActionLiterals = false;
  bool Shutdown = false;
  bool Exit = false;
};

} // namespace coro

#endif
