// Describes the last request and its answer in a sentence. Pure.

export interface Told {
  readonly line: number;
  readonly asked: number;
  readonly sent: number;
  readonly answered: number;
  readonly items: number;
  readonly outcome: 'answered' | 'cancelled' | 'failed' | 'refused';
  readonly reason: string;
}

export function explain(last: Told | undefined): string {
  if (!last) return 'Nothing has been asked yet.';
  const where = `Line ${last.line + 1}:`;
  switch (last.outcome) {
    case 'refused':
      return `${where} nothing was asked, because ${last.reason}.`;
    case 'cancelled':
      return `${where} the question was taken back, because you went on.`;
    case 'failed':
      return `${where} the server could not answer: ${last.reason}`;
    case 'answered': {
      const count = last.items === 0 ? 'with nothing to show' : `with ${last.items} completion${last.items === 1 ? '' : 's'}`;
      return `${where} answered after ${last.answered - last.asked} ms (server ${last.answered - last.sent} ms) ${count}.`;
    }
  }
}
