import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  FIRST_PAUSE_MS,
  LONGEST_PAUSE_MS,
  MOST_ATTEMPTS,
  type Phase,
  STABLE_MS,
  Supervisor,
  pauseAfter,
} from '../../src/session/supervisor';

/** Simulated servers, user and clock: the test decides when a server starts or dies and when time passes. */
class World {
  phases: Phase[] = [];
  told: string[] = [];
  started = 0;
  stopped = 0;
  time = 0;
  failing = false;
  private waiting: { at: number; action: () => void } | undefined;
  private ends: (() => void)[] = [];
  private gates: (() => void)[] = [];
  held = false;

  readonly supervisor = new Supervisor({
    start: async (ended) => {
      this.started += 1;
      if (this.held)
        await new Promise<void>((resolve) => {
          this.gates.push(resolve);
        });
      if (this.failing) throw new Error('It cannot be started.');
      this.ends.push(ended);
      return {
        stop: async () => {
          this.stopped += 1;
        },
      };
    },
    later: (ms, action) => {
      this.waiting = { at: this.time + ms, action };
      return () => {
        this.waiting = undefined;
      };
    },
    now: () => this.time,
    onPhase: (phase) => {
      this.phases.push(phase);
    },
    tell: (message) => {
      this.told.push(message);
    },
  });

  die(): void {
    this.ends.at(-1)?.();
  }

  async pass(ms: number): Promise<void> {
    this.time += ms;
    const due = this.waiting;
    if (due && due.at <= this.time) {
      this.waiting = undefined;
      due.action();
    }
    await settled();
  }

  release(): void {
    for (const open of this.gates.splice(0)) open();
  }
}

const settled = async () => {
  for (let i = 0; i < 20; i += 1) await Promise.resolve();
};

test('starts once, however often it is told to', async () => {
  const world = new World();
  await Promise.all([world.supervisor.start(), world.supervisor.start()]);
  assert.equal(world.started, 1);
  assert.deepEqual(world.phases, ['starting', 'running']);
});

test('a crash is followed by a pause and a new start, and one message', async () => {
  const world = new World();
  await world.supervisor.start();
  world.die();
  assert.equal(world.phases.at(-1), 'waiting');
  await world.pass(FIRST_PAUSE_MS - 1);
  assert.equal(world.started, 1);
  await world.pass(1);
  assert.equal(world.started, 2);
  assert.equal(world.phases.at(-1), 'running');
  world.die();
  await world.pass(LONGEST_PAUSE_MS);
  assert.equal(world.started, 3);
  assert.equal(world.told.length, 1);
});

test('pauses grow and have an end', () => {
  const pauses = [1, 2, 3, 4, 5, 20].map(pauseAfter);
  assert.deepEqual(pauses, [500, 1000, 2000, 4000, 8000, LONGEST_PAUSE_MS]);
});

test('a server that cannot be started is given up after some attempts', async () => {
  const world = new World();
  world.failing = true;
  await world.supervisor.start();
  for (let i = 0; i < 2 * MOST_ATTEMPTS; i += 1) await world.pass(LONGEST_PAUSE_MS);
  assert.equal(world.started, MOST_ATTEMPTS);
  assert.equal(world.phases.at(-1), 'failed');
  world.failing = false;
  await world.supervisor.restart();
  assert.equal(world.phases.at(-1), 'running');
});

test('a server that lived long begins a new streak', async () => {
  const world = new World();
  await world.supervisor.start();
  world.die();
  await world.pass(FIRST_PAUSE_MS);
  world.time += STABLE_MS;
  world.die();
  assert.equal(world.told.length, 2);
  await world.pass(FIRST_PAUSE_MS);
  assert.equal(world.started, 3);
});

test('restarts that are wished while one starts become one', async () => {
  const world = new World();
  world.held = true;
  const all = [world.supervisor.start()];
  await settled();
  for (let i = 0; i < 5; i += 1) all.push(world.supervisor.restart());
  world.held = false;
  world.release();
  await Promise.all(all);
  assert.deepEqual([world.started, world.stopped], [2, 1]);
  assert.equal(world.phases.at(-1), 'running');
});

test('a stop in the pause after a crash is the end', async () => {
  const world = new World();
  await world.supervisor.start();
  world.die();
  await world.supervisor.stop();
  await world.pass(LONGEST_PAUSE_MS);
  assert.equal(world.started, 1);
  assert.equal(world.phases.at(-1), 'stopped');
});

test('a server that ends while it is being stopped is no crash', async () => {
  const world = new World();
  await world.supervisor.start();
  const stopping = world.supervisor.stop();
  world.die();
  await stopping;
  assert.deepEqual(world.told, []);
});
