// A completion as the server sends it.

export interface WireItem {
  readonly insertText: string;
  readonly range?: { start: { line: number; character: number }; end: { line: number; character: number } };
  readonly command?: { title: string; command: string; arguments?: unknown[] };
}
