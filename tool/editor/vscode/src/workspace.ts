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

/** The lines of files, read once. They are not opened as documents, or the server would analyse them all. */
class Lines {
  private readonly files = new Map<string, string[]>();

  line(file: string, index: number): string {
    let lines = this.files.get(file);
    if (!lines) {
      try {
        lines = fs.readFileSync(file, 'utf8').split(/\r?\n/);
      } catch {
        lines = [];
      }
      this.files.set(file, lines);
    }
    return lines[index] ?? '';
  }

  /** The place in VS Code's terms; columns of findings are bytes. */
  locate(place: Place): vscode.Location {
    const file = fileOf(place.file);
    const line = Math.max(place.line - 1, 0);
    const text = this.line(file, line);
    const start = Buffer.from(text).subarray(0, Math.max(place.column - 1, 0)).toString().length;
    const length = place.column > 0 ? /^\w*/.exec(text.slice(start))![0].length || 1 : text.length;
    return new vscode.Location(vscode.Uri.file(file), new vscode.Range(line, start, line, start + length));
  }
}

function toDiagnostic(finding: Finding, at: vscode.Range, lines: Lines): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(at, finding.message,
    finding.severity === 'error' ? vscode.DiagnosticSeverity.Error
      : finding.severity === 'note' ? vscode.DiagnosticSeverity.Information : vscode.DiagnosticSeverity.Warning);
  diagnostic.source = 'corolint (workspace)';
  diagnostic.code = finding.rule;
  diagnostic.relatedInformation = finding.notes.filter(note => note.line > 0)
    .map(note => new vscode.DiagnosticRelatedInformation(lines.locate(note), note.message));
  return diagnostic;
}

/** Shows what the command finds, but for files that the server shows anyway: `isLive` tells which. */
export async function lintWorkspace(into: vscode.DiagnosticCollection, log: vscode.OutputChannel,
  isLive: (file: vscode.Uri) => boolean): Promise<void> {
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
  const lines = new Lines();
  const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
  for (const finding of JSON.parse(outcome.stdout) as Finding[]) {
    const { uri, range } = lines.locate(finding);
    if (isLive(uri))
      continue;
    const entry = byFile.get(uri.fsPath) ?? [uri, []];
    entry[1].push(toDiagnostic(finding, range, lines));
    byFile.set(uri.fsPath, entry);
  }
  into.clear();
  into.set([...byFile.values()].map(([uri, all]) => [uri, all]));
  const summary = outcome.stderr.trim().split('\n').filter(line => /^corolint: \d+ finding/.test(line)).pop();
  void vscode.window.showInformationMessage(summary ?? 'corolint: done');
  if (JSON.parse(outcome.stdout).length > 0)
    await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
}
