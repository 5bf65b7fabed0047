// The steps of an installation as plain data: the command lines in order, and the progress message of each. Pure.

import { type Launch, plainArguments } from './launch';

export type Kind = 'local' | 'api';

/** How an environment is created: by a Python on the machine, or by uv, which fetches one. */
export type Maker =
  | { readonly kind: 'python'; readonly python: readonly string[] }
  | {
      readonly kind: 'uv';
      readonly uv: string;
      /** An older Python whose pip first fetches uv into `folder`, if the machine has no uv. */
      readonly bootstrap?: { readonly python: string; readonly folder: string };
    };

/** The Python that uv fetches if the machine has none that is new enough. */
export const UVS_PYTHON = '3.12';

export interface Step {
  readonly say: string;
  readonly command: string;
  readonly args: readonly string[];
  /** The step to run if this step fails. */
  readonly otherwise?: readonly Step[];
}

/** What this extension contains: the server's wheel and, with `everything`, its dependencies and llama.cpp. */
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

/** Succeeds if a Python is new enough and can create environments. */
export const PROBE = 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))';

/** Succeeds if a Python is too old for the server but has a pip that can fetch uv. */
export const OLDER_PROBE = 'import sys, pip; sys.exit(sys.version_info < (3, 8))';

// Compile only imported modules to bytecode: the packages are large.
const PIP_INSTALL = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile'];

/**
 * Needs no network if the extension contains everything. Its wheels may be for other versions of Python or for a newer
 * system: then they are fetched.
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
      // "seed" adds pip, with which the server installs llama.cpp.
      args: ['venv', '--clear', '--seed', '--managed-python', '--python', UVS_PYTHON, environment],
    },
  ];
}

/** The steps that install llama.cpp for an existing server. */
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

/** Shortens a progress line of pip for a notification; undefined for other lines. */
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
