// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Builds Clang's `PrecompiledPreamble`, without the function bodies that no
// rule needs.
#include "analysis/Preamble.h"
#include "analysis/Bodies.h"
#include "clang/Basic/DiagnosticOptions.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/CompilerInvocation.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/VirtualFileSystem.h"

using namespace clang;

namespace coro {
namespace {

class NeededBodies : public PreambleCallbacks {
public:
  void BeforeExecute(CompilerInstance &CI) override {
    SM = &CI.getSourceManager();
  }
  bool shouldSkipFunctionBody(Decl *D) override {
    return SM && isBodyNeedless(*D, *SM);
  }

private:
  const SourceManager *SM = nullptr;
};

} // namespace

void Preamble::use(CompilerInvocation &Invocation,
                   llvm::IntrusiveRefCntPtr<llvm::vfs::FileSystem> &Files,
                   std::shared_ptr<PCHContainerOperations> Containers) {
  Invocation.getFrontendOpts().SkipFunctionBodies = true;
  const auto &Inputs = Invocation.getFrontendOpts().Inputs;
  if (Inputs.size() != 1 || !Inputs.front().isFile())
    return;
  auto Text = Files->getBufferForFile(Inputs.front().getFile());
  if (!Text)
    return;
  PreambleBounds Bounds =
      ComputePreambleBounds(Invocation.getLangOpts(), **Text, /*MaxLines=*/0);
  if (Bounds.Size == 0)
    return;
  if (!Kept || !Kept->CanReuse(Invocation, **Text, Bounds, *Files)) {
    Kept.reset();
    ++Parses;
    DiagnosticOptions Options;
    auto Ignored = CompilerInstance::createDiagnostics(
        *Files, Options, new IgnoringDiagConsumer, /*ShouldOwnClient=*/true);
    NeededBodies Callbacks;
    CompilerInvocation Whole(Invocation);
    instantiateInHead(Whole.getLangOpts());
    auto Built = PrecompiledPreamble::Build(
        Whole, Text->get(), Bounds, std::move(Ignored), Files,
        std::move(Containers), /*StoreInMemory=*/true, "", Callbacks);
    if (!Built)
      return;
    Kept.emplace(std::move(*Built));
  }
  // The run takes ownership of the text.
  Kept->AddImplicitPreamble(Invocation, Files, Text->release());
}

} // namespace coro
