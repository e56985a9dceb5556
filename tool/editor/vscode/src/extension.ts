// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Starts the server that the settings choose, and offers the commands.
import * as vscode from 'vscode';
import { LanguageClient, LanguageClientOptions, State } from 'vscode-languageclient/node';
import { explainRule, pages, scheme } from './explain';
import { absolute, find, root, settings } from './programs';
import { lintWorkspace } from './workspace';

let client: LanguageClient | undefined;
let status: vscode.LanguageStatusItem;
let log: vscode.OutputChannel;

function show(text: string, severity: vscode.LanguageStatusSeverity, busy = false): void {
  status.text = text;
  status.severity = severity;
  status.busy = busy;
}

function command(): { command: string; args: string[] } | undefined {
  const chosen = settings().get<string>('server', 'clangd');
  const build = settings().get<string>('buildDirectory', '');
  const own = [
    ...settings().get<string[]>('runLogs', []).map(file => `--run-log=${absolute(file)}`),
    ...settings().get<string[]>('arguments', [])
  ];
  const name = chosen === 'clangd' ? 'corolint-clangd' : 'corolint';
  const program = find(name);
  if (!program) {
    show(`${name} is not found`, vscode.LanguageStatusSeverity.Error);
    void vscode.window.showErrorMessage(
      `corolint: the program ${name} is not found. Set "corolint.path" to its directory.`, 'Open Settings')
      .then(answer => answer && vscode.commands.executeCommand('workbench.action.openSettings', 'corolint.path'));
    return undefined;
  }
  if (chosen === 'clangd')
    return {
      command: program, args: [
        ...(build ? [`--compile-commands-dir=${absolute(build)}`] : []),
        ...settings().get<string[]>('plugins', []).map(file => `--load=${absolute(file)}`), ...own]
    };
  return { command: program, args: ['lsp', ...(build ? ['-p', absolute(build)] : []), ...own] };
}

/** Two clangds would show everything twice. */
function warnOfClangd(): void {
  const clangd = vscode.extensions.getExtension('llvm-vs-code-extensions.vscode-clangd');
  if (clangd && vscode.workspace.getConfiguration('clangd').get('enable', true))
    void vscode.window.showWarningMessage(
      'corolint: the clangd extension is installed as well, and would show everything twice.', 'Run Beside It')
      .then(answer => answer && settings().update('server', 'beside', vscode.ConfigurationTarget.Workspace));
}

async function start(): Promise<void> {
  const chosen = settings().get<string>('server', 'clangd');
  if (chosen === 'off') {
    show('no server', vscode.LanguageStatusSeverity.Information);
    return;
  }
  const server = command();
  if (!server)
    return;
  if (chosen === 'clangd')
    warnOfClangd();
  const options: LanguageClientOptions = {
    documentSelector: [{ scheme: 'file', language: 'cpp' }, { scheme: 'file', language: 'c' }],
    outputChannel: log,
    markdown: { supportHtml: false }
  };
  show('starting', vscode.LanguageStatusSeverity.Information, true);
  client = new LanguageClient('corolint', 'corolint', { ...server, options: { cwd: root() } }, options);
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running)
      show(chosen === 'clangd' ? 'corolint-clangd' : 'corolint lsp', vscode.LanguageStatusSeverity.Information);
    else if (newState === State.Stopped)
      show('the server has ended', vscode.LanguageStatusSeverity.Warning);
  });
  try {
    await client.start();
  } catch (error) {
    show('the server does not start', vscode.LanguageStatusSeverity.Error);
    log.appendLine(String(error));
  }
}

async function stop(): Promise<void> {
  const old = client;
  client = undefined;
  await old?.stop().catch(() => undefined); // it may have ended by itself
  await old?.dispose().catch(() => undefined);
}

/** Shows what a program wrote in debug mode; the server watches the file from then on. */
async function showRunReport(file?: string): Promise<void> {
  if (!client?.isRunning())
    throw new Error('the server does not run; it is what shows reports at their lines');
  if (!file) {
    const picked = await vscode.window.showOpenDialog({
      title: 'The file that AIO_DEBUG_LOG named', defaultUri: vscode.Uri.file(root()), openLabel: 'Show'
    });
    file = picked?.[0]?.fsPath;
  }
  if (!file)
    return;
  await client.sendNotification('corolint/watchRunLog', { path: absolute(file) });
  await vscode.commands.executeCommand('workbench.panel.markers.view.focus');
}

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  log = vscode.window.createOutputChannel('corolint');
  status = vscode.languages.createLanguageStatusItem('corolint', { language: 'cpp' });
  status.name = 'corolint';
  status.command = { command: 'corolint.restart', title: 'Restart' };
  const problems = vscode.languages.createDiagnosticCollection('corolint-workspace');
  const register = (name: string, what: (...args: never[]) => Promise<void>) =>
    vscode.commands.registerCommand(`corolint.${name}`, async (...args: never[]) => {
      try {
        await what(...args);
      } catch (error) {
        void vscode.window.showErrorMessage(`corolint: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  const isLive = (file: vscode.Uri) => client?.isRunning() === true &&
    vscode.workspace.textDocuments.some(document => document.languageId === 'cpp' && document.uri.fsPath === file.fsPath);
  let linting = false;
  context.subscriptions.push(
    log, status, problems,
    vscode.workspace.registerTextDocumentContentProvider(scheme, pages),
    // What is open is the server's to judge, and what is edited is not what was linted.
    vscode.workspace.onDidOpenTextDocument(document => isLive(document.uri) && problems.delete(document.uri)),
    vscode.workspace.onDidChangeTextDocument(event => event.contentChanges.length > 0 && problems.delete(event.document.uri)),
    register('lintWorkspace', async () => {
      if (linting)
        return;
      linting = true;
      try {
        await lintWorkspace(problems, log, isLive);
      } finally {
        linting = false;
      }
    }),
    register('explainRule', explainRule),
    register('showRunReport', showRunReport),
    register('restart', async () => {
      await stop();
      await start();
    }),
    vscode.workspace.onDidChangeConfiguration(async event => {
      if (event.affectsConfiguration('corolint')) {
        await stop();
        await start();
      }
    }));
  await start();
}

export async function deactivate(): Promise<void> {
  await stop();
}
