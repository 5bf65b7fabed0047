// The next edit: requested when the user pauses after a change, shown at its place, then reached, made or refused by a key.
// There is at most one, and it is dropped when the text changes.

import * as vscode from 'vscode';
import type { Connection } from '../session/client';
import { described } from '../complete/described';
import { type Switches, refuse } from '../complete/gate';
import { type Here, type WireEdit, isAtPlace } from './next_edit';
import { CellDocuments } from './cell_documents';
import { Preview } from './preview';
import { reveal } from './reveal';

const METHOD = 'textDocument/copilotInlineEdit';
const REFUSED = 'codestral-ls.refusedEdit';
/** Milliseconds without a change before the server is asked. Ghost text is shown by then and has priority. */
const REST_MS = 250;
const CONTEXT = 'codestral-ls.nextEdit';

export interface EditSurroundings {
  connection(): Connection | undefined;
  switches(): Switches;
  isCompletionShown(): boolean;
  warn(message: string): void;
}

interface Pending {
  readonly edit: WireEdit;
  readonly connection: Connection;
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
}

export class NextEdits implements vscode.Disposable {
  private pending: Pending | undefined;
  private asked: vscode.CancellationTokenSource | undefined;
  private resting: NodeJS.Timeout | undefined;
  private readonly preview = new Preview();
  private readonly cells: CellDocuments;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly around: EditSurroundings) {
    this.cells = new CellDocuments(
      () => around.connection(),
      (message) => {
        around.warn(message);
      },
    );
    const moved = () => {
      this.cells.follow();
      this.draw();
    };
    this.subscriptions = [
      this.preview,
      this.cells,
      vscode.workspace.onDidChangeTextDocument((event) => {
        this.changed(event);
      }),
      vscode.window.onDidChangeTextEditorSelection(moved),
      vscode.window.onDidChangeTextEditorVisibleRanges(moved),
      vscode.window.onDidChangeVisibleTextEditors(moved),
      vscode.commands.registerCommand('codestral-ls.nextEdit', () => this.accept()),
      vscode.commands.registerCommand('codestral-ls.refuseEdit', () => this.refuse()),
    ];
  }

  /** The edit that is proposed at the moment. */
  get proposed(): WireEdit | undefined {
    return this.pending?.edit;
  }

  private changed(event: vscode.TextDocumentChangeEvent): void {
    if (event.contentChanges.length === 0) return;
    this.cells.changed(event.document);
    if (this.pending?.document === event.document) this.hide();
    if (vscode.window.activeTextEditor?.document !== event.document) return;
    this.hide();
    // After an undo, do not propose the same edit again.
    if (event.reason !== vscode.TextDocumentChangeReason.Undo) this.askWhenResting(REST_MS);
  }

  private askWhenResting(ms: number): void {
    clearTimeout(this.resting);
    this.resting = setTimeout(() => {
      void this.ask();
    }, ms);
  }

  private async ask(): Promise<void> {
    const connection = this.around.connection();
    const editor = vscode.window.activeTextEditor;
    if (!connection || !editor || this.around.isCompletionShown()) return;
    const { document } = editor;
    if (refuse(this.around.switches(), described(document), Date.now())) return;
    const { version } = document;
    const source = new vscode.CancellationTokenSource();
    this.asked?.cancel();
    this.asked = source;
    try {
      const convert = connection.client.code2ProtocolConverter;
      const params = {
        textDocument: { uri: convert.asUri(document.uri), version },
        position: convert.asPosition(editor.selection.active),
        context: { triggerKind: 2 },
      };
      const answer = await connection.request<{ edits: WireEdit[] } | null>(METHOD, params, source.token);
      const edit = answer?.edits[0];
      const stays = this.asked === source && document.version === version && vscode.window.activeTextEditor?.document === document;
      if (edit && stays && !source.token.isCancellationRequested && !this.around.isCompletionShown()) this.take(edit, connection);
    } catch (error) {
      if (!source.token.isCancellationRequested) this.around.warn(`no next edit: ${String(error)}`);
    } finally {
      if (this.asked === source) this.asked = undefined;
      source.dispose();
    }
  }

  private take(edit: WireEdit, connection: Connection): void {
    const { client } = connection;
    const document = vscode.workspace.textDocuments.find(
      (each) => client.code2ProtocolConverter.asUri(each.uri) === edit.textDocument.uri,
    );
    if (document?.version !== edit.textDocument.version) return;
    const { start, end } = edit.range;
    const range = new vscode.Range(start.line, start.character, end.line, end.character);
    this.pending = { edit, connection, document, range };
    void vscode.commands.executeCommand('setContext', CONTEXT, true);
    this.draw();
    void connection.notify('textDocument/didShowInlineEdit', { item: edit }).catch((error: unknown) => {
      this.around.warn(String(error));
    });
  }

  private here(connection: Connection): Here | undefined {
    const editor = vscode.window.activeTextEditor;
    const [visible] = editor?.visibleRanges ?? [];
    if (!editor || !visible) return undefined;
    return {
      uri: connection.client.code2ProtocolConverter.asUri(editor.document.uri),
      line: editor.selection.active.line,
      firstVisible: visible.start.line,
      lastVisible: visible.end.line,
    };
  }

  private draw(): void {
    const { pending } = this;
    if (!pending) return;
    const { connection, edit } = pending;
    const uriOf = (document: vscode.TextDocument) => connection.client.code2ProtocolConverter.asUri(document.uri);
    this.preview.draw(edit, pending, uriOf, this.here(connection));
  }

  hide(): void {
    clearTimeout(this.resting);
    this.asked?.cancel();
    if (!this.pending) return;
    this.pending = undefined;
    void vscode.commands.executeCommand('setContext', CONTEXT, false);
    this.preview.clear();
  }

  /** Goes to the place of the edit or, if the cursor is there, makes it. */
  private async accept(): Promise<void> {
    const { pending } = this;
    if (!pending) return;
    const { edit, connection, document, range } = pending;
    const here = this.here(connection);
    if (!here || !isAtPlace(edit, here)) {
      await reveal(document, range);
      return;
    }
    const editor = vscode.window.activeTextEditor;
    if (!editor || document.version !== edit.textDocument.version) {
      this.hide();
      return;
    }
    const made = await editor.edit(
      (builder) => {
        builder.replace(range, edit.text);
      },
      { undoStopBefore: true, undoStopAfter: true },
    );
    if (!made) {
      this.hide(); // the file cannot be changed
      return;
    }
    await this.run(connection, edit.command.command, edit.command.arguments);
    this.askWhenResting(0);
  }

  /** Refuses the edit: it is not proposed again. */
  private async refuse(): Promise<void> {
    const { pending } = this;
    this.hide();
    if (pending) await this.run(pending.connection, REFUSED, pending.edit.command.arguments);
  }

  private async run(connection: Connection, command: string, args: unknown[] = []): Promise<void> {
    try {
      await connection.request('workspace/executeCommand', { command, arguments: args });
    } catch (error) {
      this.around.warn(`${command}: ${String(error)}`);
    }
  }

  dispose(): void {
    this.hide();
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
