// The command that installs or updates the server, and the offer to do so where none is found.

import * as vscode from 'vscode';
import type { App } from '../app';
import { InstallFailed, askForConsent, install, packageToInstall } from '../launch/install';
import { read, write } from '../settings';

const NEVER = 'neverOfferInstall';

export function registerInstall(app: App): vscode.Disposable[] {
  let running: Promise<void> | undefined;
  return [
    vscode.commands.registerCommand('codestral-ls.install', async (why?: string) => {
      running ??= installAsAsked(app, why === 'offer').finally(() => { running = undefined; });
      await running;
    }),
  ];
}

async function installAsAsked(app: App, isOffer: boolean): Promise<void> {
  if (isOffer && (!read('client.offer_install', true) || app.context.globalState.get<boolean>(NEVER))) return;
  const consent = await askForConsent();
  if (consent === undefined) return;
  if (consent === 'never') {
    await app.context.globalState.update(NEVER, true);
    return;
  }
  if (consent === 'interpreter') {
    await chooseInterpreter();
    return;
  }
  try {
    await app.stop();
    await install(app.ownEnvironment, packageToInstall(app.context.extensionPath), consent, app.log);
    await app.restart('the server was installed');
    await vscode.window.showInformationMessage('codestral-ls is installed.');
  } catch (error) {
    if (!(error instanceof InstallFailed)) throw error;
    app.log.error(error.message);
    const answer = await vscode.window.showErrorMessage(`codestral-ls: ${error.message}`, 'Open Log', 'Try Again');
    if (answer === 'Open Log') app.log.show();
    if (answer === 'Try Again') await installAsAsked(app, false);
  }
}

async function chooseInterpreter(): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({ title: 'A Python that has codestral-ls', canSelectMany: false });
  if (chosen?.[0]) await write('client.interpreter', chosen[0].fsPath);
}
