// What an installation consists of, as plain data: the command lines in their order and what to tell meanwhile. Pure.

import { type Launch, plainArguments } from './launch';

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
  /** What is done where this fails. */
  readonly otherwise?: readonly Step[];
}

/** What this extension carries: the server's wheel, and with `everything` beside it what that needs, llama.cpp among it. */
export interface Carried {
  readonly wheel: string;
  readonly folder: string;
  readonly everything: boolean;
}

/** The package that holds llama.cpp's libraries. */
const ENGINE = 'codestral-ls-engine';

/** Interpreters to try for a new environment, best first. */
export const PYTHONS: readonly (readonly string[])[] =
  process.platform === 'win32'
    ? [['py', '-3'], ['python']]
    : [['python3.13'], ['python3.12'], ['python3.11'], ['python3'], ['python']];

/** Succeeds where a Python is new enough and can make environments. */
export const PROBE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** Succeeds where a Python is too old for the server, but has a pip that can fetch uv. */
export const OLDER_PROBE = 'import sys, pip; sys.exit(sys.version_info < (3, 8))';

// Only what is imported becomes bytecode: the rest of the packages is large.
const PIP_INSTALL = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile'];

/**
 * Without a network where the extension carries everything. What it carries may be for other versions of Python than the one that
 * is there, or for a newer system: then it is fetched.
 */
export function installSteps(maker: Maker, environment: string, interpreter: string, carried: Carried, kind: Kind): Step[] {
  const [command, pip] = maker.kind === 'uv' ? [maker.uv, ['pip', 'install', '--python', interpreter]] : [interpreter, PIP_INSTALL];
  const fetched: Step[] = [
    { say: 'Installing the server, about a minute', command, args: [...pip, carried.wheel] },
    ...(kind === 'local' ? [engineStep({ command: interpreter, args: ['-P', '-m', 'codestral_ls'] })] : []),
  ];
  const wanted = kind === 'local' ? [`${carried.wheel}[local]`, ENGINE] : [carried.wheel];
  const unpacked: Step = {
    say: 'Installing the server, without a network',
    command,
    args: [...pip, '--no-index', '--find-links', carried.folder, ...wanted],
    otherwise: fetched,
  };
  return [...making(maker, environment), ...(carried.everything ? [unpacked] : fetched), trying(interpreter)];
}

function making(maker: Maker, environment: string): Step[] {
  if (maker.kind === 'python') {
    const [command = 'python3', ...first] = maker.python;
    return [{ say: 'Making the environment', command, args: [...first, '-m', 'venv', '--clear', environment] }];
  }
  const bootstrap = maker.bootstrap;
  return [
    ...(bootstrap
      ? [
          {
            say: 'Fetching uv',
            command: bootstrap.python,
            args: [...PIP_INSTALL, '--target', bootstrap.folder, '--upgrade', 'uv'],
          },
        ]
      : []),
    {
      say: `Fetching Python ${UVS_PYTHON}`,
      command: maker.uv,
      // With pip inside ("seed"), which the server installs llama.cpp with.
      args: ['venv', '--clear', '--seed', '--managed-python', '--python', UVS_PYTHON, environment],
    },
  ];
}

/** llama.cpp for a server that is there already. */
export function engineStep(launch: Pick<Launch, 'command' | 'args'>): Step {
  return {
    say: 'Fetching llama.cpp; where none is prebuilt for this machine it is compiled, 5 to 12 minutes',
    command: launch.command,
    args: plainArguments(launch, ['local', 'install', '--yes']),
  };
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
