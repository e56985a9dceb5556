// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Reads `.clang-tidy` files with clang-tidy's own parser, and checks the names
// in them.
#include "analysis/Configuration.h"
#include "Check.h"
#include "analysis/Request.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "clang-tidy/GlobList.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"

using namespace clang;
using llvm::StringRef;

namespace coro {

tidy::ClangTidyOptions optionsFor(const Request &R, StringRef File) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  Defaults.HeaderFilterRegex = ".*";
  tidy::FileOptionsProvider Provider({}, Defaults, {});
  tidy::ClangTidyOptions Options = Provider.getOptions(File);
  std::string Checks = "-*,coro-*";
  if (R.Rules.empty()) {
    llvm::SmallVector<StringRef, 16> Globs;
    const std::string Configured = Options.Checks.value_or("");
    StringRef(Configured).split(Globs, ',');
    for (StringRef Glob : Globs)
      if (Glob.contains("coro-"))
        Checks += "," + Glob.trim().str();
  } else {
    Checks = "-*";
    for (const std::string &Glob : R.Rules)
      Checks += "," + Glob;
  }
  Options.Checks = Checks;
  Options.WarningsAsErrors = "";
  Options.SystemHeaders = false;
  if (!R.FactsFiles.empty())
    Options.CheckOptions[FactsOption] =
        tidy::ClangTidyOptions::ClangTidyValue(llvm::join(R.FactsFiles, ";"));
  return Options;
}

std::vector<std::string> configurationErrors(StringRef File,
                                             std::set<std::string> &Seen) {
  std::vector<std::string> Problems;
  std::set<std::string> KnownOptions = {FactsOption.str()};
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), tidy::ClangTidyOptions()));
  for (const Registration &R : registrations()) {
    std::unique_ptr<Check> Rule = R.Make(&Context);
    for (const OptionBase *O : Rule->options())
      KnownOptions.insert(std::string(R.What->Rule) + "." + O->Name.str());
  }

  llvm::SmallString<256> Directory(llvm::sys::path::parent_path(File));
  while (!Directory.empty()) {
    if (!Seen.insert(std::string(Directory)).second)
      break;
    llvm::SmallString<256> Config(Directory);
    llvm::sys::path::append(Config, ".clang-tidy");
    if (llvm::sys::fs::exists(Config)) {
      auto Buffer = llvm::MemoryBuffer::getFile(Config, /*IsText=*/true);
      if (!Buffer) {
        Problems.push_back((Config + ": " + Buffer.getError().message()).str());
      } else {
        auto Options = tidy::parseConfigurationWithDiags(
            (*Buffer)->getMemBufferRef(), [&](const llvm::SMDiagnostic &D) {
              Problems.push_back(
                  (D.getFilename() + ":" + llvm::Twine(D.getLineNo()) + ":" +
                   llvm::Twine(D.getColumnNo() + 1) + ": " + D.getMessage())
                      .str());
            });
        if (Options)
          for (const auto &Option : Options->CheckOptions)
            if ((Option.getKey().starts_with("coro-") ||
                 Option.getKey().starts_with("Coro")) &&
                !KnownOptions.count(Option.getKey().str()))
              Problems.push_back(
                  (Config + ": unknown option '" + Option.getKey() + "'")
                      .str());
      }
    }
    llvm::StringRef Parent = llvm::sys::path::parent_path(Directory);
    if (Parent == Directory)
      break;
    Directory = llvm::SmallString<256>(Parent);
  }
  return Problems;
}

std::vector<Setting> effectiveSettings(StringRef File) {
  tidy::ClangTidyOptions Defaults = tidy::ClangTidyOptions::getDefaults();
  tidy::FileOptionsProvider Provider({}, Defaults, {});
  auto Sources = Provider.getRawOptions(File); // the nearest file comes last
  tidy::ClangTidyContext Context(std::make_unique<tidy::DefaultOptionsProvider>(
      tidy::ClangTidyGlobalOptions(), tidy::ClangTidyOptions()));
  std::vector<Setting> All;
  auto Option = [&](std::string Name, std::string Default) {
    Setting S{std::move(Name), std::move(Default), "default"};
    for (const auto &[Options, From] : Sources)
      if (auto It = Options.CheckOptions.find(S.Name);
          It != Options.CheckOptions.end()) {
        S.Value = It->getValue().Value;
        S.From = From;
      }
    All.push_back(std::move(S));
  };
  Option(FactsOption.str(), "''");
  for (const Registration &R : registrations()) {
    Setting S{std::string(R.What->Rule), "on", "default"};
    for (const auto &[Options, From] : Sources) {
      llvm::SmallVector<StringRef, 16> Globs;
      const std::string Checks = Options.Checks.value_or("");
      StringRef(Checks).split(Globs, ',', -1, /*KeepEmpty=*/false);
      for (StringRef Glob : Globs) {
        Glob = Glob.trim();
        bool Off = Glob.consume_front("-");
        if (Glob.contains("coro-") && tidy::GlobList(Glob).contains(S.Name)) {
          S.Value = Off ? "off" : "on";
          S.From = From;
        }
      }
    }
    All.push_back(S);
    auto Rule = R.Make(&Context);
    for (const OptionBase *O : Rule->options())
      Option(std::string(R.What->Rule) + "." + O->Name.str(), O->defaultText());
  }
  llvm::sort(
      All, [](const Setting &A, const Setting &B) { return A.Name < B.Name; });
  return All;
}

} // namespace coro
