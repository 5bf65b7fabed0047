import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Here, type WireEdit, hint, isAtPlace, onOneLine } from '../../src/edits/next_edit';

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
