// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Lint Workspace: the command's findings in all files, as problems.
import * as fs from 'fs';
import * as path from 'path';
import * as vscode from 'vscode';
import { absolute, corolint, root, settings } from './programs';

interface Place { file: string; line: number; column: number }
interface Finding extends Place {
  rule: string;
  severity: string;
  message: string;
  notes: (Place & { message: string })[];
}

/** The file of a finding: below the workspace, or below what it is a part of, as names start at the repository. */
function fileOf(name: string): string {
  for (let above = root(); ; above = path.dirname(above)) {
    const file = path.resolve(above, name);
    if (fs.existsSync(file) || above === path.dirname(above))
      return file;
  }
}

/** The place in VS Code's terms; columns of findings are bytes, so the line's text is needed. */
async function locate(place: Place): Promise<vscode.Location> {
  const uri = vscode.Uri.file(fileOf(place.file));
  const line = Math.max(place.line - 1, 0);
  try {
    const text = (await vscode.workspace.openTextDocument(uri)).lineAt(line).text;
    const start = Buffer.from(text).subarray(0, Math.max(place.column - 1, 0)).toString().length;
    const length = place.column > 0 ? /^\w*/.exec(text.slice(start))![0].length || 1 : text.length;
    return new vscode.Location(uri, new vscode.Range(line, start, line, start + length));
  } catch {
    return new vscode.Location(uri, new vscode.Position(line, 0));
  }
}

async function toDiagnostic(finding: Finding): Promise<[vscode.Uri, vscode.Diagnostic]> {
  const at = await locate(finding);
  const diagnostic = new vscode.Diagnostic(at.range, finding.message,
    finding.severity === 'error' ? vscode.DiagnosticSeverity.Error
      : finding.severity === 'note' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'corolint (workspace)';
  diagnostic.code = finding.rule;
  diagnostic.relatedInformation = [];
  for (const note of finding.notes)
    if (note.line > 0)
      diagnostic.relatedInformation.push(new vscode.DiagnosticRelatedInformation(await locate(note), note.message));
  return [at.uri, diagnostic];
}

export async function lintWorkspace(into: vscode.DiagnosticCollection, log: vscode.OutputChannel): Promise<void> {
  const build = settings().get<string>('buildDirectory', '');
  const args = ['check', '--format=json', '--verbose', ...(build ? ['-p', absolute(build)] : [])];
  const outcome = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: 'corolint', cancellable: true },
    (progress, token) => {
      token.onCancellationRequested(() => log.appendLine('Lint Workspace is cancelled.'));
      return corolint(args, token, line => {
        log.appendLine(line);
        progress.report({ message: line.replace(/^corolint: /, '') });
      });
    });
  // 0: nothing, 1: findings, 3: some files could not be analysed.
  if (outcome.code === null || outcome.code === 130)
    return;
  if (![0, 1, 3].includes(outcome.code))
    throw new Error(outcome.stderr.trim());
  const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
  for (const finding of JSON.parse(outcome.stdout) as Finding[]) {
    const [uri, diagnostic] = await toDiagnostic(finding);
    const entry = byFile.get(uri.fsPath) ?? [uri, []];
    entry[1].push(diagnostic);
    byFile.set(uri.fsPath, entry);
  }
  into.clear();
  into.set([...byFile.values()].map(([uri, all]) => [uri, all]));
  const summary = outcome.stderr.trim().split('\n').filter(line => /^corolint: \d+ finding/.test(line)).pop();
  void vscode.window.showInformationMessage(summary ?? 'corolint: done');
  if (byFile.size > 0)
    await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
}
