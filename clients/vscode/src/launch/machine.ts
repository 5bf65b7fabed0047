// Looks at this machine: programs on the PATH, and the folder of the extension's own environment.

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

const windows = process.platform === 'win32';

export function onPath(name: string, path = process.env['PATH'] ?? ''): string | undefined {
  const endings = windows ? ['.exe', '.cmd', '.bat'] : [''];
  // An entry that is not absolute can lead into the project that is open.
  for (const folder of path.split(delimiter).filter((entry) => isAbsolute(entry))) {
    for (const ending of endings) {
      const candidate = join(folder, name + ending);
      if (isProgram(candidate)) return candidate;
    }
  }
  return undefined;
}

/** An environment in which Python imports nothing from the folder it runs in: each entry of its path is absolute. */
export function withOwnPythonPath(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = (environment['PYTHONPATH'] ?? '').split(delimiter).filter((entry) => isAbsolute(entry));
  const own = { ...environment };
  if (kept.length > 0) own['PYTHONPATH'] = kept.join(delimiter);
  else delete own['PYTHONPATH'];
  return own;
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
