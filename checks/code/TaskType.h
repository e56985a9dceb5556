// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The facts of an asynchronous type, computed from its own declarations and
// from facts files.
#ifndef COROLINT_CHECKS_CODE_TASKTYPE_H
#define COROLINT_CHECKS_CODE_TASKTYPE_H

#include "facts/FactLookup.h"

namespace coro {

/// What kind of asynchronous thing a type is.
enum class AsyncKind : uint8_t {
  None,      // not asynchronous, or nothing is known
  Task,      // a piece of work: a coroutine's return type, or named by a fact
  Awaiter,   // the await trio itself: one operation, begun by co_await
  Awaitable, // has operator co_await, and no promise: an operation or a
             // resource
  Detached,  // a coroutine type nobody can await: meant to be dropped
  Generator, // produces values on demand
};

enum class Start : uint8_t { Unknown, Lazy, Eager };

/// What destroying an unfinished task does.
enum class Drop : uint8_t {
  Unknown,
  NeverRuns,
  Detaches,
  Cancels,
  Blocks,
  Terminates,
  LosesException
};

/// One asynchronous type.
struct TaskType {
  AsyncKind Kind = AsyncKind::None;
  Start Starts = Start::Unknown;
  Drop OnDrop = Drop::Unknown;
  /// Whether it can be awaited once: a fact says so, or it is a coroutine's
  /// type that can only be moved, and that is awaited as an rvalue only.
  bool SingleShot = false;
  /// Whether a fact says that it may be awaited many times.
  bool Shared = false;
  const clang::CXXRecordDecl *Record = nullptr; // null for what is described
                                                // by the call that makes it
  const Library *Lib = nullptr;

  /// Something that is lost when nobody consumes it.
  bool isWork() const {
    return Kind == AsyncKind::Task || Kind == AsyncKind::Awaiter ||
           Kind == AsyncKind::Awaitable;
  }
  bool isTask() const { return Kind == AsyncKind::Task; }
};

/// Computes and keeps the facts of types, once per type.
///
/// **Thread safety**: none; one per translation unit.
class TaskTypes {
public:
  explicit TaskTypes(const FactLookup &Facts) : Facts(Facts) {}

  /// The facts of \p T, references removed. Never null; `Kind` is `None` for
  /// what is not asynchronous.
  const TaskType &of(clang::QualType T);

  /// The same of the template that \p T, which depends on template arguments,
  /// is an instance of.
  const TaskType &ofPattern(clang::QualType T);

  /// The promise type of the coroutines that return \p Record, or null. It may
  /// be the pattern of a template that is not instantiated.
  const clang::CXXRecordDecl *promiseOf(const clang::CXXRecordDecl *Record);

private:
  const TaskType &ofRecord(const clang::CXXRecordDecl *Record);
  TaskType compute(const clang::CXXRecordDecl *Record);
  Start startOf(const clang::CXXRecordDecl *Promise);
  Drop dropOf(const clang::CXXRecordDecl *Record);
  bool hasFreeCoAwait(const clang::CXXRecordDecl *Record);

  const FactLookup &Facts;
  // Behind pointers: others keep references to the facts of a type.
  llvm::DenseMap<const clang::CXXRecordDecl *, std::unique_ptr<TaskType>> Cache;
};

/// What the word behind `on-drop` in a facts file means.
Drop dropNamed(llvm::StringRef Text);

/// The "when this is dropped" half of a message: "destroying it cancels it".
llvm::StringRef dropText(Drop D);

} // namespace coro

#endif
