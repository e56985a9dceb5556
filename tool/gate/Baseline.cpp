// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Stores a baseline as JSON with one sorted entry on each line, so that version
// control can merge it.
#include "gate/Baseline.h"
#include "Paths.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace coro {

static constexpr int Version = 1;

Expected<Baseline> Baseline::read(const std::string &File) {
  auto Wrong = [&](const Twine &Why) {
    return createStringError(inconvertibleErrorCode(),
                             "baseline '" + File + "': " + Why);
  };
  auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
  if (!Buffer)
    return Wrong(Buffer.getError().message());
  Expected<json::Value> Parsed = json::parse((*Buffer)->getBuffer());
  if (!Parsed)
    return Wrong(toString(Parsed.takeError()));
  const json::Object *O = Parsed->getAsObject();
  const json::Array *Items = O ? O->getArray("findings") : nullptr;
  std::optional<int64_t> Of = O ? O->getInteger("version") : std::nullopt;
  if (!Items || !Of)
    return Wrong("it is no baseline: 'version' or 'findings' is missing");
  if (*Of != Version)
    return Wrong("it is of version " + Twine(*Of) +
                 ", and this corolint reads version " + Twine(Version));
  Baseline B;
  B.Source = File;
  // Finds the line of each entry: `write` puts one on each line.
  SmallVector<StringRef, 0> Lines;
  (*Buffer)->getBuffer().split(Lines, '\n');
  size_t Line = 0;
  for (size_t I = 0; I < Items->size(); ++I) {
    json::Path::Root Root("baseline");
    // A `json::Path` keeps a pointer to its parent, so each has a variable.
    const json::Path All(Root);
    const json::Path Field = All.field("findings");
    const json::Path At = Field.index(I);
    Key K;
    Entry E;
    json::ObjectMapper Map((*Items)[I], At);
    if (!Map || !Map.map("file", K.File) || !Map.map("rule", K.Rule) ||
        !Map.map("entity", K.Entity) || !Map.map("code", K.Code) ||
        !Map.map("count", E.Count))
      return Wrong(toString(Root.getError()));
    while (Line < Lines.size() && !Lines[Line].contains("\"rule\""))
      ++Line;
    E.Line = static_cast<unsigned>(std::min(++Line, Lines.size()));
    Entry &Known = B.Entries[K];
    Known.Line = Known.Line ? Known.Line : E.Line;
    Known.Count += E.Count;
  }
  return B;
}

void Baseline::add(const Finding &F, StringRef Root) {
  ++Entries[{relativeTo(Root, F.At.File), F.Rule, F.Entity, F.Code}].Count;
}

size_t Baseline::subtract(std::vector<Finding> &Findings, LookedAt Looked) {
  // First matches entries of the same file, then those of any file.
  std::map<std::tuple<std::string, std::string, std::string>,
           std::vector<std::pair<const Key *, Entry *>>>
      Known;
  for (auto &[K, E] : Entries)
    Known[{K.Rule, K.Entity, K.Code}].push_back({&K, &E});
  size_t Before = Findings.size();
  for (bool SameFile : {true, false})
    erase_if(Findings, [&](const Finding &F) {
      auto It = Known.find({F.Rule, F.Entity, F.Code});
      if (It == Known.end())
        return false;
      for (auto &[K, E] : It->second) {
        bool Same = StringRef(F.At.File).ends_with("/" + K->File) ||
                    F.At.File == K->File;
        if (Same == SameFile && E->Found < E->Count &&
            (Same || Looked(K->File, K->Rule))) {
          ++E->Found;
          return true;
        }
      }
      return false;
    });
  return Before - Findings.size();
}

void Baseline::include(const Baseline &Other) {
  for (const auto &[K, E] : Other.Entries) {
    unsigned &Count = Entries[K].Count;
    Count = std::max(Count, E.Count);
  }
}

void Baseline::keep(const Baseline &Old, LookedAt Looked) {
  for (const auto &[K, E] : Old.Entries)
    if (!Looked(K.File, K.Rule))
      Entries[K].Count += E.Count;
}

std::vector<Finding> Baseline::stale(LookedAt Looked) const {
  std::vector<Finding> All;
  for (const auto &[K, E] : Entries) {
    if (E.Found >= E.Count || !Looked(K.File, K.Rule))
      continue;
    Finding F;
    F.At = {absolutePath(Source), E.Line, 1};
    F.Rule = "stale-baseline";
    F.Severity = "note";
    F.Message = "the baseline has " + std::to_string(E.Count - E.Found) +
                " more of '" + K.Rule + "' in '" +
                (K.Entity.empty() ? K.File : K.Entity) +
                "' than there are: bring it up to date with --update-baseline";
    F.Code = K.Rule + K.Entity + K.Code;
    All.push_back(std::move(F));
  }
  return All;
}

void Baseline::write(raw_ostream &OS) const {
  OS << "{\n  \"version\": " << Version << ",\n  \"findings\": [";
  const char *Separator = "\n";
  for (const auto &[K, E] : Entries) {
    OS << Separator << "    {\"file\": " << json::Value(json::fixUTF8(K.File))
       << ", \"rule\": " << json::Value(K.Rule)
       << ", \"entity\": " << json::Value(json::fixUTF8(K.Entity))
       << ", \"code\": " << json::Value(json::fixUTF8(K.Code))
       << ", \"count\": " << E.Count << '}';
    Separator = ",\n";
  }
  OS << (Entries.empty() ? "]\n}\n" : "\n  ]\n}\n");
}

} // namespace coro
