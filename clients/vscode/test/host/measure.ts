// Keeps the extension host under observation while somebody types in its window: when the file `stop` appears beside the
// workspace, writes what every question and answer took to `records.json`. For benchmarks/results/editors.md.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { folder, ready, until } from './world';

/** How long the extension's code takes to load, once more and from its file. */
function loading(): number {
  const main = join(vscode.extensions.getExtension('codestral-ls.codestral-ls')?.extensionPath ?? '', 'dist', 'extension.js');
  delete require.cache[main];
  const began = performance.now();
  require(main); // eslint-disable-line @typescript-eslint/no-require-imports -- the loading is what is measured
  return performance.now() - began;
}

export async function run(): Promise<void> {
  const { app, activationMs } = await ready();
  writeFileSync(join(folder(), '..', 'ready'), '');
  await until('the end', () => existsSync(join(folder(), '..', 'stop')), 300_000);
  writeFileSync(
    join(folder(), '..', 'records.json'),
    JSON.stringify({ activationMs, loadingMs: loading(), records: app.completions.records }),
  );
}
