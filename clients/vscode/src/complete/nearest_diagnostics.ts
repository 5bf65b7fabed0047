// Chooses the diagnostics of a document that are sent to the server: the nearest to the cursor, shortened. Pure.

export interface EditorDiagnostic {
  readonly range: { readonly start: { readonly line: number; readonly character: number } };
  readonly message: string;
  readonly severity: number;
}

export interface WireDiagnostic {
  readonly range: { start: { line: number; character: number }; end: { line: number; character: number } };
  readonly message: string;
  readonly severity: number;
}

const MOST = 20;
const MOST_CHARACTERS = 300;

/** `line` counts from 0. VS Code's severities count from 0, the protocol's from 1. */
export function nearest(all: readonly EditorDiagnostic[], line: number): WireDiagnostic[] {
  return [...all]
    .sort((one, other) => Math.abs(one.range.start.line - line) - Math.abs(other.range.start.line - line))
    .slice(0, MOST)
    .map(({ range: { start }, message, severity }) => {
      const place = { line: start.line, character: start.character };
      return { range: { start: place, end: place }, message: message.slice(0, MOST_CHARACTERS), severity: severity + 1 };
    });
}
