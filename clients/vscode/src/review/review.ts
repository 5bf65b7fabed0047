// Shows a proposed edit as a diff and waits for the user's decision. Every file of the edit gets its own diff. Nothing is
// changed before "Apply", and a file that has changed meanwhile is left alone.

import * as vscode from 'vscode';
import { type Replacement, replaced } from './replaced';

interface Proposal {
  readonly edit: vscode.WorkspaceEdit;
  readonly files: readonly { uri: vscode.Uri; version: number | undefined; left: vscode.Uri; right: vscode.Uri }[];
}

export class Review implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private proposal: Proposal | undefined;
  private count = 0;
  private readonly texts = new Map<string, string>();
  private wasShown = false;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly scheme = 'codestral-ls-review') {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, this),
      vscode.window.tabGroups.onDidChangeTabs(() => {
        this.forgetWhenClosed();
      }),
    ];
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.toString()) ?? '';
  }

  async show(edit: vscode.WorkspaceEdit, title: string): Promise<void> {
    await this.discard();
    const round = (this.count += 1);
    const files = [];
    for (const [uri, edits] of edit.entries()) {
      const document = await vscode.workspace.openTextDocument(uri).then(
        (found) => found,
        () => undefined,
      );
      const before = document?.getText() ?? '';
      const right = uri.with({ scheme: this.scheme, query: `after-${round}` });
      this.texts.set(
        right.toString(),
        replaced(
          before,
          edits.map((each) => asReplacement(each, document)),
        ),
      );
      // The left side is empty for an untitled document and for a new file.
      const left = document ? uri : uri.with({ scheme: this.scheme, query: `before-${round}` });
      files.push({ uri, version: document?.version, left, right });
    }
    this.proposal = { edit, files };
    await vscode.commands.executeCommand('setContext', 'codestral-ls.reviewing', true);
    for (const { uri, left, right } of files) {
      const name = uri.path.split('/').at(-1) ?? '';
      await vscode.commands.executeCommand('vscode.diff', left, right, `${title}: ${name} (proposed)`, { preview: false });
    }
    void vscode.window.showInformationMessage(`${title} proposed: look at the diff.`, 'Apply', 'Discard').then((answer) => {
      if (round !== this.count) return;
      if (answer === 'Apply') void this.apply();
      if (answer === 'Discard') void this.discard();
    });
  }

  async apply(): Promise<void> {
    const { proposal } = this;
    if (!proposal) return;
    const changed = proposal.files.find(
      ({ uri, version }) =>
        version !== undefined &&
        vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString())?.version !== version,
    );
    if (changed) {
      void vscode.window.showWarningMessage(
        `${changed.uri.path.split('/').at(-1) ?? ''} has changed since this was written. Ask again.`,
      );
      return;
    }
    const isMade = await vscode.workspace.applyEdit(proposal.edit);
    await this.discard();
    const [first] = proposal.files;
    if (!isMade) void vscode.window.showWarningMessage(`${first?.uri.path.split('/').at(-1) ?? 'The file'} cannot be changed.`);
    if (first) await vscode.window.showTextDocument(first.uri, { preview: false });
  }

  /** Closes the diffs and forgets the proposal. */
  async discard(): Promise<void> {
    const { proposal } = this;
    this.proposal = undefined;
    if (!proposal) return;
    await vscode.commands.executeCommand('setContext', 'codestral-ls.reviewing', false);
    const ours = new Set(proposal.files.map(({ right }) => right.toString()));
    await vscode.window.tabGroups.close(diffTabs(ours));
    this.texts.clear();
  }

  private forgetWhenClosed(): void {
    if (
      this.proposal &&
      diffTabs(new Set(this.proposal.files.map(({ right }) => right.toString()))).length === 0 &&
      this.wasShown
    ) {
      this.wasShown = false;
      void this.discard();
    } else if (this.proposal) this.wasShown = true;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function diffTabs(right: ReadonlySet<string>): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap((group) => group.tabs)
    .filter(({ input }) => input instanceof vscode.TabInputTextDiff && right.has(input.modified.toString()));
}

function asReplacement(edit: vscode.TextEdit, document: vscode.TextDocument | undefined): Replacement {
  const offset = (position: vscode.Position) => document?.offsetAt(position) ?? 0;
  return { start: offset(edit.range.start), end: offset(edit.range.end), text: edit.newText };
}
