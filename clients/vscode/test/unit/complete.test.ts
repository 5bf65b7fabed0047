import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Following } from '../../src/complete/acceptance';
import { goingOn } from '../../src/complete/alternatives';
import { announcedPlace } from '../../src/complete/announced_place';
import { compose } from '../../src/complete/cells';
import { nearest } from '../../src/complete/nearest_diagnostics';
import { explain } from '../../src/complete/explain';
import { refuse } from '../../src/complete/gate';

const on = { enabled: true, disabledLanguages: ['markdown'], pausedUntil: undefined };
const gate: [
  string,
  Parameters<typeof refuse>[0],
  { scheme: string; languageId: string; isWritable?: boolean },
  RegExp | undefined,
][] = [
  ['a file', on, { scheme: 'file', languageId: 'python' }, undefined],
  ['an untitled file', on, { scheme: 'untitled', languageId: 'plaintext' }, undefined],
  ['a cell', on, { scheme: 'vscode-notebook-cell', languageId: 'python' }, undefined],
  ['an output channel', on, { scheme: 'output', languageId: 'log' }, /"output"/],
  ['a diff of git', on, { scheme: 'git', languageId: 'python' }, /"git"/],
  ['a file on another machine', on, { scheme: 'ssh', languageId: 'python', isWritable: true }, undefined],
  ["GitHub's files", on, { scheme: 'vscode-vfs', languageId: 'python', isWritable: true }, undefined],
  ["the user's settings", on, { scheme: 'vscode-userdata', languageId: 'jsonc', isWritable: true }, /"vscode-userdata"/],
  ['a disabled language', on, { scheme: 'file', languageId: 'markdown' }, /markdown/],
  ['disabled', { ...on, enabled: false }, { scheme: 'file', languageId: 'python' }, /disabled/],
  ['paused', { ...on, pausedUntil: 2000 }, { scheme: 'file', languageId: 'python' }, /paused/],
  ['a pause that is over', { ...on, pausedUntil: 1000 }, { scheme: 'file', languageId: 'python' }, undefined],
];
for (const [name, switches, document, wanted] of gate) {
  test(`gate: ${name}`, () => {
    const reason = refuse(switches, { isWritable: false, ...document }, 1000);
    if (wanted) assert.match(reason ?? '', wanted);
    else assert.equal(reason, undefined);
  });
}

const cursor = { isEmpty: true, active: 7 };
const editor = { selections: [cursor] };
const places: [string, Parameters<typeof announcedPlace<number>>, number | undefined][] = [
  ['the cursor that types', [editor, editor, true], 7],
  ['another editor', [editor, { selections: [cursor] }, true], undefined],
  ['no active editor', [editor, undefined, true], undefined],
  ['a cursor that only moves', [editor, editor, false], undefined],
];
for (const [name, args, wanted] of places) {
  test(`announced: ${name}`, () => {
    assert.equal(announcedPlace(...args), wanted);
  });
}
for (const selections of [[], [cursor, cursor], [{ isEmpty: false, active: 7 }]]) {
  test(`announced: not with ${JSON.stringify(selections)}`, () => {
    const selecting = { selections };
    assert.equal(announcedPlace(selecting, selecting, true), undefined);
  });
}

const at = (offset: number, text: string) => ({ offset, removed: 0, text });
test('following: typed along, a word, a pair, the rest', () => {
  const following = new Following('turn area(x)\n', 10);
  assert.deepEqual(following.step(at(10, 't')), { kind: 'along' });
  assert.deepEqual(following.step(at(11, 'urn')), { kind: 'partly', length: 4 });
  assert.deepEqual(following.step(at(14, ' area')), { kind: 'partly', length: 9 });
  assert.deepEqual(following.step(at(19, '(x)\n')), { kind: 'whole' });
});
test('following: a closing bracket that comes by itself is typed', () => {
  assert.deepEqual(new Following('()\nx', 0).step(at(0, '()')), { kind: 'along' });
});
test('following: other text, another place, a deletion', () => {
  for (const change of [at(10, 'x'), at(9, 't'), { offset: 9, removed: 1, text: '' }]) {
    assert.deepEqual(new Following('turn', 10).step(change), { kind: 'left' });
  }
});
test("following: a cell's line ends may be others than the server's", () => {
  const following = new Following('a:\n  b\n  c', 0, true);
  assert.deepEqual(following.step(at(0, 'a:\r\n')), { kind: 'partly', length: 3 });
  assert.deepEqual(following.step(at(4, '  b\r\n')), { kind: 'partly', length: 7 });
  assert.deepEqual(following.step(at(9, '  c')), { kind: 'whole' });
});
test("following: lengths count the server's own line ends", () => {
  const following = new Following('a:\r\n  b\r\n  c', 0);
  assert.deepEqual(following.step(at(0, 'a:\r\n')), { kind: 'partly', length: 4 });
  assert.deepEqual(following.step(at(4, '  b\r\n')), { kind: 'partly', length: 9 });
});

const place = { line: 3, character: 4 };
const item = (insertText: string) => ({ insertText, range: { start: place, end: place } });
test('alternatives go on while they are typed along', () => {
  const kept = [item('alpha beta'), item('alpine'), item('other')];
  const answer = [item('alpha beta')];
  const still = goingOn(kept, { line: 3, character: 7 }, () => 'alp', answer);
  assert.deepEqual(
    still.map((each) => each.insertText),
    ['alpine'],
  );
  assert.deepEqual(still[0]?.range?.end, { line: 3, character: 7 });
});
test('alternatives that were taken whole or left are gone', () => {
  assert.deepEqual(
    goingOn([item('abc'), item('xyz')], { line: 3, character: 7 }, () => 'abc', []),
    [],
  );
  assert.deepEqual(
    goingOn([item('abc')], { line: 4, character: 0 }, () => 'a', []),
    [],
  );
});

const code = (text: string, language = 'python') => ({ isCode: true, language, text });
test('cells: those before, of the same language, and prose as comments', () => {
  const cells = [
    code('import os'),
    { isCode: false, language: 'markdown', text: '# Title\n\ntext' },
    code('%pip install x\nx = 1\n'),
    code('select 1', 'sql'),
    code('os.'),
  ];
  const { text, lines } = compose(cells, 4);
  assert.equal(text, 'import os\n\n# # Title\n#\n# text\n# %pip install x\nx = 1\n\nos.');
  assert.equal(text.split('\n')[lines], 'os.');
});
test('cells: no more than there is room for, the nearest first', () => {
  const { text } = compose([code('a = 1'), code('b = 2'), code('c')], 2, 8);
  assert.equal(text, 'b = 2\n\nc');
});
test('cells: the first one stands alone', () => {
  assert.deepEqual(compose([code('x\r\ny')], 0), { text: 'x\ny', lines: 0 });
});

test('explain', () => {
  const told = { line: 4, asked: 100, sent: 101, answered: 150, items: 1, outcome: 'answered' as const, reason: '' };
  assert.match(explain(told), /^Line 5: answered after 50 ms \(server 49 ms\) with 1 completion\.$/);
  assert.match(explain({ ...told, outcome: 'refused', reason: 'completion is paused' }), /because completion is paused/);
  assert.match(explain({ ...told, items: 0 }), /nothing to show/);
  assert.match(explain(undefined), /Nothing has been asked/);
});

test("diagnostics: the nearest twenty, short, with the protocol's severities", () => {
  const all = Array.from({ length: 100 }, (_, line) => ({
    range: { start: { line, character: 2 } },
    message: 'm'.repeat(400),
    severity: 0,
  }));
  const told = nearest(all, 50);
  assert.deepEqual(
    told.slice(0, 3).map((each) => each.range.start.line),
    [50, 49, 51],
  );
  assert.equal(told.length, 20);
  assert.equal(told[0]?.message.length, 300);
  assert.equal(told[0]?.severity, 1);
  assert.deepEqual(nearest([], 3), []);
});
