// Which of the server's code actions writes what was asked for. Pure.

import type { WorkspaceEdit } from 'vscode-languageserver-protocol';

export interface CodeActionWire {
  readonly title: string;
  readonly kind?: string;
  readonly edit?: WorkspaceEdit;
  readonly data?: unknown;
}

/** By its kind where that says it ("refactor.rewrite.docstring"), by its title otherwise. */
export function chooseAction(actions: readonly CodeActionWire[], what: 'docstring' | 'tests'): CodeActionWire | undefined {
  const word = what === 'docstring' ? /docstring|documentation/i : /\btests?\b/i;
  return (
    actions.find((action) => word.test((action.kind ?? '').replaceAll('.', ' '))) ??
    actions.find((action) => word.test(action.title))
  );
}
