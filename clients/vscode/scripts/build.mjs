// Bundles the extension into dist/extension.js; with --tests also the unit tests and the tests that run in the extension host.
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

process.chdir(fileURLToPath(new URL('../', import.meta.url)));
const shared = { bundle: true, platform: 'node', format: 'cjs', target: 'node20', external: ['vscode'], logLevel: 'warning' };

await build({
  ...shared,
  entryPoints: ['src/extension.ts'],
  outfile: 'dist/extension.js',
  minify: true,
  sourcemap: false,
});
if (process.argv.includes('--tests')) {
  const unit = readdirSync('test/unit').filter((name) => name.endsWith('.test.ts'));
  if (unit.length > 0)
    await build({
      ...shared,
      entryPoints: unit.map((name) => `test/unit/${name}`),
      outdir: 'dist/test/unit',
      outExtension: { '.js': '.cjs' },
    });
  await build({
    ...shared,
    entryPoints: ['test/host/index.ts', 'test/host/measure.ts'],
    outdir: 'dist/test/host',
    sourcemap: 'inline',
  });
}
