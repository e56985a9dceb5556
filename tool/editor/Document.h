// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The text of a file as the editor has it, and places in it as the protocol
// counts them.
#ifndef COROLINT_TOOL_EDITOR_DOCUMENT_H
#define COROLINT_TOOL_EDITOR_DOCUMENT_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/JSON.h"
#include <optional>
#include <string>

namespace coro {

/// In what the protocol's characters are counted.
enum class Encoding { UTF8, UTF16, UTF32 };
std::optional<Encoding> encodingNamed(llvm::StringRef Name);
llvm::StringRef nameOf(Encoding E);

/// A place in a file; both count from 0.
struct Position {
  unsigned Line = 0;
  unsigned Character = 0;
  auto operator<=>(const Position &) const = default;
};
struct Range {
  Position Start;
  Position End;
  bool contains(const Position &P) const { return Start <= P && P <= End; }
  bool overlaps(const Range &R) const {
    return Start <= R.End && R.Start <= End;
  }
};
llvm::json::Value toJSON(const Position &P);
llvm::json::Value toJSON(const Range &R);
bool fromJSON(const llvm::json::Value &V, Position &P, llvm::json::Path Path);
bool fromJSON(const llvm::json::Value &V, Range &R, llvm::json::Path Path);

/// The text of one file.
class Document {
public:
  explicit Document(std::string Text) : Text(std::move(Text)) {}

  /// Does what `textDocument/didChange` lists; false if it makes no sense, and
  /// the text is not known any more.
  bool change(const llvm::json::Array &Changes, Encoding E);

  llvm::StringRef text() const { return Text; }
  unsigned lines() const;
  /// Line \p Index, counted from 0, without its end; empty beyond the last.
  llvm::StringRef line(unsigned Index) const;
  /// The place of byte \p Column of line \p Line, both counted from 0.
  Position position(unsigned Line, unsigned Column, Encoding E) const;
  /// From byte \p Column of line \p Line to the end of the name that begins
  /// there; the line is counted from 0, the column from 1. Without a column, 0,
  /// it is the line without the space around it.
  Range word(unsigned Line, unsigned Column, Encoding E) const;

private:
  std::optional<size_t> offset(const Position &P, Encoding E) const;
  std::string Text;
};

/// The file of a `file:` URI, or empty; and back.
std::string pathOf(llvm::StringRef Uri);
std::string uriOf(llvm::StringRef Path);

} // namespace coro

#endif
