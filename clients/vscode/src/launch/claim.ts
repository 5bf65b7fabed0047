// Lets one window at a time install: the windows of a user share the environment, and each runs this in a process of its own.

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** Milliseconds after which a claim no longer counts: no installation takes as long, and process ids are used again. */
const STALE_MS = 3_600_000;

/** Claims a path for this process. Returns what gives it back, or undefined while another process that lives has it. */
export function claim(path: string, now = Date.now()): (() => void) | undefined {
  mkdirSync(dirname(path), { recursive: true });
  if (!taken(path) && (holds(path, now) || !takenOver(path))) return undefined;
  return () => {
    rmSync(path, { force: true });
  };
}

/** Whether this process has got the path, which was free. */
function taken(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

function takenOver(path: string): boolean {
  rmSync(path, { force: true });
  return taken(path);
}

function holds(path: string, now: number): boolean {
  try {
    const holder = Number(readFileSync(path, 'utf8'));
    if (now - statSync(path).mtimeMs > STALE_MS || !Number.isInteger(holder) || holder <= 0) return false;
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
