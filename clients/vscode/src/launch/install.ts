// Creates the extension's own Python environment after the user has agreed. Shows progress, logs every line, can be cancelled.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { Launch } from './launch';
import { completeMark, interpreterOf, onPath } from './machine';
import {
  type Carried,
  type Kind,
  type Maker,
  OLDER_PROBE,
  PROBE,
  PYTHONS,
  type Step,
  UVS_PYTHON,
  engineStep,
  installSteps,
  tellingLine,
} from './steps';

const PROBE_MS = 15_000;

export class InstallFailed extends Error {}

/** Finds the wheels inside this extension. A development build has none, and no index has the package: raises InstallFailed. */
export function carriedBy(extensionPath: string): Carried {
  const folder = join(extensionPath, 'server');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const wheel = names.find((name) => name.startsWith('codestral_ls-') && name.endsWith('.whl'));
  if (wheel === undefined) {
    throw new InstallFailed(
      'This build of the extension carries no server. Set codestral-ls.client.command to one that you have installed.',
    );
  }
  return { wheel: join(folder, wheel), folder, everything: names.some((name) => name.startsWith('codestral_ls_engine-')) };
}

/** Asks what to install; undefined if the user wants nothing now. */
export async function askForConsent(everything: boolean): Promise<Kind | 'interpreter' | 'never' | undefined> {
  // A notification is narrow: longer labels are cut off.
  const local = 'Local Model';
  const api = 'API Only';
  const own = 'My Python…';
  const never = 'Never';
  const answer = await vscode.window.showInformationMessage(
    'codestral-ls was not found. Shall this extension make a Python environment of its own for it? ' +
      (everything
        ? 'Local Model: with llama.cpp and a small model; all of it is in this extension. API Only: without llama.cpp. '
        : 'Local Model: llama.cpp is fetched (about 150 MB), or compiled where none is prebuilt, which takes 5 to 12 minutes; ' +
          'the model that comes with it needs no download. API Only: for the Codestral API or another server, about a minute. ') +
      'My Python…: choose a Python that has codestral-ls.',
    local,
    api,
    own,
    never,
  );
  return answer === local
    ? 'local'
    : answer === api
      ? 'api'
      : answer === own
        ? 'interpreter'
        : answer === never
          ? 'never'
          : undefined;
}

/** Asks whether llama.cpp may be installed for the existing server. */
export async function askForEngine(launch: Launch): Promise<boolean> {
  const yes = 'Install It';
  const answer = await vscode.window.showInformationMessage(
    `llama.cpp is fetched (about 150 MB) and installed beside ${launch.command}, or compiled where none is prebuilt for this ` +
      'machine, which takes 5 to 12 minutes. Then the embedded model writes some words.',
    yes,
  );
  return answer === yes;
}

/** Raises InstallFailed, with a sentence for the user. */
export async function installEngine(launch: Launch, log: vscode.LogOutputChannel): Promise<void> {
  await taking([engineStep(launch)], log);
}

/** Raises InstallFailed, with a sentence for the user. */
export async function install(environment: string, carried: Carried, kind: Kind, log: vscode.LogOutputChannel): Promise<void> {
  const maker = await findMaker(join(dirname(environment), 'uv'), log);
  mkdirSync(dirname(environment), { recursive: true });
  rmSync(completeMark(environment), { force: true });
  await taking(installSteps(maker, environment, interpreterOf(environment), carried, kind), log);
  writeFileSync(completeMark(environment), `${carried.wheel} ${kind}\n`);
}

/** Runs the steps in order. Every line is logged; a notification shows the progress and can cancel. */
async function taking(steps: readonly Step[], log: vscode.LogOutputChannel): Promise<void> {
  const options = { location: vscode.ProgressLocation.Notification, title: 'codestral-ls', cancellable: true };
  await vscode.window.withProgress(options, async (progress, token) => {
    const began = Date.now();
    const take = async (step: Step) => {
      let detail = '';
      const tell = () => {
        const minutes = Math.floor((Date.now() - began) / 60_000);
        progress.report({ message: `${step.say}${detail ? ` (${detail})` : ''}${minutes > 0 ? `, ${minutes} min so far` : ''}` });
      };
      tell();
      const ticking = setInterval(tell, 10_000);
      try {
        await run(step, token, (line) => {
          log.info(line);
          const telling = tellingLine(line);
          if (telling && telling !== detail) {
            detail = telling;
            tell();
          }
        });
      } catch (error) {
        if (!(error instanceof InstallFailed) || step.otherwise === undefined || token.isCancellationRequested) throw error;
        log.warn(error.message);
        clearInterval(ticking);
        for (const other of step.otherwise) await take(other);
      } finally {
        clearInterval(ticking);
      }
    };
    for (const step of steps) await take(step);
  });
}

/** Finds a Python on this machine, otherwise uv if the user lets it fetch one. Raises InstallFailed. */
async function findMaker(uvFolder: string, log: vscode.LogOutputChannel): Promise<Maker> {
  const python = await findPython(PYTHONS, PROBE, log);
  if (python) return { kind: 'python', python };
  const own = onPath('uv', [process.env['PATH'] ?? '', join(homedir(), '.local', 'bin')].join(delimiter));
  const older = own ? undefined : (await findPython([['python3']], OLDER_PROBE, log))?.[0];
  if (!own && !older) {
    throw new InstallFailed(
      'No Python 3.11 or newer with the module venv was found, and no uv that could fetch one. ' +
        'Install either, or choose a Python in the settings.',
    );
  }
  const fetch = 'Fetch It';
  const answer = await vscode.window.showInformationMessage(
    `No Python 3.11 or newer was found. Shall uv ${own ? `(${own}) ` : '(a small program that is fetched first) '}` +
      `fetch Python ${UVS_PYTHON} for codestral-ls? It is kept by uv and changes nothing else on this machine.`,
    fetch,
  );
  if (answer !== fetch) throw new InstallFailed('Nothing was installed: codestral-ls needs Python 3.11 or newer.');
  if (own) return { kind: 'uv', uv: own };
  return { kind: 'uv', uv: join(uvFolder, 'bin', 'uv'), bootstrap: { python: older ?? 'python3', folder: uvFolder } };
}

async function findPython(
  candidates: readonly (readonly string[])[],
  probe: string,
  log: vscode.LogOutputChannel,
): Promise<readonly string[] | undefined> {
  for (const python of candidates) {
    const [command = '', ...args] = python;
    const code = await new Promise<number | null>((resolve) => {
      const child = spawn(command, [...args, '-c', probe], { stdio: 'ignore', timeout: PROBE_MS, cwd: homedir() });
      child.on('error', () => resolve(null));
      child.on('exit', resolve);
    });
    if (code === 0) return python;
    log.info(`${python.join(' ')}: ${code === null ? 'not there' : 'too old, or without venv or pip'}`);
  }
  return undefined;
}

function run(step: Step, token: vscode.CancellationToken, onLine: (line: string) => void): Promise<void> {
  onLine(`$ ${[step.command, ...step.args].join(' ')}`);
  return new Promise((resolve, reject) => {
    // Its own process group (where the system has them), so that cancelling also ends the compilers.
    const child = spawn(step.command, [...step.args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: process.platform !== 'win32',
      cwd: homedir(), // otherwise Python could import a module from the folder in which the editor was started
    });
    const cancelling = token.onCancellationRequested(() => {
      if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGTERM');
      else child.kill();
    });
    let last = '';
    for (const stream of [child.stdout, child.stderr]) {
      let rest = '';
      stream.setEncoding('utf8').on('data', (text: string) => {
        const lines = (rest + text).split(/\r?\n/);
        rest = lines.pop() ?? '';
        for (const line of lines.filter((line) => line.trim())) {
          last = line.trim();
          onLine(line);
        }
      });
    }
    const end = (failure?: InstallFailed) => {
      cancelling.dispose();
      if (failure) reject(failure);
      else resolve();
    };
    child.on('error', (error) => end(new InstallFailed(`${step.say}: ${error.message}`)));
    child.on('close', (code) => {
      if (token.isCancellationRequested) end(new InstallFailed('The installation was cancelled.'));
      else end(code === 0 ? undefined : new InstallFailed(`${step.say} failed: ${last || `status ${String(code)}`}`));
    });
  });
}
