// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// corolint config: prints the effective configuration, and where it comes from.
#include "Check.h"
#include "Console.h"
#include "Paths.h"
#include "analysis/Configuration.h"
#include "clang-tidy/ClangTidyDiagnosticConsumer.h"
#include "commands/Command.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace coro {

cl::SubCommand &configCommand() {
  static cl::SubCommand Command(
      "config", "show the settings that hold for a file, and their origin");
  return Command;
}

static cl::opt<std::string> ConfigFile(cl::Positional, cl::desc("[file]"),
                                       cl::sub(configCommand()),
                                       cl::cat(category()));
static cl::opt<bool>
    Schema("schema",
           cl::desc("Print the JSON schema of .clang-tidy, for completion"),
           cl::sub(configCommand()), cl::cat(category()));

static void writeSchema(raw_ostream &OS) {
  json::OStream J(OS, /*IndentSize=*/2);
  clang::tidy::ClangTidyContext Context(
      std::make_unique<clang::tidy::DefaultOptionsProvider>(
          clang::tidy::ClangTidyGlobalOptions(),
          clang::tidy::ClangTidyOptions()));
  J.object([&] {
    J.attribute("$schema", "http://json-schema.org/draft-07/schema#");
    J.attribute("title", ".clang-tidy, as corolint reads it");
    J.attribute("type", "object");
    J.attributeObject("properties", [&] {
      J.attributeObject("Checks", [&] {
        J.attribute("type", "string");
        J.attribute("description", "Rules to run: names and globs, comma "
                                   "separated; '-' before one turns it off");
      });
      J.attributeObject("InheritParentConfig",
                        [&] { J.attribute("type", "boolean"); });
      J.attributeObject("CheckOptions", [&] {
        J.attribute("type", "object");
        J.attributeObject("properties", [&] {
          J.attributeObject(FactsOption, [&] {
            J.attribute("type", "string");
            J.attribute("description", "Facts files, separated by semicolons");
          });
          for (const Registration &R : registrations()) {
            auto Rule = R.Make(&Context);
            for (const OptionBase *O : Rule->options())
              J.attributeObject(
                  std::string(R.What->Rule) + "." + O->Name.str(), [&] {
                    std::string Default = O->defaultText();
                    bool Flag = Default == "true" || Default == "false";
                    bool Text = StringRef(Default).starts_with("'");
                    J.attribute("type", Flag   ? "boolean"
                                        : Text ? "string"
                                               : "integer");
                    J.attribute("description", O->Doc);
                    if (Flag)
                      J.attribute("default", Default == "true");
                    else if (Text)
                      J.attribute("default", StringRef(Default).trim('\''));
                    else
                      J.attribute("default", std::stoll(Default));
                  });
          }
        });
      });
    });
  });
  J.flush();
  OS << '\n';
}

int config(const CompilerFlags &) {
  if (Schema) {
    writeSchema(outs());
    return finishOutput();
  }
  // The file need not exist: only its directory matters.
  std::string File =
      absolutePath(ConfigFile.empty() ? "file.cpp" : ConfigFile.c_str());
  std::set<std::string> Seen;
  std::vector<std::string> Problems = configurationErrors(File, Seen);
  for (const std::string &Problem : Problems)
    complain() << Problem << '\n';
  if (!Problems.empty())
    return BadUsage;
  std::string Root = findRoot({File});
  for (const Setting &S : effectiveSettings(File))
    outs() << S.Name << " = " << S.Value << "  # " << relativeTo(Root, S.From)
           << '\n';
  return finishOutput();
}

} // namespace coro
