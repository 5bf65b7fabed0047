// Predicts where VS Code will ask for ghost text after a change. Pure.

interface Selected<P> {
  readonly selections: readonly {
    readonly isEmpty: boolean;
    readonly active: P;
  }[];
}

/**
 * Returns the cursor of `editor` if the user types there. Returns undefined if VS Code will not ask: in another editor, with
 * several cursors or a selection, or if the cursor moved without a new change (`isNew`).
 */
export function announcedPlace<P>(editor: Selected<P>, active: Selected<P> | undefined, isNew: boolean): P | undefined {
  const [only, ...more] = editor.selections;
  if (editor !== active || !only?.isEmpty || more.length > 0 || !isNew) return undefined;
  return only.active;
}
