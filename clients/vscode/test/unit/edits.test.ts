import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Here, type WireEdit, block, hint, insertedAbove, isAtPlace, onOneLine } from '../../src/edits/next_edit';

const edit: WireEdit = {
  text: 'x',
  range: { start: { line: 10, character: 2 }, end: { line: 12, character: 0 } },
  textDocument: { uri: 'file:///work/a%20b.py', version: 3 },
  command: { title: '', command: 'codestral-ls.acceptedEdit', arguments: ['edit-1'] },
};
const here: Here = { uri: edit.textDocument.uri, line: 11, firstVisible: 0, lastVisible: 30 };

const places: [string, Partial<Here>, boolean, string | undefined][] = [
  ['in it', {}, true, undefined],
  ['in its first line', { line: 10 }, true, undefined],
  ['in its last line', { line: 12 }, true, undefined],
  ['above it', { line: 9 }, false, undefined],
  ['below it', { line: 13 }, false, undefined],
  ['it is below the screen', { line: 3, lastVisible: 9 }, false, '⇥ next edit in line 11 ↓'],
  ['it is above the screen', { line: 40, firstVisible: 20, lastVisible: 60 }, false, '⇥ next edit in line 11 ↑'],
  ['in another document', { uri: 'file:///work/c.py' }, false, '⇥ next edit in a b.py, line 11'],
];
for (const [name, part, atPlace, said] of places) {
  test(`next edit: ${name}`, () => {
    assert.equal(isAtPlace(edit, { ...here, ...part }), atPlace);
    assert.equal(hint(edit, { ...here, ...part }), said);
  });
}

test('next edit: several lines on one', () => {
  assert.equal(onOneLine('a\r\n    b\n'), 'a ⏎ b ⏎ ');
  assert.equal(onOneLine('    x = 1'), '    x = 1');
  assert.equal(onOneLine('y'.repeat(500)).length, 201);
});

test('next edit: a cell is named by its number', () => {
  const cell = { ...edit, textDocument: { uri: 'vscode-notebook-cell:/work/a.ipynb#W0', version: 1 } };
  assert.equal(hint(cell, here, 'cell 2'), '⇥ next edit in cell 2, line 11');
});

const CODE = ['def one(value):', '\treturn value', '', 'def two(value):', '\treturn value'];
const lines = { count: CODE.length, tabSize: 4, at: (line: number) => CODE[line] ?? '' };
const made = (text: string, from: [number, number], to = from) => ({
  ...edit,
  text,
  range: { start: { line: from[0], character: from[1] }, end: { line: to[0], character: to[1] } },
});

test('next edit: several new lines are a block at the right, one below the other', () => {
  const rows = block(made('\n\tlog(value)\n\tif value:\n\t\tstop()', [0, 15]), lines);
  assert.deepEqual(
    rows?.map(({ line, text }) => [line, text]),
    [
      [1, 'log(value)'],
      [2, 'if value: '],
      [3, '    stop()'],
    ],
  );
  const columns = rows?.map(({ line, gap }) => (line === 1 ? 16 : (CODE[line]?.length ?? 0)) + gap);
  assert.deepEqual(columns, [19, 19, 19]);
});

test('next edit: whole lines that give way are shown with what stays of them', () => {
  const rows = block(made('first(1)\n\treturn second(', [0, 4], [1, 8]), lines);
  assert.deepEqual(
    rows?.map(({ line, text }) => [line, text]),
    [
      [0, 'def first(1)'.padEnd(23)],
      [1, '    return second(value'],
    ],
  );
});

test('next edit: at the end of a document the rest of a block is on the last line', () => {
  const rows = block(made('\n\tlog(1)\n\tlog(2)\n', [4, 13]), lines);
  assert.deepEqual(
    rows?.map(({ line, text }) => [line, text]),
    [[4, 'log(1) ⏎ log(2) ⏎ ']],
  );
});

for (const [name, one, wanted] of [
  ['at the end of a line: above the next', made('\n\tlog(1)\n\tlog(2)', [0, 15]), 1],
  ['at the beginning of a line: above it', made('\tlog(1)\n\tlog(2)\n', [4, 0]), 4],
  ['after the last line: nowhere', made('\n\tlog(1)\n\tlog(2)', [4, 13]), undefined],
  ['one line: no block, no place', made('\n\tlog(1)', [0, 15]), undefined],
  ['with lines that give way: no place', made('first(1)\n\treturn second(', [0, 4], [1, 8]), undefined],
] as const) {
  test(`next edit: where lines go in, ${name}`, () => {
    assert.equal(insertedAbove(one, lines), wanted);
  });
}

for (const [name, one] of [
  ['a word', made('total', [1, 1], [1, 7])],
  ['one line that comes in', made('\tlog(value)\n', [1, 0])],
  ['one line at the end of another', made('\n\tlog(value)', [0, 15])],
  ['lines that go', made('', [0, 0], [2, 0])],
] as const) {
  test(`next edit: ${name} needs no block`, () => {
    assert.equal(block(one, lines), undefined);
  });
}
