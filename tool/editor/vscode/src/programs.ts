// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Where the programs are, and running them.
import * as child from 'child_process';
import * as fs from 'fs';
import * as path from 'path';
import * as vscode from 'vscode';

export const settings = () => vscode.workspace.getConfiguration('corolint');

export function root(): string {
  return vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
}

export const absolute = (file: string) => path.resolve(root(), file);

function isProgram(file: string): boolean {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The program of that name, or undefined: where the setting says, in the workspace's build, on PATH. */
export function find(name: string): string | undefined {
  const set = settings().get<string>('path', '');
  const places = set ? [absolute(set)]
    : [path.join(root(), 'build', 'bin'), ...(process.env.PATH ?? '').split(path.delimiter).filter(Boolean)];
  return places.map(place => path.join(place, name)).find(isProgram);
}

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs `corolint`; `line` is told of each line on standard error. */
export function corolint(args: string[], token?: vscode.CancellationToken, line?: (text: string) => void): Promise<Outcome> {
  const program = find('corolint');
  if (!program)
    return Promise.reject(new Error('the program corolint is not found; set "corolint.path" to its directory'));
  return new Promise((resolve, reject) => {
    const run = child.spawn(program, args, { cwd: root() });
    let stdout = '', stderr = '', rest = '';
    token?.onCancellationRequested(() => run.kill());
    run.on('error', reject);
    run.stdout.setEncoding('utf8').on('data', text => stdout += text);
    run.stderr.setEncoding('utf8').on('data', text => {
      stderr += text;
      const lines = (rest + text).split('\n');
      rest = lines.pop() ?? '';
      lines.forEach(one => line?.(one));
    });
    run.on('close', code => resolve({ code, stdout, stderr }));
  });
}
