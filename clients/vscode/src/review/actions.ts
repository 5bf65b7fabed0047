// Finds the code action of the server for a docstring or for tests. Pure.

import type { WorkspaceEdit } from 'vscode-languageserver-protocol';

export interface CodeActionWire {
  readonly title: string;
  readonly kind?: string;
  readonly edit?: WorkspaceEdit;
  readonly data?: unknown;
}

/** Searches by kind ("refactor.rewrite.docstring"), otherwise by title. */
export function chooseAction(actions: readonly CodeActionWire[], what: 'docstring' | 'tests'): CodeActionWire | undefined {
  const word = what === 'docstring' ? /docstring|documentation/i : /\btests?\b/i;
  return (
    actions.find((action) => word.test((action.kind ?? '').replaceAll('.', ' '))) ??
    actions.find((action) => word.test(action.title))
  );
}
