// What an installation consists of, as plain data: the command lines in their order and what to tell meanwhile. Pure.

import type { Launch } from './launch';

export type Kind = 'local' | 'api';

export interface Step {
  readonly say: string;
  readonly command: string;
  readonly args: readonly string[];
}

/** Interpreters to try for a new environment, best first. */
export const PYTHONS: readonly (readonly string[])[] =
  process.platform === 'win32'
    ? [['py', '-3'], ['python']]
    : [['python3.13'], ['python3.12'], ['python3.11'], ['python3'], ['python']];

/** Succeeds where a Python is new enough and can make environments. */
export const PROBE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** `package_` is a wheel's path, or the name under which an index knows the server. */
export function installSteps(
  python: readonly string[],
  environment: string,
  interpreter: string,
  package_: string,
  kind: Kind,
): Step[] {
  const [command = 'python3', ...first] = python;
  const wanted = kind === 'local' ? `${package_}[local]` : package_;
  return [
    { say: 'Making the environment', command, args: [...first, '-m', 'venv', '--clear', environment] },
    {
      say:
        kind === 'local'
          ? 'Installing the server; compiling llama.cpp takes 5 to 12 minutes the first time'
          : 'Installing the server, about a minute',
      command: interpreter,
      args: ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', wanted],
    },
    { say: 'Trying the server', command: interpreter, args: ['-m', 'codestral_ls', '--version'] },
  ];
}

/** A line of pip's output that tells how far it is, in words short enough for a notification. */
export function tellingLine(line: string): string | undefined {
  const found =
    /^\s*(Collecting|Downloading|Building wheels? for|Building wheel for|Installing collected packages|Created wheel for)\s*(\S*)/.exec(
      line,
    );
  if (!found) return undefined;
  const [, what = '', name = ''] = found;
  if (what.startsWith('Building')) return /llama/.test(line) ? 'compiling llama.cpp' : 'building';
  if (what.startsWith('Installing')) return 'unpacking';
  return `${what.toLowerCase()} ${name.replace(/[<>=!~;[].*$/, '')}`.slice(0, 60);
}

export function isOwn(launch: Launch | undefined): boolean {
  return launch?.origin === 'own';
}
