// The command that installs or updates the server, and the offer to do so if no server is found.

import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app';
import { claim } from '../launch/claim';
import { InstallFailed, askForConsent, askForEngine, carriedBy, install, installEngine } from '../launch/install';
import type { Launch } from '../launch/launch';
import type { Kind } from '../launch/steps';
import { read, write } from '../settings';

const NEVER = 'neverOfferInstall';

export function registerInstall(app: App): vscode.Disposable[] {
  let running: Promise<void> | undefined;
  const begin = (work: () => Promise<void>): Promise<void> => {
    running ??= installing(app, work, () => void begin(work)).finally(() => {
      running = undefined;
    });
    return running;
  };
  return [
    vscode.commands.registerCommand('codestral-ls.install', async (why?: string) => {
      if (running) {
        void vscode.window.showInformationMessage('codestral-ls is being installed already.');
        return;
      }
      const launch = app.launch();
      if (why === 'local' && launch) {
        if (await askForEngine(launch)) await begin(() => engineNow(app, launch));
        return;
      }
      const kind = why === 'local' ? 'local' : await askedKind(app, why === 'offer');
      if (kind) await begin(() => installNow(app, kind));
    }),
  ];
}

/** Asks what to install; undefined if the user wants nothing installed or uses their own Python. */
async function askedKind(app: App, isOffer: boolean): Promise<Kind | undefined> {
  if (isOffer && (!read('client.offerInstall', true) || app.context.globalState.get<boolean>(NEVER))) return undefined;
  const consent = await askForConsent(carriesEverything(app));
  if (consent === 'never') await app.context.globalState.update(NEVER, true);
  if (consent === 'interpreter') await chooseInterpreter();
  if (isOffer && app.launch()) return undefined; // another window has installed it while this one's offer was on the screen
  return consent === 'local' || consent === 'api' ? consent : undefined;
}

function carriesEverything(app: App): boolean {
  try {
    return carriedBy(app.context.extensionPath).everything;
  } catch {
    return false; // a development build: the installation itself reports what is missing
  }
}

/** Installs the server into a new environment. */
async function installNow(app: App, kind: Kind): Promise<void> {
  await app.stop();
  await install(app.ownEnvironment, carriedBy(app.context.extensionPath), kind, app.log);
  // Without the local model nothing can complete until a backend is chosen and its key is set.
  if (kind === 'api' && read('backend.primary', 'local') === 'local')
    await vscode.commands.executeCommand('codestral-ls.chooseBackend');
  await app.restart('the server was installed');
  void vscode.window.showInformationMessage('codestral-ls is installed.');
}

/** Installs llama.cpp next to the existing server. */
async function engineNow(app: App, launch: Launch): Promise<void> {
  await installEngine(launch, app.log);
  await app.restart('llama.cpp was installed');
  void vscode.window.showInformationMessage('llama.cpp is installed.');
}

async function installing(app: App, work: () => Promise<void>, again: () => void): Promise<void> {
  const release = claim(join(dirname(app.ownEnvironment), 'installing'));
  if (!release) {
    void vscode.window.showInformationMessage(
      'Another window is installing codestral-ls. This one uses it as soon as it is there.',
    );
    return;
  }
  try {
    await work();
  } catch (error) {
    if (!(error instanceof InstallFailed)) throw error;
    app.log.error(error.message);
    void vscode.window.showErrorMessage(`codestral-ls: ${error.message}`, 'Open Log', 'Try Again').then((answer) => {
      if (answer === 'Open Log') app.log.show();
      if (answer === 'Try Again') again();
    });
  } finally {
    release();
  }
}

async function chooseInterpreter(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: 'A Python that has codestral-ls', canSelectMany: false });
  if (chosen?.[0]) await write('client.interpreter', chosen[0].fsPath);
}
