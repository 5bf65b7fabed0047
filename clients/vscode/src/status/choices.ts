// The choices of the status bar's menu, by state. Pure. A choice without a command is a separator.

import type { Situation } from './picture';

export interface Choice {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly command?: string;
  readonly argument?: string;
}

export interface Where extends Situation {
  readonly paused: boolean;
  readonly language: string | undefined;
  readonly backend: string;
  /** The model host's memory use in a sentence; empty if there is no host. */
  readonly host: string;
}

export function choices(where: Where): Choice[] {
  const offered: Choice[] = [];
  if (!where.installed) offered.push({ label: '$(cloud-download) Install the server…', command: 'codestral-ls.install' });
  if (where.status?.refusal === 'engine')
    offered.push({ label: '$(cloud-download) Install the local model…', command: 'codestral-ls.install', argument: 'local' });
  if (where.status?.state === 'needs_key' || where.status?.refusal === 'key')
    offered.push({ label: '$(key) Set the API key…', command: 'codestral-ls.setKey' });
  if (where.paused) offered.push({ label: '$(debug-continue) Resume', command: 'codestral-ls.resume' });
  else if (where.enabled) offered.push({ label: '$(debug-pause) Pause for a while…', command: 'codestral-ls.pause' });
  offered.push(
    where.enabled
      ? { label: '$(circle-slash) Disable everywhere', command: 'codestral-ls.disable' }
      : { label: '$(check) Enable', command: 'codestral-ls.enable' },
  );
  if (where.language !== undefined) {
    const verb = where.disabledLanguage ? '$(check) Enable' : '$(circle-slash) Disable';
    offered.push({ label: `${verb} for ${where.language}`, command: 'codestral-ls.toggleLanguage' });
  }
  offered.push(
    { label: 'Writing' },
    { label: '$(server) Backend…', description: where.backend, command: 'codestral-ls.chooseBackend' },
    { label: '$(symbol-namespace) Model…', command: 'codestral-ls.chooseModel', ...(where.host ? { detail: where.host } : {}) },
    { label: '$(comment) Write docstring', command: 'codestral-ls.writeDocstring' },
    { label: '$(beaker) Write tests', command: 'codestral-ls.writeTests' },
    { label: 'Looking' },
    { label: '$(question) Explain last completion', command: 'codestral-ls.explainLast' },
    { label: '$(eye) Show what would be sent', command: 'codestral-ls.showContext' },
    { label: '$(output) Open log', command: 'codestral-ls.openLog' },
    { label: '$(heart) Doctor', command: 'codestral-ls.doctor' },
    { label: '$(graph) Evaluate on this project', command: 'codestral-ls.evaluate' },
    { label: '$(credit-card) Costs', command: 'codestral-ls.costs' },
    { label: '$(gear) Settings', command: 'codestral-ls.openSettings' },
    { label: '$(book) Get started', command: 'codestral-ls.walkthrough' },
    { label: '$(refresh) Restart server', command: 'codestral-ls.restart' },
  );
  return offered;
}
