// Decides whether to ask for a completion here and now. Pure. The server decides too; this avoids useless requests.

export interface Switches {
  readonly enabled: boolean;
  readonly disabledLanguages: readonly string[];
  /** Milliseconds since 1970; Infinity until the user resumes. */
  readonly pausedUntil: number | undefined;
}

export interface Described {
  readonly scheme: string;
  readonly languageId: string;
  /** Whether an extension or VS Code itself can write documents of this scheme to somewhere. */
  readonly isWritable: boolean;
}

export const CELL = 'vscode-notebook-cell';

/** The documents that every server is told of. A remote window's files have the scheme "file" as well: this runs beside them. */
export const ALWAYS: readonly string[] = ['file', 'untitled'];

/** Whether a scheme is that of a file on another machine or in an archive, as other extensions provide them. */
export function isVirtual({ scheme, isWritable }: Pick<Described, 'scheme' | 'isWritable'>): boolean {
  if (ALWAYS.includes(scheme) || !isWritable) return false;
  return scheme === 'vscode-vfs' || !scheme.startsWith('vscode-'); // the rest of vscode-… is settings, logs and the like
}

/** Whether documents of this kind are completed. */
export function isCompleted(document: Pick<Described, 'scheme' | 'isWritable'>): boolean {
  return ALWAYS.includes(document.scheme) || document.scheme === CELL || isVirtual(document);
}

/** Returns why nothing is to be completed; undefined if a completion may be requested. */
export function refuse(switches: Switches, document: Described, now: number): string | undefined {
  if (!isCompleted(document)) return `documents of the kind "${document.scheme}" are not completed`;
  if (!switches.enabled) return 'completion is disabled';
  if (switches.disabledLanguages.includes(document.languageId)) return `completion is disabled for ${document.languageId}`;
  if (isPaused(switches, now)) return 'completion is paused';
  return undefined;
}

export function isPaused(switches: Switches, now: number): boolean {
  return switches.pausedUntil !== undefined && now < switches.pausedUntil;
}
