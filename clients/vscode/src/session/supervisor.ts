// Keeps one server running: starts it, stops it, restarts it after a crash with growing pauses, and merges several requests
// for a restart into one. Reaches processes, the editor and the clock only through the ports passed to it.

export type Phase = 'stopped' | 'starting' | 'running' | 'waiting' | 'failed';

export interface Server {
  /** Resolves when the process has ended. Never rejects. */
  stop(): Promise<void>;
}

export interface Ports {
  /** Starts a server; `ended` is called if it ends without `stop`. Rejects if it cannot be started. */
  start(ended: () => void): Promise<Server>;
  /** Runs `action` after `ms` milliseconds; returns a function that cancels it. */
  later(ms: number, action: () => void): () => void;
  now(): number;
  onPhase(phase: Phase, detail: string): void;
  /** Shows a message to the user; called once per series of crashes. */
  tell(message: string): void;
}

export const FIRST_PAUSE_MS = 500;
export const LONGEST_PAUSE_MS = 30_000;
export const MOST_ATTEMPTS = 6;
/** After this many milliseconds a server counts as healthy: the count of crashes starts again. */
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

  /** Stops a running server and starts one with the current settings. Several calls at the same time cause one restart. */
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
        if (!this.server) return; // paused, or given up
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
