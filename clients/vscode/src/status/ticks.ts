// Ticks the steps of the walkthrough. VS Code ticks a step when a context key becomes true after it has loaded the walkthrough,
// which it does when the page is first opened; a key that is already true then never ticks. So each reached step is signalled by
// a short pulse: when it happens, and again when a walkthrough page is opened.

import * as vscode from 'vscode';

export type Reached = 'running' | 'ready' | 'hasKey' | 'shown';

const PULSE_MS = 80;
/** Milliseconds after opening at which to signal again: a page takes a while to load, longer on a busy machine. */
const AGAIN_AFTER_MS: readonly number[] = [500, 2000, 5000, 12_000];

export class Ticks implements vscode.Disposable {
  private readonly reached = new Set<Reached>();
  private readonly timers = new Set<NodeJS.Timeout>();
  private readonly watching: vscode.Disposable;

  constructor() {
    this.watching = vscode.window.tabGroups.onDidChangeTabs(({ opened }) => {
      // A walkthrough's tab has no type in the extension API.
      if (opened.some((tab) => tab.input === undefined)) this.tellAgain();
    });
  }

  reach(what: Reached): void {
    if (this.reached.has(what)) return;
    this.reached.add(what);
    this.pulse([what]);
  }

  tellAgain(): void {
    for (const ms of AGAIN_AFTER_MS)
      this.later(ms, () => {
        this.pulse([...this.reached]);
      });
  }

  private pulse(all: readonly Reached[]): void {
    const set = (value: boolean) => {
      for (const what of all) void vscode.commands.executeCommand('setContext', `codestral-ls.${what}`, value);
    };
    set(true);
    this.later(PULSE_MS, () => {
      set(false);
    });
  }

  private later(ms: number, action: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      action();
    }, ms);
    this.timers.add(timer);
  }

  dispose(): void {
    for (const timer of this.timers) clearTimeout(timer);
    this.watching.dispose();
  }
}
