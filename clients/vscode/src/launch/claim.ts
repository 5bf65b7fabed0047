// Lets one window at a time install: the windows of a user share the environment, and each runs this in a process of its own.
//
// A claim is a file `PATH.N` with its process's id. A dead one is taken over by making `PATH.N+1`, which only one process can make;
// nobody removes or renames a file that could have become another process's meanwhile.

import { mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Milliseconds after which a claim no longer counts: no installation takes as long, and process ids are used again. */
const STALE_MS = 3_600_000;

/** Milliseconds for which a claim counts although no process is written in it: it may have been made this moment. */
const WRITING_MS = 10_000;

/** Claims a path for this process. Returns what gives it back, or undefined while another process that lives has it. */
export function claim(path: string, now = Date.now()): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true });
  const before = claimsOf(path);
  if ([...before.values()].some((file) => holds(file, now))) return undefined;
  const own = `${path}.${Math.max(0, ...before.keys()) + 1}`;
  if (!made(own)) return undefined;
  const giveBack = () => {
    if (readOr(own, '') === String(process.pid)) rmSync(own, { force: true });
  };
  const others = [...claimsOf(path).values()].filter((file) => file !== own);
  if (others.some((file) => holds(file, now))) {
    giveBack();
    return undefined;
  }
  for (const file of others) rmSync(file, { force: true });
  return giveBack;
}

/** The claims of a path that there are, dead ones among them, by their number. */
function claimsOf(path: string): Map<number, string> {
  const name = `${basename(path)}.`;
  const numbers = readdirSync(dirname(path))
    .filter((found) => found.startsWith(name) && /^\d{1,15}$/.test(found.slice(name.length)))
    .map((found) => Number(found.slice(name.length)));
  return new Map(numbers.map((number) => [number, join(dirname(path), `${name}${number}`)]));
}

/** Whether this process has made the file, which was not there. */
function made(file: string): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

/** Whether the claim's process lives and has not hung. */
function holds(file: string, now: number): boolean {
  try {
    const age = now - statSync(file).mtimeMs;
    const text = readFileSync(file, 'utf8');
    if (text === '') return age < WRITING_MS;
    const holder = Number(text);
    if (age > STALE_MS || !Number.isInteger(holder) || holder <= 0) return false;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return otherwise;
  }
}
