// Where VS Code will ask for ghost text after a change. Pure.

interface Selected<P> {
  readonly selections: readonly {
    readonly isEmpty: boolean;
    readonly active: P;
  }[];
}

/**
 * The cursor of `editor`, where it is the one that is typed in; undefined where no question follows: in another editor, with
 * several cursors or a selection, and where the cursor moved without a new change (`isNew`).
 */
export function announcedPlace<P>(editor: Selected<P>, active: Selected<P> | undefined, isNew: boolean): P | undefined {
  const [only, ...more] = editor.selections;
  if (editor !== active || !only?.isEmpty || more.length > 0 || !isNew) return undefined;
  return only.active;
}
