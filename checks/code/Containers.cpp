// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "code/Containers.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

const TaskType &taskIn(Unit &U, QualType T) {
  static const TaskType Nothing;
  if (T.isNull())
    return Nothing;
  T = T.getNonReferenceType();
  const TaskType &Direct = U.types().of(T);
  if (Direct.Kind != AsyncKind::None)
    return Direct;
  if (const ArrayType *Array = T->getAsArrayTypeUnsafe())
    return taskIn(U, Array->getElementType());
  const auto *Spec = dyn_cast_or_null<ClassTemplateSpecializationDecl>(
      T->getAsCXXRecordDecl());
  if (!Spec || !Spec->isInStdNamespace())
    return Nothing;
  bool Holder =
      llvm::StringSwitch<bool>(identifier(Spec))
          .Cases({"vector", "deque", "list", "forward_list", "array",
                  "optional", "pair", "tuple", "set", "multiset", "map",
                  "multimap"},
                 true)
          .Cases({"unordered_set", "unordered_map", "stack", "queue"}, true)
          .Default(false);
  if (!Holder)
    return Nothing;
  for (const TemplateArgument &Arg : Spec->getTemplateArgs().asArray()) {
    auto Look = [&](const TemplateArgument &A) -> const TaskType & {
      if (A.getKind() != TemplateArgument::Type)
        return Nothing;
      return taskIn(U, A.getAsType());
    };
    if (Arg.getKind() == TemplateArgument::Pack) {
      for (const TemplateArgument &Inner : Arg.pack_elements())
        if (const TaskType &Found = Look(Inner); Found.isTask())
          return Found;
    } else if (const TaskType &Found = Look(Arg); Found.isTask()) {
      return Found;
    }
  }
  return Nothing;
}

bool holdsTasks(Unit &U, QualType T) {
  return U.types().of(T).Kind == AsyncKind::None && taskIn(U, T).isTask();
}

bool addsElement(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"push_back", "emplace_back", "push_front", "emplace_front",
              "insert", "emplace", "push", "insert_or_assign", "try_emplace",
              "insert_after", "emplace_after"},
             true)
      .Default(false);
}

bool keepsContents(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"size", "empty", "capacity", "reserve", "max_size", "has_value",
              "shrink_to_fit", "count", "contains"},
             true)
      .Default(false);
}

bool givesElement(StringRef Name) {
  return llvm::StringSwitch<bool>(Name)
      .Cases({"front", "back", "at", "value", "top"}, true)
      .Default(false);
}

const Expr *holderOfElement(const Expr *E) {
  E = E->IgnoreParenImpCasts();
  if (const auto *Element = dyn_cast<ArraySubscriptExpr>(E))
    return Element->getBase();
  if (const auto *Call = dyn_cast<CXXMemberCallExpr>(E))
    return givesElement(identifier(Call->getMethodDecl()))
               ? Call->getImplicitObjectArgument()
               : nullptr;
  const auto *Call = dyn_cast<CXXOperatorCallExpr>(E);
  return Call && Call->getOperator() == OO_Subscript ? Call->getArg(0)
                                                     : nullptr;
}

bool makesHolder(const CallExpr *Call) {
  const FunctionDecl *F = Call->getDirectCallee();
  return F && F->isInStdNamespace() &&
         llvm::StringSwitch<bool>(identifier(F))
             .Cases({"make_tuple", "make_pair", "make_optional", "to_array"},
                    true)
             .Default(false);
}

} // namespace coro
