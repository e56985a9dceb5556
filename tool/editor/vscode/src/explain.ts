// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Explain Rule: the page of a rule, in VS Code's Markdown preview.
import * as vscode from 'vscode';
import { corolint } from './programs';

export const scheme = 'corolint';

/** Pages by the URI `corolint:unawaited-task.md`. */
export const pages: vscode.TextDocumentContentProvider = {
  async provideTextDocumentContent(uri) {
    const outcome = await corolint(['explain', uri.path.replace(/\.md$/, '')]);
    return outcome.code === 0 ? outcome.stdout : outcome.stderr;
  }
};

/** The rules of the findings under the cursor. */
function here(): string[] {
  const editor = vscode.window.activeTextEditor;
  if (!editor)
    return [];
  return vscode.languages.getDiagnostics(editor.document.uri)
    .filter(d => d.range.contains(editor.selection.active))
    .map(d => String(typeof d.code === 'object' ? d.code.value : d.code))
    .filter(rule => rule.startsWith('coro-'));
}

export async function explainRule(rule?: string): Promise<void> {
  if (!rule) {
    const first = here();
    const list = await corolint(['list']);
    const items = [...list.stdout.matchAll(/^(coro-\S+) \((\w+)\): (.*)$/gm)]
      .map(([, label, severity, detail]) => ({ label, description: first.includes(label) ? 'at the cursor' : severity, detail }))
      .sort((a, b) => Number(first.includes(b.label)) - Number(first.includes(a.label)));
    rule = (await vscode.window.showQuickPick(items, { placeHolder: 'The rule to explain', matchOnDetail: true }))?.label;
  }
  if (rule)
    await vscode.commands.executeCommand('markdown.showPreview',
      vscode.Uri.from({ scheme, path: `${rule.replace(/^coro-/, '')}.md` }));
}
