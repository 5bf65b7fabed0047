// The tests that run inside the extension host, with the real API: VS Code calls `run`, and its exit code is the result.
// One line of JSON per test goes to the log, which the Python side reads.

import { tests } from './cases';
import { documents } from './documents';
import { inspecting } from './inspecting';

export async function run(): Promise<void> {
  let failed = 0;
  for (const [name, test] of Object.entries({ ...tests, ...inspecting, ...documents })) {
    const began = Date.now();
    let failure = '';
    try {
      await test();
    } catch (error) {
      failure = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failed += 1;
    }
    console.log(`HOST ${JSON.stringify({ name, ms: Date.now() - began, failure })}`);
  }
  if (failed > 0) throw new Error(`${failed} tests failed`);
}
