// Draws the status bar item as picture.ts describes it. The spinner appears only for work that takes noticeable time.

import * as vscode from 'vscode';
import { type Situation, picture } from './picture';

const WORK_SEEN_AFTER_MS = 250;

export class Bar implements vscode.Disposable {
  private readonly item: vscode.StatusBarItem;
  private readonly watching: vscode.Disposable;
  private working = false;
  private waiting: NodeJS.Timeout | undefined;

  constructor(private readonly situation: () => Omit<Situation, 'working'>) {
    this.item = vscode.window.createStatusBarItem('codestral-ls.status', vscode.StatusBarAlignment.Right, 100);
    this.item.name = 'Codestral';
    this.item.command = 'codestral-ls.menu';
    this.watching = vscode.window.onDidChangeActiveTextEditor(() => {
      this.draw();
    });
    this.draw();
    this.item.show();
  }

  get text(): string {
    return this.item.text;
  }

  work(open: number): void {
    if (open > 0 && !this.working) {
      this.waiting ??= setTimeout(() => {
        this.working = true;
        this.draw();
      }, WORK_SEEN_AFTER_MS);
    } else if (open === 0) {
      clearTimeout(this.waiting);
      this.waiting = undefined;
      if (this.working) {
        this.working = false;
        this.draw();
      }
    }
  }

  draw(): void {
    const { text, tooltip, colour } = picture({ ...this.situation(), working: this.working }, Date.now());
    if (this.item.text !== text) this.item.text = text;
    this.item.tooltip = tooltip;
    this.item.accessibilityInformation = { label: `${text.replace(/\$\([^)]*\)\s*/g, '')}. ${tooltip}` };
    this.item.backgroundColor = colour === 'plain' ? undefined : new vscode.ThemeColor(`statusBarItem.${colour}Background`);
  }

  dispose(): void {
    clearTimeout(this.waiting);
    this.watching.dispose();
    this.item.dispose();
  }
}
