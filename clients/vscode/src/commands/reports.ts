// Runs one of the server's subcommands and shows its output as a read-only document. The program gets the same keys and settings
// as the server, and treats the settings with the same distrust.

import { spawn } from 'node:child_process';
import * as vscode from 'vscode';
import type { App } from '../app';
import { withOwnPythonPath } from '../launch/machine';

const SCHEME = 'codestral-ls-report';
const MOST_CHARACTERS = 2_000_000;

export class Reports implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, string>();
  private count = 0;
  private readonly registered = vscode.Disposable.from(
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      this.texts.delete(uri.toString());
    }),
  );

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  /** Shows nothing if the user cancels it. */
  async show(app: App, title: string, args: readonly string[]): Promise<void> {
    const launch = app.launch();
    if (!launch) {
      await vscode.commands.executeCommand('codestral-ls.install');
      return;
    }
    const environment = { ...process.env, ...(await app.keys.environment()), NO_COLOR: '1', PYTHONIOENCODING: 'utf-8' };
    const options = { location: vscode.ProgressLocation.Notification, title: `codestral-ls ${args[0] ?? ''}`, cancellable: true };
    const text = await vscode.window.withProgress(options, (_progress, token) =>
      output(launch.command, app.argumentsForReport(launch, args), environment, token),
    );
    if (text !== undefined) await this.present(title, text);
  }

  /** Shows a text as a new read-only document, because VS Code does not reload a document that is not visible. */
  async present(title: string, text: string): Promise<void> {
    this.count += 1;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `Codestral: ${title}`, query: String(this.count) });
    this.texts.set(uri.toString(), text);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  dispose(): void {
    this.registered.dispose();
  }
}

/** Returns the program's output, with its exit code if it failed; undefined if it was cancelled. */
function output(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  token: vscode.CancellationToken,
): Promise<string | undefined> {
  return new Promise((resolve) => {
    const cwd = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const child = spawn(command, [...args], {
      env: withOwnPythonPath(env),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd ? { cwd } : {}),
    });
    const cancelling = token.onCancellationRequested(() => child.kill());
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        if (text.length < MOST_CHARACTERS) text += piece;
      });
    }
    child.on('error', (error) => {
      cancelling.dispose();
      resolve(`${command} could not be started: ${error.message}\n`);
    });
    child.on('close', (code) => {
      cancelling.dispose();
      resolve(token.isCancellationRequested ? undefined : text || `It printed nothing and ended with status ${String(code)}.\n`);
    });
  });
}
