// The command that chooses the model: from the backend's models, or from the catalogue, in which case it is fetched first.

import * as vscode from 'vscode';
import type { App } from '../app';
import type { Connection } from '../session/client';
import { settingName, write } from '../settings';

const MODELS = 'codestral-ls.models';
const PULL = 'codestral-ls.pullModel';
const RECOMMEND = 'codestral-ls.recommendModel';
const OFFERED = 'offeredModel';

interface Pullable {
  readonly name: string;
  readonly detail: string;
  /** The licence terms to accept before fetching; empty if there are none. */
  readonly licence: string;
}

/** The running server's answer: the models that its backend can use. */
interface Models {
  readonly option: string;
  readonly current: string;
  readonly models: readonly string[];
  readonly pullable: readonly Pullable[];
  readonly message: string;
}

export function registerModels(app: App): vscode.Disposable[] {
  return [vscode.commands.registerCommand('codestral-ls.chooseModel', () => chooseModel(app))];
}

async function chooseModel(app: App): Promise<void> {
  if (!app.connection) await app.start();
  const { connection } = app;
  if (!connection?.offers(MODELS)) {
    void vscode.window.showInformationMessage('The server does not run, so it cannot list models.');
    return;
  }
  const known = await ask<Models>(connection, MODELS, []);
  if (!known.option) {
    void vscode.window.showInformationMessage(known.message);
    return;
  }
  const chosen = await pick(known);
  if (chosen === undefined) return;
  if (typeof chosen !== 'string' && !(await pull(connection, chosen))) return;
  await write(settingName(known.option), typeof chosen === 'string' ? chosen : chosen.name);
}

/** Offers, once and after the first completion, a stronger model than the embedded one if this machine is fast enough. */
export async function offerModel(app: App): Promise<void> {
  const { connection, context } = app;
  if (!connection?.offers(RECOMMEND) || context.globalState.get<boolean>(OFFERED)) return;
  try {
    const { model, measured } = await ask<{ model: Pullable | null; measured: boolean }>(connection, RECOMMEND, []);
    if (measured) await context.globalState.update(OFFERED, true);
    if (!model) return;
    const fetch = 'Fetch It';
    const other = 'Choose…';
    const answer = await vscode.window.showInformationMessage(
      `The small model that comes with codestral-ls writes now. ${model.name} writes better and is fast enough on this machine ` +
        `(${model.detail}).`,
      fetch,
      other,
      'No',
    );
    if (answer === other) await chooseModel(app);
    else if (answer === fetch && (await pull(connection, model))) await write('local.model', model.name);
  } catch (error) {
    app.log.warn(`no model could be recommended: ${String(error)}`);
  }
}

async function pick({ option, current, models, pullable, message }: Models): Promise<string | Pullable | undefined> {
  const other = { label: '$(edit) Another name…' };
  const picks = [
    ...models.map((model) => ({ label: model, description: model === current ? 'in use' : '', chosen: model })),
    ...(pullable.length > 0 ? [{ label: 'Fetch first', kind: vscode.QuickPickItemKind.Separator }] : []),
    ...pullable.map((model) => ({ label: `$(cloud-download) ${model.name}`, detail: model.detail, chosen: model })),
    other,
  ];
  const answer: { label: string; chosen?: string | Pullable } | undefined = await vscode.window.showQuickPick(picks, {
    placeHolder: message || 'Which model writes the completions?',
    matchOnDetail: true,
  });
  if (answer?.label !== other.label) return answer?.chosen;
  return (await vscode.window.showInputBox({ prompt: option, value: current }))?.trim() || undefined;
}

/** Fetches a model while the server shows the progress. Returns whether it is here now. */
async function pull(connection: Connection, { name, licence }: Pullable): Promise<boolean> {
  if (licence) {
    const accept = 'Accept the Licence';
    const answer = await vscode.window.showWarningMessage(
      `${name} is not free for every use.`,
      { modal: true, detail: licence },
      accept,
    );
    if (answer !== accept) return false;
  }
  const { pulled, message } = await ask<{ pulled: boolean; message: string }>(connection, PULL, [
    { name, licenceAccepted: Boolean(licence) },
  ]);
  if (!pulled) void vscode.window.showWarningMessage(`codestral-ls: ${message}`);
  return pulled;
}

function ask<R>(connection: Connection, command: string, args: readonly unknown[]): Promise<R> {
  return connection.request<R>('workspace/executeCommand', { command, arguments: args });
}
