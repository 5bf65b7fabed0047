// Decides whether to ask for a completion here and now. Pure. The server decides too; this avoids useless requests.

export interface Switches {
  readonly enabled: boolean;
  readonly disabledLanguages: readonly string[];
  /** Milliseconds since 1970; Infinity until the user resumes. */
  readonly pausedUntil: number | undefined;
}

/** The documents that are completed: files on this machine's disk, untitled files, and notebook cells. */
export const SCHEMES: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell'];

/** Returns why nothing is to be completed; undefined if a completion may be requested. */
export function refuse(switches: Switches, document: { scheme: string; languageId: string }, now: number): string | undefined {
  if (!SCHEMES.includes(document.scheme)) return `documents of the kind "${document.scheme}" are not completed`;
  if (!switches.enabled) return 'completion is disabled';
  if (switches.disabledLanguages.includes(document.languageId)) return `completion is disabled for ${document.languageId}`;
  if (isPaused(switches, now)) return 'completion is paused';
  return undefined;
}

export function isPaused(switches: Switches, now: number): boolean {
  return switches.pausedUntil !== undefined && now < switches.pausedUntil;
}
