// The buttons of a message about a backend problem: what the user can do about it. Pure.

import type { ServerStatus } from './picture';

/** The notification codestral-ls/problem: why nothing can be completed, sent once for each kind of problem. */
export interface Problem {
  readonly state: ServerStatus['state'];
  readonly refusal: '' | 'key' | 'payment' | 'model' | 'quota' | 'request' | 'fault' | 'protocol' | 'engine';
  readonly message: string;
}

export interface Remedy {
  readonly label: string;
  readonly command: string;
  readonly argument?: string;
}

const SET_KEY: Remedy = { label: 'Set Key', command: 'codestral-ls.setKey' };
const CHOOSE_MODEL: Remedy = { label: 'Choose Model', command: 'codestral-ls.chooseModel' };
const CHOOSE_BACKEND: Remedy = { label: 'Choose Backend', command: 'codestral-ls.chooseBackend' };
const OPEN_LOG: Remedy = { label: 'Open Log', command: 'codestral-ls.openLog' };

const INSTALL_LOCAL: Remedy = { label: 'Install It', command: 'codestral-ls.install', argument: 'local' };

export function remedies({ state, refusal }: Problem): Remedy[] {
  if (state === 'needs_key' || refusal === 'key') return [SET_KEY, CHOOSE_BACKEND, OPEN_LOG];
  if (refusal === 'engine') return [INSTALL_LOCAL, CHOOSE_BACKEND, OPEN_LOG];
  if (refusal === 'model') return [CHOOSE_MODEL, CHOOSE_BACKEND, OPEN_LOG];
  if (refusal === 'quota' || refusal === 'payment' || state === 'paused') return [CHOOSE_BACKEND, OPEN_LOG];
  return [OPEN_LOG, CHOOSE_BACKEND];
}
