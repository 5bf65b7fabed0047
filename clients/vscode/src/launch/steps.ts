// What an installation consists of, as plain data: the command lines in their order and what to tell meanwhile. Pure.

import type { Launch } from './launch';

export type Kind = 'local' | 'api';

/** How an environment is made: by a Python of the machine, or by uv, which fetches one. */
export type Maker =
  | { readonly kind: 'python'; readonly python: readonly string[] }
  | {
      readonly kind: 'uv';
      readonly uv: string;
      /** An older Python with pip that fetches uv into `folder` first, where the machine has none. */
      readonly bootstrap?: { readonly python: string; readonly folder: string };
    };

/** What uv fetches where the machine has no Python that is new enough. */
export const UVS_PYTHON = '3.12';

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

/** Succeeds where a Python is too old for the server, but has a pip that can fetch uv. */
export const OLDER_PROBE = 'import sys, pip; sys.exit(sys.version_info < (3, 8))';

const PIP_INSTALL = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input'];

/** `package_` is a wheel's path, or the name under which an index knows the server. */
export function installSteps(maker: Maker, environment: string, interpreter: string, package_: string, kind: Kind): Step[] {
  const wanted = kind === 'local' ? `${package_}[local]` : package_;
  if (maker.kind === 'uv')
    return [
      ...(maker.bootstrap
        ? [
            {
              say: 'Fetching uv',
              command: maker.bootstrap.python,
              args: [...PIP_INSTALL, '--target', maker.bootstrap.folder, '--upgrade', 'uv'],
            },
          ]
        : []),
      {
        say: `Fetching Python ${UVS_PYTHON}`,
        command: maker.uv,
        args: ['venv', '--clear', '--managed-python', '--python', UVS_PYTHON, environment],
      },
      { say: installing(kind), command: maker.uv, args: ['pip', 'install', '--python', interpreter, wanted] },
      trying(interpreter),
    ];
  const [command = 'python3', ...first] = maker.python;
  return [
    { say: 'Making the environment', command, args: [...first, '-m', 'venv', '--clear', environment] },
    {
      say: installing(kind),
      command: interpreter,
      args: [...PIP_INSTALL, wanted],
    },
    trying(interpreter),
  ];
}

function installing(kind: Kind): string {
  return kind === 'local'
    ? 'Installing the server; compiling llama.cpp takes 5 to 12 minutes the first time'
    : 'Installing the server, about a minute';
}

function trying(interpreter: string): Step {
  return { say: 'Trying the server', command: interpreter, args: ['-m', 'codestral_ls', '--version'] };
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
