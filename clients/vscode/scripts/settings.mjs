// Puts the settings into package.json: the extension's own (settings.client.json) and the server's, which
// `python -m codestral_ls.config.render` generates (settings.schema.json). With --check it writes nothing and fails when stale.
import { readFileSync, writeFileSync } from 'node:fs';

const here = new URL('../', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, here), 'utf8'));

const manifest = read('package.json');
const configuration = [read('settings.client.json'), ...read('settings.schema.json').configuration];
const wanted = configuration.map((section) => ({ ...section, title: `Codestral: ${section.title}` }));

if (JSON.stringify(manifest.contributes.configuration) === JSON.stringify(wanted)) process.exit(0);
if (process.argv.includes('--check')) {
  console.error("package.json is stale: its settings differ from the server's. Run `npm run settings` in clients/vscode.");
  process.exit(1);
}
manifest.contributes.configuration = wanted;
writeFileSync(new URL('package.json', here), `${JSON.stringify(manifest, null, 2)}\n`);
