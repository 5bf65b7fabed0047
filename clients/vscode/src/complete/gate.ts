// May something be completed here, now? Pure; the server has a say of its own, this spares it the question.

export interface Switches {
  readonly enabled: boolean;
  readonly disabledLanguages: readonly string[];
  /** Milliseconds since 1970; Infinity until the user resumes. */
  readonly pausedUntil: number | undefined;
}

/** Documents that are completed: files on this machine's disk, untitled ones, and cells of notebooks. */
export const SCHEMES: readonly string[] = ['file', 'untitled', 'vscode-notebook-cell'];

/** Why not; undefined where nothing speaks against it. */
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
