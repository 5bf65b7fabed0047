// The entry points that VS Code calls. Activation creates the state, the commands and the status bar; the server starts with the
// first code file.

import * as vscode from 'vscode';
import { App } from './app';
import { registerInstall } from './commands/install';
import { registerInspect } from './commands/inspect';
import { registerKeys } from './commands/keys';
import { registerMenu } from './commands/menu';
import { offerModel, registerModels } from './commands/models';
import { registerSwitches } from './commands/switches';
import { registerWrite } from './commands/write';
import { onFirstCode } from './session/first_code';

let app: App | undefined;

/** What the tests in the extension host use. Other extensions get nothing, because the app can read the API keys. */
export interface Exports {
  readonly app: App;
  readonly activationMs: number;
}

export function activate(context: vscode.ExtensionContext): Exports | undefined {
  const began = performance.now();
  const log = vscode.window.createOutputChannel('Codestral', { log: true });
  app = new App(context, log);
  context.subscriptions.push(
    log,
    app,
    ...[registerSwitches, registerKeys, registerMenu, registerModels, registerInspect, registerWrite, registerInstall].flatMap(
      (register) => register(app as App),
    ),
  );
  const started = app;
  started.onFirstShown = () => {
    void offerModel(started);
  };
  context.subscriptions.push(
    onFirstCode(() => {
      void begin(started);
    }),
  );
  const activationMs = performance.now() - began;
  log.info(`version ${app.version} activated in ${activationMs.toFixed(0)} ms`);
  return context.extensionMode === vscode.ExtensionMode.Test ? { app, activationMs } : undefined;
}

export async function deactivate(): Promise<void> {
  await app?.stop();
  app = undefined;
}

async function begin(started: App): Promise<void> {
  if (!(await started.start())) await vscode.commands.executeCommand('codestral-ls.install', 'offer');
}
