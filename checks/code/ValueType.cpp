// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads the fields of a class, in depth, for anything that may be a handle.
#include "code/ValueType.h"
#include "code/Calls.h"
#include "code/Members.h"
#include "clang/AST/DeclTemplate.h"
#include "llvm/ADT/StringSwitch.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

namespace {
/// Reads the fields of one class.
class ValueReader {
public:
  explicit ValueReader(const CXXRecordDecl *Record) {
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(Record))
      Own = Spec->getTemplateArgs().asArray();
  }

  /// Whether \p Record holds a result, and nothing that could be a handle.
  bool isValue(const CXXRecordDecl *Record) {
    return fieldsAreValues(Record, 0) && HoldsResult;
  }

private:
  bool fieldsAreValues(const CXXRecordDecl *Record, unsigned Depth) {
    const CXXRecordDecl *Def = readable(Record);
    if (!Def || Depth > 4)
      return false;
    for (const CXXBaseSpecifier &Base : Def->bases())
      if (!isValue(Base.getType(), Depth + 1))
        return false;
    return llvm::all_of(Def->fields(), [&](const FieldDecl *Field) {
      return isValue(Field->getType(), Depth + 1);
    });
  }

  bool isValue(QualType T, unsigned Depth) {
    T = T.getCanonicalType().getUnqualifiedType();
    auto IsOwn = [&](const TemplateArgument &A) {
      return A.getKind() == TemplateArgument::Type &&
             A.getAsType().getCanonicalType().getUnqualifiedType() == T;
    };
    if (T->isTemplateTypeParmType() || llvm::any_of(Own, IsOwn)) {
      HoldsResult = true;
      return true;
    }
    if (T->isPointerType())
      return T->getPointeeType()->isAnyCharacterType(); // a message
    if (T->isReferenceType() || T->isMemberPointerType())
      return false;
    if (T->isScalarType())
      return true;
    if (const ArrayType *Array = T->getAsArrayTypeUnsafe()) {
      // Room for the result.
      HoldsResult |= Array->getElementType()->isAnyCharacterType() ||
                     isStd(Array->getElementType(), "byte");
      return isValue(Array->getElementType(), Depth + 1);
    }
    const CXXRecordDecl *R = classOrPattern(T);
    if (!R)
      return false;
    if (!isOfStd(R))
      return fieldsAreValues(R, Depth);
    if (llvm::StringSwitch<bool>(R->getIdentifier() ? R->getName() : "")
            .Cases({"basic_string", "basic_string_view", "error_code",
                    "error_condition", "exception_ptr", "monostate",
                    "source_location", "vector"},
                   true)
            .Default(false))
      return true;
    if (isStd(T, "unique_ptr") || isStd(T, "shared_ptr"))
      return isError(T, Depth);
    if (!llvm::StringSwitch<bool>(R->getIdentifier() ? R->getName() : "")
             .Cases({"variant", "optional", "expected"}, true)
             .Default(false))
      return false;
    HoldsResult = true;
    llvm::ArrayRef<TemplateArgument> Args;
    if (const auto *Spec = dyn_cast<ClassTemplateSpecializationDecl>(R))
      Args = Spec->getTemplateArgs().asArray();
    else if (const auto *TST = T->getAs<TemplateSpecializationType>())
      Args = TST->template_arguments();
    return llvm::all_of(Args, [&](const TemplateArgument &A) {
      auto One = [&](const TemplateArgument &Inner) {
        return Inner.getKind() != TemplateArgument::Type ||
               isValue(Inner.getAsType(), Depth + 1);
      };
      return A.getKind() == TemplateArgument::Pack
                 ? llvm::all_of(A.pack_elements(), One)
                 : One(A);
    });
  }

  /// Whether the smart pointer \p T owns something that can be no state of a
  /// coroutine: a value apart from the result, such as a description of errors.
  bool isError(QualType T, unsigned Depth) {
    const auto *Pointer =
        dyn_cast_or_null<ClassTemplateSpecializationDecl>(classOrPattern(T));
    if (!Pointer ||
        Pointer->getTemplateArgs()[0].getKind() != TemplateArgument::Type)
      return false;
    const CXXRecordDecl *Error =
        classOrPattern(Pointer->getTemplateArgs()[0].getAsType());
    const bool Held = std::exchange(HoldsResult, false);
    const bool Value =
        Error && fieldsAreValues(Error, Depth + 1) && !HoldsResult;
    HoldsResult = Held;
    return Value;
  }

  llvm::ArrayRef<TemplateArgument> Own;
  bool HoldsResult = false;
};
} // namespace

bool isValueType(const CXXRecordDecl *Record) {
  return ValueReader(Record).isValue(Record);
}

} // namespace coro
