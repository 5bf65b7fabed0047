// Sends a document to the server only once it has been shown, and its changes from then on. Extensions often open documents
// in the background; those are not completed.

import * as vscode from 'vscode';
import type { Middleware } from 'vscode-languageclient/node';

export interface OpenFilter extends vscode.Disposable {
  readonly middleware: Pick<Middleware, 'didOpen' | 'didChange' | 'didSave' | 'didClose'>;
}

export function filterOpening(): OpenFilter {
  const open = new Set<string>();
  const hidden = new Map<string, () => Promise<void>>();
  const isVisible = (document: vscode.TextDocument) =>
    vscode.window.visibleTextEditors.some((editor) => editor.document === document);

  const watching = vscode.window.onDidChangeVisibleTextEditors((editors) => {
    for (const { document } of editors) {
      const openNow = hidden.get(document.uri.toString());
      if (openNow) {
        hidden.delete(document.uri.toString());
        void openNow();
      }
    }
  });
  return {
    middleware: {
      didOpen: async (document, next) => {
        const key = document.uri.toString();
        const openNow = async () => {
          open.add(key);
          await next(document);
        };
        if (isVisible(document)) await openNow();
        else hidden.set(key, openNow);
      },
      didChange: async (event, next) => {
        if (open.has(event.document.uri.toString())) await next(event);
      },
      didSave: async (document, next) => {
        if (open.has(document.uri.toString())) await next(document);
      },
      didClose: async (document, next) => {
        const key = document.uri.toString();
        hidden.delete(key);
        if (open.delete(key)) await next(document);
      },
    },
    dispose: () => {
      watching.dispose();
    },
  };
}
