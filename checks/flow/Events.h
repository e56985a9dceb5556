// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// What happens to the objects in the local variables of one function, mention
// by mention. The one list that typestate analyses are written on.
#ifndef COROLINT_CHECKS_FLOW_EVENTS_H
#define COROLINT_CHECKS_FLOW_EVENTS_H

#include "flow/Uses.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

namespace coro {

/// One mention of a variable.
struct Event {
  const clang::DeclRefExpr *Mention = nullptr;
  /// What becomes of the object there; see `Use::Kind`.
  Use Does;
  /// Whether the mention gives the object away as an rvalue, as by `std::move`.
  bool AsRvalue = false;

  /// The statement that completes the event in the graph.
  const clang::Stmt *at() const { return Does.At ? Does.At : Mention; }
};

/// The events of one function, read once and in the order of the source.
///
/// **Thread safety**: none; one per function.
class Events {
public:
  Events(FlowContext &Flow, const clang::FunctionDecl *F);

  /// The events of the local variable \p V.
  llvm::ArrayRef<Event> of(const clang::VarDecl *V);
  /// Every variable that is mentioned, in the order of its first mention.
  llvm::ArrayRef<const clang::VarDecl *> variables() const { return Order; }

private:
  FlowContext &Flow;
  const clang::FunctionDecl *F;
  const clang::Stmt *Body;
  llvm::SmallVector<const clang::VarDecl *, 8> Order;
  llvm::DenseMap<const clang::VarDecl *,
                 llvm::SmallVector<const clang::DeclRefExpr *, 4>>
      Mentions;
  llvm::DenseMap<const clang::VarDecl *, std::unique_ptr<std::vector<Event>>>
      Read;
};

} // namespace coro

#endif
