// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Drives the real user interface of VS Code, in a browser, through the extension; keeps a picture of each step.
//
// usage: vscode.mjs NODE_MODULES VSIX PROJECT SCREENS
import { createRequire } from 'module';
import { execFileSync, spawn } from 'child_process';
import fs from 'fs';
import path from 'path';
import net from 'net';

const [modules, vsix, project, screens] = process.argv.slice(2).map(p => path.resolve(p));
const { chromium } = createRequire(path.join(modules, 'x.js'))('playwright-core');
const program = path.join(modules, 'code-server/out/node/entry.js');
const home = path.resolve('home');
const patience = 60000;

const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home };
fs.mkdirSync(path.join(home, 'User'), { recursive: true });
fs.writeFileSync(path.join(home, 'User/settings.json'), JSON.stringify({
  'corolint.path': path.join(process.env.COROLINT_BUILD, 'bin'), 'corolint.arguments': ['--background-index=false'],
  'security.workspace.trust.enabled': false, 'workbench.startupEditor': 'none', 'telemetry.telemetryLevel': 'off',
  'editor.minimap.enabled': false, 'workbench.colorTheme': 'Default Light Modern', 'editor.hover.delay': 100,
  'window.menuBarVisibility': 'hidden', 'workbench.tips.enabled': false, 'chat.commandCenter.enabled': false
}));
const common = ['--user-data-dir', home, '--extensions-dir', path.join(home, 'extensions')];
execFileSync(process.execPath, [program, ...common, '--install-extension', vsix], { env, stdio: 'inherit' });

const port = await new Promise(done => {
  const probe = net.createServer().listen(0, '127.0.0.1', () => {
    const { port } = probe.address();
    probe.close(() => done(port));
  });
});
const server = spawn(process.execPath, [program, ...common, '--auth', 'none', '--bind-addr', `127.0.0.1:${port}`,
  '--disable-telemetry', '--disable-update-check', '--disable-workspace-trust', project], { env, detached: true });
await new Promise((done, failed) => {
  let log = '';
  for (const stream of [server.stdout, server.stderr])
    stream.on('data', text => {
      log += text;
      if (log.includes('HTTP server listening'))
        done();
    });
  server.on('exit', () => failed(new Error(`code-server has ended: ${log}`)));
});

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu', '--lang=en-US']
});
const page = await browser.newPage({ viewport: { width: 1100, height: 700 } });
page.setDefaultTimeout(patience);
const shot = name => page.screenshot({ path: path.join(screens, `vscode-${name}.png`) });
const say = (...words) => console.log(...words);

async function command(title) {
  await page.keyboard.press('F1');
  const input = page.locator('.quick-input-widget input.input');
  await input.waitFor();
  await input.fill(`>${title}`);
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first().waitFor();
  await page.keyboard.press('Enter');
}
const editorText = async () => (await page.locator('.monaco-editor .view-lines').first().innerText()).replaceAll('\u00a0', ' ');
const squiggles = () => page.locator('.monaco-editor .squiggly-error');

let failure;
try {
  await page.goto(`http://127.0.0.1:${port}/?folder=${project}`);
  await page.getByRole('treeitem', { name: 'app.cpp' }).first().dblclick();
  await squiggles().first().waitFor();
  say('squiggle');
  await shot('squiggle');

  // The page on hover.
  const box = await squiggles().first().boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'What happens' });
  await hover.first().waitFor();
  say('hover:', (await hover.first().innerText()).includes('never awaited'));
  await shot('hover');

  // The actions, the one that silences last.
  await page.keyboard.press('Escape');
  await page.mouse.click(box.x + 4, box.y + box.height / 2);
  await page.keyboard.press('Control+.');
  const menu = page.locator('.action-widget .monaco-list-row.action');
  await menu.filter({ hasText: 'suppress' }).first().waitFor();
  const offered = (await menu.allInnerTexts()).map(t => t.trim());
  say('actions:', JSON.stringify(offered));
  await shot('actions');
  await page.keyboard.press('Enter');   // the first
  await squiggles().first().waitFor({ state: 'detached' });
  say('fixed:', (await editorText()).includes('co_await fetch();'));
  await shot('fixed');

  // Undone, and silenced instead.
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+z');
  await squiggles().first().waitFor();
  const again = await squiggles().first().boundingBox();
  await page.mouse.click(again.x + 4, again.y + again.height / 2);
  await page.keyboard.press('Control+.');
  await menu.filter({ hasText: 'suppress' }).first().waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await squiggles().first().waitFor({ state: 'detached' });
  say('silenced:', (await editorText()).includes('// NOLINTNEXTLINE(coro-unawaited-task): why?'));
  await shot('silenced');
  await page.locator('.monaco-editor .view-lines').first().click();
  await page.keyboard.press('Control+z');
  await squiggles().first().waitFor();

  // The page of a rule.
  await command('corolint: Explain Rule');
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'coro-blocking-call' }).first().click();
  const preview = page.frameLocator('iframe.webview').frameLocator('iframe#active-frame');
  await preview.getByRole('heading', { name: 'blocking-call' }).waitFor();
  say('explained');
  await shot('explain');

  // Every file, by the command.
  await command('corolint: Lint Workspace');
  const problem = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'corolint (workspace)' });
  await problem.first().waitFor();
  // Only of the file that is not open: the other one's are there already.
  const told = await problem.allInnerTexts();
  say('workspace:', told.length, told[0].includes("Task returned by 'save'") || told[0].includes("task returned by 'save'"));
  await shot('workspace');

  // What a program wrote when it ran.
  fs.writeFileSync(path.join(project, 'run.log'), JSON.stringify({
    aio: 1, rule: 'coro-blocking-call', level: 'warning', message: "'usleep' blocks the thread that runs this coroutine",
    file: path.join(project, 'app.cpp'), line: 5, column: 0, function: 'main_()', task: 'Task-1', notes: []
  }) + '\n');
  await command('corolint: Show Run-Time Report');
  const dialog = page.locator('.quick-input-widget input.input');
  await dialog.waitFor();
  await dialog.fill(path.join(project, 'run.log'));
  await page.locator('.quick-input-list .monaco-list-row').filter({ hasText: 'run.log' }).first().waitFor();
  await page.keyboard.press('Enter');
  const seen = page.locator('.markers-panel .monaco-list-row').filter({ hasText: 'coro (run)' });
  await seen.first().waitFor();
  say('run-time report:', (await seen.first().innerText()).includes('usleep'));
  await shot('run');
} catch (error) {
  failure = error;
  await shot('failure');
}
await browser.close();
// The whole group: it starts processes of its own.
server.removeAllListeners('exit');
process.kill(-server.pid, 'SIGTERM');
if (failure) {
  console.error(failure);
  process.exit(1);
}
say('done');
process.exit(0);
