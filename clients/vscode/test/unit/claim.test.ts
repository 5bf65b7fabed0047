import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { claim } from '../../src/launch/claim';

const WINDOWS = 6;
const ROUNDS = 80;
const ROUND_MS = 4;
const HOUR_MS = 3_600_000;

const pathOf = (folder: string, round: number) => join(folder, String(round), 'installing');

/** A window that claims each round's path when the round begins, and keeps what it gets until it is told to end. */
function claimWhenTold(folder: string): void {
  process.on('message', (began: number) => {
    const won: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      while (Date.now() < began + round * ROUND_MS);
      if (claim(pathOf(folder, round))) won.push(round);
    }
    process.send?.(won);
  });
  process.send?.([]);
}

/** For each round, how many of some windows that claim at once have got the path. */
async function claimedAtOnce(folder: string): Promise<number[]> {
  const children = Array.from({ length: WINDOWS }, () => fork(__filename, ['window', folder]));
  const said = () =>
    Promise.all(
      children.map((child) => new Promise<number[]>((resolve) => child.once('message', (won) => resolve(won as number[])))),
    );
  try {
    await said(); // all of them are there
    const won = said();
    const began = Date.now() + 50;
    for (const child of children) child.send(began);
    const all = (await won).flat();
    return Array.from({ length: ROUNDS }, (_, round) => all.filter((one) => one === round).length);
  } finally {
    for (const child of children) child.kill();
  }
}

async function inFolder(work: (folder: string) => unknown): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'codestral-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

if (process.argv[2] === 'window') claimWhenTold(process.argv[3] ?? '');
else {
  test('one process at a time installs', () =>
    inFolder((folder) => {
      const path = join(folder, 'storage', 'installing');
      const release = claim(path);
      assert.ok(release);
      assert.equal(claim(path), undefined);
      release();
      release();
      claim(path)?.();
      assert.deepEqual(readdirSync(join(folder, 'storage')), []);
    }));

  test('none that is dead or has hung for an hour keeps others from it', () =>
    inFolder((folder) => {
      const path = join(folder, 'installing');
      for (const holder of ['999999999', 'no number', '-1', '']) {
        writeFileSync(`${path}.3`, holder);
        const old = (Date.now() - 60_000) / 1000;
        utimesSync(`${path}.3`, old, old);
        const release = claim(path);
        assert.ok(release, holder);
        assert.equal(claim(path), undefined);
        release();
        assert.deepEqual(readdirSync(folder), [], holder);
      }
      const hung = claim(path);
      const release = claim(path, Date.now() + HOUR_MS + 100_000);
      assert.ok(release);
      hung?.();
      assert.equal(claim(path), undefined, 'what hung gives back nothing but its own');
      release();
    }));

  test('a claim whose process is not written in it yet is one', () =>
    inFolder((folder) => {
      writeFileSync(join(folder, 'installing.1'), '');
      assert.equal(claim(join(folder, 'installing')), undefined);
      assert.deepEqual(readdirSync(folder), ['installing.1']);
    }));

  test('of windows that claim at once, or take over what a dead one has left, one gets it', () =>
    inFolder(async (folder) => {
      for (let round = 0; round < ROUNDS; round += 1) {
        mkdirSync(join(folder, String(round)));
        if (round % 2)
          for (const name of ['installing', 'installing.1']) writeFileSync(join(folder, String(round), name), '999999999');
      }
      assert.deepEqual(new Set(await claimedAtOnce(folder)), new Set([1]));
    }));
}
