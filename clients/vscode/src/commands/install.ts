// The command that installs or updates the server, and the offer to do so where none is found.

import * as vscode from 'vscode';
import type { App } from '../app';
import { InstallFailed, askForConsent, install, packageToInstall } from '../launch/install';
import type { Kind } from '../launch/steps';
import { read, write } from '../settings';

const NEVER = 'neverOfferInstall';

export function registerInstall(app: App): vscode.Disposable[] {
  let running: Promise<void> | undefined;
  const begin = (kind: Kind) => {
    running ??= installNow(app, kind).finally(() => {
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
      const kind = why === 'local' ? 'local' : await askedKind(app, why === 'offer');
      if (kind) await begin(kind);
    }),
  ];
}

/** What the user wants installed; undefined for nothing, now or ever, or a Python of the user's own. */
async function askedKind(app: App, isOffer: boolean): Promise<Kind | undefined> {
  if (isOffer && (!read('client.offerInstall', true) || app.context.globalState.get<boolean>(NEVER))) return undefined;
  const consent = await askForConsent();
  if (consent === 'never') await app.context.globalState.update(NEVER, true);
  if (consent === 'interpreter') await chooseInterpreter();
  return consent === 'local' || consent === 'api' ? consent : undefined;
}

async function installNow(app: App, kind: Kind): Promise<void> {
  try {
    await app.stop();
    await install(app.ownEnvironment, packageToInstall(app.context.extensionPath), kind, app.log);
    // Without the local model there is nothing to complete with until a backend is chosen, and its key is set.
    if (kind === 'api' && read('backend.primary', 'local') === 'local')
      await vscode.commands.executeCommand('codestral-ls.chooseBackend');
    await app.restart('the server was installed');
    void vscode.window.showInformationMessage('codestral-ls is installed.');
  } catch (error) {
    if (!(error instanceof InstallFailed)) throw error;
    app.log.error(error.message);
    void vscode.window.showErrorMessage(`codestral-ls: ${error.message}`, 'Open Log', 'Try Again').then((answer) => {
      if (answer === 'Open Log') app.log.show();
      if (answer === 'Try Again') void vscode.commands.executeCommand('codestral-ls.install');
    });
  }
}

async function chooseInterpreter(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: 'A Python that has codestral-ls', canSelectMany: false });
  if (chosen?.[0]) await write('client.interpreter', chosen[0].fsPath);
}
