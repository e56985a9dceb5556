// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads facts files, the shipped ones and the user's.
#include "facts/Facts.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/ErrorHandling.h"

using llvm::StringRef;

namespace coro {

// The texts of checks/facts/shipped/*.facts, generated at configure time.
struct ShippedFacts {
  const char *Name;
  const char *Text;
};
extern const ShippedFacts ShippedFactsFiles[];
extern const unsigned ShippedFactsCount;

StringRef roleName(Role R) {
  switch (R) {
#define ROLE(Name, Text, Doc)                                                  \
  case Role::Name:                                                             \
    return Text;
#include "facts/roles.def"
#undef ROLE
  }
  llvm_unreachable("a role without a name");
}

StringRef roleDoc(Role R) {
  switch (R) {
#define ROLE(Name, Text, Doc)                                                  \
  case Role::Name:                                                             \
    return Doc;
#include "facts/roles.def"
#undef ROLE
  }
  llvm_unreachable("a role without a description");
}

llvm::ArrayRef<Role> allRoles() {
  static constexpr Role All[] = {
#define ROLE(Name, Text, Doc) Role::Name,
#include "facts/roles.def"
#undef ROLE
  };
  return All;
}

std::optional<Role> roleNamed(StringRef Text) {
  for (Role R : allRoles())
    if (roleName(R) == Text)
      return R;
  return std::nullopt;
}

static std::optional<Channel> channelNamed(StringRef Text) {
  return llvm::StringSwitch<std::optional<Channel>>(Text)
      .Case("exception", Channel::Exception)
      .Case("exception-once", Channel::ExceptionOnce)
      .Case("error-code", Channel::ErrorCode)
      .Case("stopped", Channel::Stopped)
      .Case("frame-destruction", Channel::FrameDestruction)
      .Case("token", Channel::Token)
      .Case("none", Channel::None)
      .Default(std::nullopt);
}

/// `arg3=0`, `arg3&1`, `callback` or `lvalue`; false when \p Text is none.
static bool parseUnless(StringRef Text, Fact &F) {
  F.UnlessCallback = Text == "callback";
  F.UnlessLvalue = Text == "lvalue";
  if (F.UnlessCallback || F.UnlessLvalue)
    return true;
  if (!Text.consume_front("arg"))
    return false;
  size_t At = Text.find_first_of("=&");
  if (At == StringRef::npos)
    return false;
  F.UnlessMask = Text[At] == '&';
  return !Text.take_front(At).getAsInteger(10, F.UnlessArg) &&
         F.UnlessArg > 0 &&
         !Text.drop_front(At + 1).getAsInteger(0, F.UnlessValue);
}

static bool isEntity(StringRef Text) {
  if (!Text.starts_with("::") || Text.size() < 3 || Text.contains(":::"))
    return false;
  StringRef Body = Text;
  Body.consume_back("*");
  if (Body.ends_with(":"))
    return Text.ends_with("*") && Body.ends_with("::");
  for (char C : Body)
    if (!llvm::isAlnum(C) && C != '_' && C != ':' && C != '~')
      return false;
  return true;
}

std::vector<FactsError> FactsBase::parse(StringRef File, StringRef Text,
                                         bool UserSupplied) {
  std::vector<FactsError> Errors;
  const Library *Current = nullptr;
  unsigned Line = 0;
  auto Bad = [&](const llvm::Twine &Reason) {
    Errors.push_back({File.str(), Line, Reason.str()});
  };
  while (!Text.empty()) {
    StringRef Row;
    std::tie(Row, Text) = Text.split('\n');
    ++Line;
    Row = Row.rtrim("\r");
    // A comment starts at the line's start or behind white space, so that the
    // text after "=>" may hold a '#'.
    if (Row.ltrim().starts_with("#"))
      continue;
    if (size_t Hash = Row.find(" #"); Hash != StringRef::npos)
      Row = Row.take_front(Hash);
    Row = Row.trim();
    if (Row.empty())
      continue;
    bool Arrow = Row.contains("=>");
    auto [Head, Payload] = Row.split("=>");
    Payload = Payload.trim();
    llvm::SmallVector<StringRef, 4> Words;
    llvm::SplitString(Head, Words);
    if (Words.empty()) {
      Bad("a line starts with a role");
      continue;
    }
    if (Words[0] == "library") {
      if (Words.size() < 2 || Arrow || Words[1].contains(':')) {
        Bad("expected: library NAME ::namespace...");
        continue;
      }
      Library L;
      L.Name = Words[1].str();
      L.UserSupplied = UserSupplied;
      bool Fine = true;
      for (StringRef Space : llvm::ArrayRef(Words).drop_front(2)) {
        if (!isEntity(Space) || Space.ends_with("*")) {
          Bad("'" + Space + "' is not a qualified name such as ::ns");
          Fine = false;
        }
        L.Namespaces.push_back(Space.str());
      }
      if (Fine) {
        Libraries.push_back(std::move(L));
        Current = &Libraries.back();
      }
      continue;
    }
    if (Words[0] == "channel") {
      std::optional<Channel> C;
      if (Words.size() == 2 && !Arrow)
        C = channelNamed(Words[1]);
      if (!Current)
        Bad("'channel' needs a 'library' line above it");
      else if (!C)
        Bad("expected: channel exception|exception-once|error-code|stopped|"
            "frame-destruction|token|none");
      else
        Libraries.back().Cancels = *C;
      continue;
    }
    std::optional<Role> R = roleNamed(Words[0]);
    if (!R) {
      Bad("unknown role '" + Words[0] + "'");
      continue;
    }
    if (Words.size() < 2 || !isEntity(Words[1])) {
      Bad("expected a qualified name such as ::ns::name after '" + Words[0] +
          "'");
      continue;
    }
    Fact F{*R, Words[1].str(), Payload.str()};
    F.Lib = Current;
    F.File = File.str();
    F.Line = Line;
    if (Words.size() > 2 && (Words.size() != 4 || Words[2] != "unless" ||
                             !parseUnless(Words[3], F))) {
      Bad("expected 'unless argN=VALUE', 'unless argN&BIT', 'unless callback', "
          "'unless lvalue' or '=>' after '" +
          Words[1] + "'");
      continue;
    }
    if (Arrow && Payload.empty()) {
      Bad("nothing follows '=>'");
      continue;
    }
    if (*R == Role::OnDrop &&
        !llvm::StringSwitch<bool>(Payload)
             .Cases({"never-runs", "detaches", "cancels", "blocks",
                     "terminates", "loses-exception"},
                    true)
             .Default(false)) {
      Bad("expected: on-drop ENTITY => never-runs|detaches|cancels|blocks|"
          "terminates|loses-exception");
      continue;
    }
    Facts.push_back(std::move(F));
    const Fact &New = Facts.back();
    StringRef Name = StringRef(New.Entity).rsplit("::").second;
    if (Name.ends_with("*"))
      Wildcards.push_back(&New);
    else
      ByName[Name].push_back(&New);
  }
  return Errors;
}

const FactsBase &FactsBase::shipped() {
  static const FactsBase Base = [] {
    FactsBase B;
    for (unsigned I = 0; I < ShippedFactsCount; ++I)
      (void)B.parse(ShippedFactsFiles[I].Name, ShippedFactsFiles[I].Text,
                    /*UserSupplied=*/false);
    return B;
  }();
  return Base;
}

} // namespace coro
