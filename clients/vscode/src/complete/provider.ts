// Provides inline completions: checks the gate, sends the request with two fields that LSP does not have (document version,
// indentation), and follows what happens to the answer. The text is always the server's.

import * as vscode from 'vscode';
import type { Connection } from '../session/client';
import type { Cells } from './cells_sync';
import { CELL, type Switches, refuse } from './gate';
import { described } from './described';
import { Following } from './acceptance';
import { goingOn } from './alternatives';
import { announcedPlace } from './announced_place';
import type { WireItem } from './wire_item';

/** One request and its outcome; times in milliseconds since 1970. */
export interface RequestRecord {
  readonly document: string;
  readonly line: number;
  readonly character: number;
  readonly asked: number;
  readonly sent: number;
  answered: number;
  ended: number;
  items: number;
  outcome: 'answered' | 'cancelled' | 'failed' | 'refused';
  reason: string;
}

interface Shown {
  readonly item: WireItem;
  readonly uri: string;
  readonly following: Following;
}

const REMEMBERED = 500;
const SHOWN_AFTER_MS = 40;
/** Milliseconds after a change; a later move of the cursor is the user's, not the effect of the change. */
const CURSOR_FOLLOWS_MS = 50;

export interface Surroundings {
  connection(): Connection | undefined;
  switches(): Switches;
  reportsUsage(): boolean;
  onWork(open: number): void;
  onShown(): void;
}

export class Completions implements vscode.Disposable {
  readonly records: RequestRecord[] = [];
  private open = 0;
  private shown: Shown | undefined;
  /** The document version of the last answer that had a completion. */
  private shownVersion = 0;
  /** The items of the last explicit request in a document. */
  private kept: { uri: string; items: readonly WireItem[] } | undefined;
  private showing: NodeJS.Timeout | undefined;
  /** The change whose request has not been announced yet, and its time. */
  private change: { document: vscode.TextDocument; at: number } | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(
    private readonly around: Surroundings,
    private readonly cells: Cells,
  ) {
    this.subscriptions = [
      vscode.workspace.onDidChangeTextDocument((event) => {
        if (event.contentChanges.length > 0) this.change = { document: event.document, at: Date.now() };
        this.changed(event);
      }),
      vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
        this.announce(textEditor);
      }),
      vscode.languages.registerInlineCompletionItemProvider(
        { scheme: CELL },
        {
          provideInlineCompletionItems: (document, position, context, token) => this.provide(document, position, context, token),
        },
      ),
    ];
  }

  /** Whether a completion is probably on the screen: the last answer had one, and the cursor is still at its place. */
  get isShown(): boolean {
    const document = vscode.window.activeTextEditor?.document;
    return this.shown !== undefined && document?.uri.toString() === this.shown.uri && this.shownVersion === document.version;
  }

  async provide(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    token: vscode.CancellationToken,
  ): Promise<vscode.InlineCompletionItem[] | undefined> {
    const asked = Date.now();
    const connection = this.around.connection();
    const reason =
      refuse(this.around.switches(), described(document), asked) ?? (connection ? undefined : 'the server is not running');
    const record: RequestRecord = {
      document: document.uri.toString(),
      line: position.line,
      character: position.character,
      asked,
      sent: asked,
      answered: 0,
      ended: reason === undefined ? 0 : asked,
      items: 0,
      outcome: 'refused',
      reason: reason ?? '',
    };
    this.remember(record);
    if (reason !== undefined || !connection) return undefined;
    this.around.onWork((this.open += 1));
    try {
      const place = await this.cells.place(connection, document, position);
      const params = {
        ...this.params(connection, document, position, context),
        ...place.params,
      };
      Object.assign(record, { sent: Date.now() });
      const answer = await connection.request<{ items: WireItem[] } | null>('textDocument/inlineCompletion', params, token);
      record.answered = Date.now();
      record.outcome = token.isCancellationRequested ? 'cancelled' : 'answered';
      const items = token.isCancellationRequested ? [] : (answer?.items ?? []);
      record.items = items.length;
      if (items[0]) this.watchFor(document, position, items[0], place.lines);
      return this.withKept(document, position, context, items, place.lines).map((item) => asItem(item, place.lines));
    } catch (error) {
      record.outcome = token.isCancellationRequested ? 'cancelled' : 'failed';
      record.reason = error instanceof Error ? error.message : String(error);
      return undefined;
    } finally {
      record.ended = Date.now();
      this.around.onWork((this.open -= 1));
    }
  }

  /**
   * Announces to the server where VS Code will ask 50 ms after a change, so that the model writes meanwhile. The extension
   * host learns the cursor's position just after the text.
   */
  private announce(editor: vscode.TextEditor): void {
    const connection = this.around.connection();
    const { document } = editor;
    const isNew = this.change?.document === document && Date.now() - this.change.at < CURSOR_FOLLOWS_MS;
    const position = announcedPlace(editor, vscode.window.activeTextEditor, isNew);
    if (!connection || !position || !vscode.workspace.getConfiguration('editor', document).get('inlineSuggest.enabled', true))
      return;
    if (document.uri.scheme === CELL) return; // a cell's document is updated with the request only
    if (refuse(this.around.switches(), described(document), Date.now()) !== undefined) return;
    this.change = undefined;
    const context = {
      triggerKind: vscode.InlineCompletionTriggerKind.Automatic,
      selectedCompletionInfo: undefined,
    };
    const params = this.params(connection, document, position, context);
    void connection.notify('codestral-ls/willAskInlineCompletion', params).catch(() => undefined);
  }

  /** Converts a place for the server's commands: a cell's document begins with the cells before it. */
  async where(connection: Connection, document: vscode.TextDocument, position: vscode.Position) {
    const { textDocument, position: moved } = (await this.cells.place(connection, document, position)).params;
    return {
      textDocument: { uri: textDocument?.uri ?? document.uri.toString() },
      position: moved ?? position,
    };
  }

  private params(
    connection: Connection,
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
  ) {
    const editor = vscode.window.visibleTextEditors.find((each) => each.document === document);
    const { tabSize, insertSpaces } = editor?.options ?? {};
    const convert = connection.client.code2ProtocolConverter;
    return {
      textDocument: {
        uri: convert.asUri(document.uri),
        version: document.version,
      },
      position: convert.asPosition(position),
      context: convert.asInlineCompletionParams(document, position, context).context,
      ...(typeof tabSize === 'number' && typeof insertSpaces === 'boolean' ? { formattingOptions: { tabSize, insertSpaces } } : {}),
    };
  }

  private withKept(
    document: vscode.TextDocument,
    position: vscode.Position,
    context: vscode.InlineCompletionContext,
    items: readonly WireItem[],
    lines: number,
  ): readonly WireItem[] {
    const uri = document.uri.toString();
    if (context.triggerKind === vscode.InlineCompletionTriggerKind.Invoke) {
      this.kept = items.length > 1 ? { uri, items } : undefined;
      return items;
    }
    if (this.kept?.uri !== uri) return items;
    const typed = (start: { line: number; character: number }) =>
      document.getText(new vscode.Range(start.line - lines, start.character, position.line, position.character));
    const still = goingOn(this.kept.items, { line: position.line + lines, character: position.character }, typed, items);
    if (still.length === 0) this.kept = undefined;
    return [...items, ...still];
  }

  private remember(record: RequestRecord): void {
    this.records.push(record);
    if (this.records.length > REMEMBERED) this.records.shift();
  }

  /** Counts an answer as shown if the cursor is still at its place a moment later. */
  private watchFor(document: vscode.TextDocument, position: vscode.Position, item: WireItem, lines: number): void {
    const version = document.version;
    const start = item.range ? new vscode.Position(item.range.start.line - lines, item.range.start.character) : position;
    const following = new Following(item.insertText, document.offsetAt(start), document.eol === vscode.EndOfLine.CRLF);
    const along = document.getText(new vscode.Range(start, position));
    const isContinued =
      along === '' ||
      following.step({
        offset: document.offsetAt(start),
        removed: 0,
        text: along,
      }).kind !== 'left';
    this.shownVersion = version;
    this.shown = isContinued ? { item, uri: document.uri.toString(), following } : undefined;
    clearTimeout(this.showing);
    this.showing = setTimeout(() => {
      const editor = vscode.window.activeTextEditor;
      if (editor?.document !== document || document.version !== version || !editor.selection.active.isEqual(position)) return;
      this.around.onShown();
      this.tell('textDocument/didShowCompletion', { item });
    }, SHOWN_AFTER_MS);
  }

  private changed(event: vscode.TextDocumentChangeEvent): void {
    const { shown } = this;
    if (!shown || event.document.uri.toString() !== shown.uri || event.contentChanges.length === 0) return;
    const [change, ...more] = event.contentChanges;
    const step =
      change && more.length === 0
        ? shown.following.step({
            offset: change.rangeOffset,
            removed: change.rangeLength,
            text: change.text,
          })
        : { kind: 'left' as const };
    if (step.kind === 'left' || step.kind === 'whole') this.shown = undefined;
    if (step.kind === 'partly') {
      this.tell('textDocument/didPartiallyAcceptCompletion', {
        item: shown.item,
        acceptedLength: step.length,
      });
    }
  }

  private tell(method: string, params: unknown): void {
    if (this.around.reportsUsage())
      void this.around
        .connection()
        ?.notify(method, params)
        .catch(() => undefined);
  }

  dispose(): void {
    clearTimeout(this.showing);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}

function asItem(item: WireItem, lines: number): vscode.InlineCompletionItem {
  const range =
    item.range &&
    new vscode.Range(
      item.range.start.line - lines,
      item.range.start.character,
      item.range.end.line - lines,
      item.range.end.character,
    );
  return new vscode.InlineCompletionItem(item.insertText, range, item.command);
}
