// Measures the extension host while a benchmark types in its window: when the file `stop` appears next to the workspace, it
// writes the times of every request and answer to `records.json`. For benchmarks/results/editors.md.

import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as vscode from 'vscode';
import type { RequestRecord } from '../../src/complete/provider';
import { activated, folder, until } from './world';

/** Milliseconds to load the extension's code from its file again. */
function loading(): number {
  const main = join(vscode.extensions.getExtension('codestral-ls.codestral-ls')?.extensionPath ?? '', 'dist', 'extension.js');
  delete require.cache[main];
  const began = performance.now();
  require(main); // eslint-disable-line @typescript-eslint/no-require-imports -- loading is what we measure
  return performance.now() - began;
}

export async function run(): Promise<void> {
  const { app, activationMs } = await activated();
  await until('a ready backend', () => app.status?.state === 'ready', 60_000);
  writeFileSync(join(folder(), '..', 'ready'), '');
  const records = new Set<RequestRecord>(); // the extension forgets the oldest
  const hasEnded = () => {
    for (const record of app.completions.records) records.add(record);
    return existsSync(join(folder(), '..', 'stop'));
  };
  await until('the end', hasEnded, 300_000);
  writeFileSync(
    join(folder(), '..', 'records.json'),
    JSON.stringify({ activationMs, loadingMs: loading(), records: [...records] }),
  );
}
