// The text, tooltip and colour of the status bar for every state. Pure.

import type { Phase } from '../session/supervisor';

/** The notification codestral-ls/status: the state of the server's backend. */
export interface ServerStatus {
  readonly state: 'ready' | 'loading' | 'offline' | 'needs_key' | 'paused' | 'error';
  readonly message: string;
  readonly progress: number | null;
  readonly backend: string;
  /** Why the server rejected a request; absent or empty if it did not. */
  readonly refusal?: string;
}

export interface Situation {
  readonly installed: boolean;
  readonly phase: Phase;
  readonly phaseDetail: string;
  readonly status: ServerStatus | undefined;
  readonly working: boolean;
  readonly enabled: boolean;
  readonly pausedUntil: number | undefined;
  /** The language of the active document, if completion is switched off for it. */
  readonly disabledLanguage: string | undefined;
}

export interface Picture {
  readonly text: string;
  readonly tooltip: string;
  readonly colour: 'plain' | 'warning' | 'error';
}

const NAME = 'Codestral';

export function picture(now: Situation, clock: number): Picture {
  if (!now.installed)
    return warning(`$(cloud-download) ${NAME}: no server`, 'The server was not found. Click to install it or to choose a Python.');
  if (now.phase === 'failed')
    return error(`$(error) ${NAME}`, `${now.phaseDetail} It was tried several times. Click for the log, or to restart.`);
  if (now.phase === 'waiting') return warning(`$(sync) ${NAME}: restarting`, now.phaseDetail);
  if (now.phase === 'starting') return plain(`$(loading~spin) ${NAME}`, 'The server is starting.');
  if (now.phase === 'stopped')
    return plain(`$(circle-outline) ${NAME}`, 'Nothing runs yet: the server starts with the first file of code.');
  if (!now.enabled) return plain(`$(circle-slash) ${NAME}: off`, 'Completion is disabled.');
  if (now.pausedUntil !== undefined && clock < now.pausedUntil) {
    const until = Number.isFinite(now.pausedUntil) ? `until ${hour(now.pausedUntil)}` : 'until you resume';
    return plain(`$(debug-pause) ${NAME}: paused`, `Completion is paused ${until}.`);
  }
  return ofServer(now, now.status);
}

function ofServer(now: Situation, status: ServerStatus | undefined): Picture {
  const message = status?.message ?? '';
  switch (status?.state) {
    case undefined:
      return plain(`$(loading~spin) ${NAME}`, 'The server is starting.');
    case 'loading': {
      const progress = status.progress === null ? '' : ` ${status.progress}%`;
      return plain(`$(loading~spin) ${NAME}: loading${progress}`, message || 'The model is loading.');
    }
    case 'offline':
      return warning(`$(debug-disconnect) ${NAME}: offline`, message || 'The backend cannot be reached.');
    case 'needs_key':
      return warning(`$(key) ${NAME}: needs a key`, `${message} Click to set the key.`.trim());
    case 'paused':
      return warning(`$(debug-pause) ${NAME}: paused`, message || 'The backend is paused.');
    case 'error':
      return error(`$(error) ${NAME}`, message || 'The backend failed. The log says why.');
    case 'ready': {
      const backend = `${status.backend ? `${status.backend} writes.` : 'Ready.'}${message && ` ${message}`}`;
      if (now.disabledLanguage)
        return plain(
          `$(circle-slash) ${NAME}: not ${now.disabledLanguage}`,
          `${backend} Completion is disabled for this language.`,
        );
      return now.working ? plain(`$(loading~spin) ${NAME}`, `${backend} Working.`) : plain(`$(check) ${NAME}`, backend);
    }
  }
}

function hour(time: number): string {
  const date = new Date(time);
  return `${String(date.getHours()).padStart(2, '0')}:${String(date.getMinutes()).padStart(2, '0')}`;
}

const plain = (text: string, tooltip: string): Picture => ({ text, tooltip, colour: 'plain' });
const warning = (text: string, tooltip: string): Picture => ({ text, tooltip, colour: 'warning' });
const error = (text: string, tooltip: string): Picture => ({ text, tooltip, colour: 'error' });
