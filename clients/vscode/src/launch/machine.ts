// Looks at this machine: programs on the PATH, and the folder of the extension's own environment.

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

const windows = process.platform === 'win32';

export function onPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  for (const folder of path.split(delimiter).filter(Boolean)) {
    for (const ending of endings) {
      const candidate = join(folder, name + ending);
      if (isProgram(candidate)) return candidate;
    }
  }
  return undefined;
}

export function interpreterOf(environment: string): string {
  return windows ? join(environment, 'Scripts', 'python.exe') : join(environment, 'bin', 'python');
}

/** The file that marks an environment as completely installed. */
export function completeMark(environment: string): string {
  return join(environment, 'codestral-ls.installed');
}

export function wholeInterpreter(environment: string): string | undefined {
  const interpreter = interpreterOf(environment);
  return existsSync(completeMark(environment)) && isProgram(interpreter) ? interpreter : undefined;
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, windows ? constants.F_OK : constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
