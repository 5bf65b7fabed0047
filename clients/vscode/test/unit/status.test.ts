import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BACKENDS } from '../../src/backends';
import { chooseAction } from '../../src/review/actions';
import { replaced } from '../../src/review/replaced';
import { choices } from '../../src/status/choices';
import { type Situation, picture } from '../../src/status/picture';
import { type Problem, remedies } from '../../src/status/remedies';

const ready = { state: 'ready' as const, message: '', progress: null, backend: 'local embedded' };
const calm: Situation = {
  installed: true,
  phase: 'running',
  phaseDetail: '',
  status: ready,
  working: false,
  enabled: true,
  pausedUntil: undefined,
  disabledLanguage: undefined,
};
const rows: [string, Partial<Situation>, RegExp, string][] = [
  ['ready', {}, /\$\(check\) Codestral$/, 'plain'],
  ['working', { working: true }, /spin/, 'plain'],
  ['loading', { status: { ...ready, state: 'loading', progress: 43 } }, /loading 43%/, 'plain'],
  ['loading, no progress yet', { status: { ...ready, state: 'loading' } }, /loading$/, 'plain'],
  ['paused by the user', { pausedUntil: 2000 }, /paused/, 'plain'],
  ['a pause that is over', { pausedUntil: 500 }, /check/, 'plain'],
  ['paused by the budget', { status: { ...ready, state: 'paused' } }, /paused/, 'warning'],
  ['offline', { status: { ...ready, state: 'offline' } }, /offline/, 'warning'],
  ['needs a key', { status: { ...ready, state: 'needs_key' } }, /needs a key/, 'warning'],
  ['error', { status: { ...ready, state: 'error' } }, /error/, 'error'],
  ['disabled', { enabled: false }, /off/, 'plain'],
  ['not this language', { disabledLanguage: 'markdown' }, /not markdown/, 'plain'],
  ['starting', { phase: 'starting', status: undefined }, /spin/, 'plain'],
  ['after a crash', { phase: 'waiting', phaseDetail: 'The server ended.' }, /restarting/, 'warning'],
  ['given up', { phase: 'failed', phaseDetail: 'It cannot.' }, /error/, 'error'],
  ['not installed', { installed: false, phase: 'stopped' }, /no server/, 'warning'],
];
for (const [name, change, text, colour] of rows) {
  test(`status bar: ${name}`, () => {
    const shown = picture({ ...calm, ...change }, 1000);
    assert.match(shown.text, text);
    assert.equal(shown.colour, colour);
    assert.notEqual(shown.tooltip, '');
  });
}

test('status bar: what is told of a server that is ready', () => {
  const shown = picture({ ...calm, status: { ...ready, message: 'The index cannot be kept.' } }, 1000);
  assert.match(shown.tooltip, /writes\. The index cannot be kept\.$/);
});

const commands = (change: object) =>
  choices({ ...calm, paused: false, language: 'python', backend: 'local', host: '', ...change }).map((choice) => choice.command);
test('menu: what the issue asks for is there', () => {
  const offered = commands({});
  for (const command of [
    'pause',
    'toggleLanguage',
    'chooseBackend',
    'chooseModel',
    'costs',
    'openSettings',
    'walkthrough',
    'openLog',
    'explainLast',
    'restart',
  ]) {
    assert.ok(offered.includes(`codestral-ls.${command}`), command);
  }
});
const problems: [Problem['state'], Problem['refusal'], string][] = [
  ['needs_key', '', 'setKey'],
  ['needs_key', 'key', 'setKey'],
  ['error', 'model', 'chooseModel'],
  ['error', 'engine', 'install'],
  ['paused', 'quota', 'chooseBackend'],
  ['error', 'payment', 'chooseBackend'],
  ['offline', 'fault', 'openLog'],
  ['error', 'request', 'openLog'],
  ['error', 'protocol', 'openLog'],
];
for (const [state, refusal, first] of problems) {
  test(`problem: ${state} ${refusal || 'without a refusal'} offers ${first} first, and always the log`, () => {
    const offered = remedies({ state, refusal, message: 'x' }).map((remedy) => remedy.command);
    assert.equal(offered[0], `codestral-ls.${first}`);
    assert.ok(offered.includes('codestral-ls.openLog'));
  });
}

test('menu: what fits the state comes first', () => {
  assert.equal(commands({ installed: false })[0], 'codestral-ls.install');
  assert.equal(commands({ status: { ...ready, state: 'needs_key' } })[0], 'codestral-ls.setKey');
  assert.equal(commands({ paused: true })[0], 'codestral-ls.resume');
  assert.ok(commands({ enabled: false }).includes('codestral-ls.enable'));
  assert.ok(!commands({ language: undefined }).includes('codestral-ls.toggleLanguage'));
});

interface Manifest {
  contributes: { commands: { command: string }[]; configuration: { properties: Record<string, { enum?: string[] }> }[] };
}
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
test('every command of the menu is declared', () => {
  const declared = new Set(manifest.contributes.commands.map((each) => each.command));
  for (const command of commands({}).filter((each) => each !== undefined)) assert.ok(declared.has(command), command);
});
test("the backends to choose from are the server's", () => {
  const wanted =
    manifest.contributes.configuration.map((section) => section.properties['codestral-ls.backend.primary']?.enum).find(Boolean) ??
    [];
  assert.deepEqual(new Set(BACKENDS.map((each) => each.name)), new Set(wanted));
});

test('which action writes what', () => {
  const actions = [
    { title: 'Rewrite docstring', kind: 'refactor.rewrite' },
    { title: 'Write tests', kind: 'refactor.rewrite' },
    { title: 'Extract', kind: 'refactor.extract' },
  ];
  assert.equal(chooseAction(actions, 'docstring')?.title, 'Rewrite docstring');
  assert.equal(chooseAction(actions, 'tests')?.title, 'Write tests');
  assert.equal(chooseAction(actions.slice(2), 'tests'), undefined);
});
test('replacements', () => {
  assert.equal(
    replaced('abcdef', [
      { start: 4, end: 5, text: 'E' },
      { start: 1, end: 1, text: '1' },
      { start: 1, end: 1, text: '2' },
    ]),
    'a12bcdEf',
  );
  assert.equal(replaced('', [{ start: 0, end: 0, text: 'new\n' }]), 'new\n');
});
