// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Keeps those functions of system headers that decide what a type is.
#include "analysis/Bodies.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Basic/LangOptions.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace coro {

bool isBodyNeedless(const Decl &D, const SourceManager &SM) {
  if (!SM.isInSystemHeader(SM.getExpansionLoc(D.getLocation())))
    return false;
  const FunctionDecl *F = D.getAsFunction();
  if (!F)
    return true;
  // The destructor of a task decides what dropping it means. The standard
  // library has no tasks.
  if (isa<CXXDestructorDecl>(F))
    return F->getEnclosingNamespaceContext()->isStdNamespace();
  llvm::StringRef Name =
      F->getDeclName().isIdentifier() ? F->getName() : llvm::StringRef();
  return Name != "initial_suspend" && Name != "await_ready";
}

void instantiateInHead(LangOptions &Options) {
  Options.PCHInstantiateTemplates = true;
}

} // namespace coro
