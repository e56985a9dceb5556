// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Visits declarations only, not bodies: a lambda counts as part of the function
// around it.
#include "analysis/Entities.h"
#include "Paths.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/Basic/SourceManager.h"

using namespace clang;

namespace coro {

class Entities::Collector : public ASTConsumer {
public:
  explicit Collector(Entities &Into) : Into(Into) {}

  void HandleTranslationUnit(ASTContext &Context) override {
    SM = &Context.getSourceManager();
    // With a preamble, its declarations are not part of the traversal scope.
    for (const Decl *D : Context.getTraversalScope())
      if (const auto *Unit = dyn_cast<TranslationUnitDecl>(D))
        walk(*Unit);
      else
        read(D);
  }

private:
  void walk(const DeclContext &Context) {
    for (const Decl *D : Context.decls())
      read(D);
  }

  void read(const Decl *D) {
    if (SM->isInSystemHeader(SM->getExpansionLoc(D->getLocation())))
      return;
    if (const auto *T = dyn_cast<TemplateDecl>(D))
      D = T->getTemplatedDecl();
    if (!D)
      return;
    if (const auto *F = dyn_cast<FunctionDecl>(D)) {
      if (F->doesThisDeclarationHaveABody())
        add(*F);
    } else if (const auto *V = dyn_cast<VarDecl>(D)) {
      if (V->hasInit())
        add(*V);
    } else if (const auto *F = dyn_cast<FieldDecl>(D)) {
      if (F->hasInClassInitializer())
        add(*F);
    } else if (const auto *Inner = dyn_cast<DeclContext>(D)) {
      walk(*Inner);
    }
  }

  void add(const NamedDecl &D) {
    Extent E{place(D.getBeginLoc()), place(D.getEndLoc()),
             D.getQualifiedNameAsString()};
    if (E.Begin.Line && E.Begin.File == E.End.File)
      Into.Extents[E.Begin.File].push_back(std::move(E));
  }

  Place place(SourceLocation Loc) {
    Loc = SM->getExpansionLoc(Loc);
    StringRef Name = SM->getFilename(Loc);
    if (Name.empty())
      return {};
    return {absolutePath(Name, Into.Directory), SM->getExpansionLineNumber(Loc),
            SM->getExpansionColumnNumber(Loc)};
  }

  Entities &Into;
  const SourceManager *SM = nullptr;
};

std::unique_ptr<ASTConsumer> Entities::collector() {
  return std::make_unique<Collector>(*this);
}

const Entities::Extent *Entities::around(const Place &At) const {
  auto File = Extents.find(At.File);
  if (File == Extents.end())
    return nullptr;
  // Functions do not overlap, except that members of a local class lie inside
  // of the function. The innermost one counts.
  const Extent *Inner = nullptr;
  for (const Extent &E : File->second)
    if (E.Begin <= At && At <= E.End && (!Inner || Inner->Begin <= E.Begin))
      Inner = &E;
  return Inner;
}

void Entities::describe(Finding &F) const {
  const Extent *Function = around(F.At);
  if (!Function)
    return;
  F.Entity = Function->Name;
  for (Note &N : F.Notes)
    N.Step = N.At.Line && around(N.At) == Function;
}

} // namespace coro
