// Keeps one server running: starts it, ends it, starts it again after a crash with growing pauses, and makes one restart of
// many wishes for one. Pure but for the ports it is given: no process, no editor, no clock of its own.

export type Phase = 'stopped' | 'starting' | 'running' | 'waiting' | 'failed';

export interface Server {
  /** Resolves when the process has ended. Never rejects. */
  stop(): Promise<void>;
}

export interface Ports {
  /** Start a server; `ended` is called when it ends without `stop`. Rejects when it cannot be started. */
  start(ended: () => void): Promise<Server>;
  /** Run `action` in `ms`; returns what calls it off. */
  later(ms: number, action: () => void): () => void;
  now(): number;
  onPhase(phase: Phase, detail: string): void;
  /** Tell the user; called once per streak of crashes. */
  tell(message: string): void;
}

export const FIRST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 30_000;
export const MOST_ATTEMPTS = 6;
/** A server that lived this long was not broken from its start: counting begins anew. */
export const STABLE_MS = 60_000;

export function pauseAfter(crashes: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (crashes - 1));
}

export class Supervisor {
  private wanted = false;
  private stale = false;
  private server: Server | undefined;
  private startedAt = 0;
  private crashes = 0;
  private callOff: (() => void) | undefined;
  private working: Promise<void> | undefined;

  constructor(private readonly ports: Ports) {}

  start(): Promise<void> {
    this.wanted = true;
    return this.work();
  }

  /** End the server where one runs, and start one with what holds now. However many wishes come meanwhile, it happens once. */
  restart(): Promise<void> {
    this.wanted = true;
    this.stale = true;
    this.crashes = 0;
    this.stopWaiting();
    return this.work();
  }

  stop(): Promise<void> {
    this.wanted = false;
    this.stopWaiting();
    return this.work();
  }

  private work(): Promise<void> {
    this.working ??= this.untilAsWanted().finally(() => {
      this.working = undefined;
    });
    return this.working;
  }

  private async untilAsWanted(): Promise<void> {
    for (;;) {
      if (this.server && (!this.wanted || this.stale)) {
        const ending = this.server;
        this.server = undefined;
        await ending.stop();
      } else if (!this.server && this.wanted && !this.callOff) {
        await this.startOnce();
        if (!this.server) return; // a pause has begun, or it is given up
      } else {
        if (!this.wanted) this.ports.onPhase('stopped', '');
        return;
      }
    }
  }

  private async startOnce(): Promise<void> {
    this.stale = false;
    this.ports.onPhase('starting', '');
    this.startedAt = this.ports.now();
    let server: Server | undefined;
    let hasEnded = false;
    try {
      server = await this.ports.start(() => {
        hasEnded = true;
        if (server && this.server === server) {
          this.server = undefined;
          this.crashed('The server ended unexpectedly.');
        }
      });
    } catch (error) {
      this.crashed(error instanceof Error ? error.message : String(error));
      return;
    }
    if (hasEnded) {
      this.crashed('The server ended while it started.');
      return;
    }
    this.server = server;
    this.ports.onPhase('running', '');
  }

  private crashed(reason: string): void {
    if (!this.wanted) return;
    if (this.ports.now() - this.startedAt >= STABLE_MS) this.crashes = 0;
    this.crashes += 1;
    if (this.crashes === 1) this.ports.tell(`${reason} It is started again.`);
    if (this.crashes >= MOST_ATTEMPTS) {
      this.ports.onPhase('failed', reason);
      return;
    }
    const pause = pauseAfter(this.crashes);
    this.ports.onPhase('waiting', reason);
    this.callOff = this.ports.later(pause, () => {
      this.callOff = undefined;
      void this.work();
    });
  }

  private stopWaiting(): void {
    this.callOff?.();
    this.callOff = undefined;
  }
}
