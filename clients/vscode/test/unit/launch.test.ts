import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { type Launch, argumentsFor, decideLaunch, versionMismatch } from '../../src/launch/launch';
import { completeMark, interpreterOf, onPath, wholeInterpreter } from '../../src/launch/machine';
import { installSteps, tellingLine } from '../../src/launch/steps';

const nothing = { onPath: () => undefined, ownInterpreter: () => undefined };
const all = { onPath: () => '/usr/bin/codestral-ls', ownInterpreter: () => '/own/bin/python' };
const rows: [string, Parameters<typeof decideLaunch>[0], Parameters<typeof decideLaunch>[1], unknown][] = [
  [
    'the command goes first',
    { command: ['/opt/c', '-v'], interpreter: '/py' },
    all,
    { command: '/opt/c', args: ['-v'], origin: 'command' },
  ],
  [
    'then the interpreter',
    { command: [], interpreter: '/py' },
    all,
    { command: '/py', args: ['-P', '-m', 'codestral_ls'], origin: 'interpreter' },
  ],
  ['then the PATH', { command: [], interpreter: '' }, all, { command: '/usr/bin/codestral-ls', args: [], origin: 'path' }],
  [
    'then the own environment',
    { command: [], interpreter: '' },
    { ...all, onPath: () => undefined },
    { command: '/own/bin/python', args: ['-P', '-m', 'codestral_ls'], origin: 'own' },
  ],
  ['then there is none', { command: [], interpreter: '' }, nothing, undefined],
];
for (const [name, wishes, machine, wanted] of rows) {
  test(`launch: ${name}`, () => {
    assert.deepEqual(decideLaunch(wishes, machine), wanted);
  });
}

const module: Launch = { command: '/py', args: ['-P', '-m', 'codestral_ls'], origin: 'interpreter' };
for (const subcommand of [['serve', '--stdio'], ['doctor'], ['costs'], ['eval', '/w']]) {
  test(`${subcommand.join(' ')}: what the user alone may set is on the command line`, () => {
    const users = { 'backend.primary': 'codestral', 'network.proxy': 'http://localhost:3128' };
    assert.deepEqual(argumentsFor(module, subcommand, users), [...module.args, ...subcommand, '--settings', JSON.stringify(users)]);
    assert.deepEqual(argumentsFor(module, subcommand, {}), [...module.args, ...subcommand]);
  });
}

test('every start of the program takes its arguments from one place', () => {
  const sources = join(__dirname, '../../../src');
  const starting = readdirSync(sources, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('launch.ts'))
    .filter((name) => readFileSync(join(sources, name), 'utf8').includes('launch.args'));
  assert.deepEqual(starting, []);
});

test('versions fit when major and minor are the same', () => {
  assert.equal(versionMismatch('0.1.9', '0.1.0'), undefined);
  assert.equal(versionMismatch(undefined, '0.1.0'), undefined);
  assert.match(versionMismatch('0.2.0', '0.1.0') ?? '', /server is version 0\.2\.0, this extension 0\.1\.0/);
});

test('a program is looked for on the PATH, and must be one', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codestral-'));
  try {
    const [empty, plain, good] = ['a', 'b', 'c'].map((name) => join(folder, name));
    for (const each of [empty, plain, good]) mkdirSync(each as string);
    writeFileSync(join(plain as string, 'codestral-ls'), '');
    writeFileSync(join(good as string, 'codestral-ls'), '#!/bin/sh\n');
    chmodSync(join(good as string, 'codestral-ls'), 0o755);
    assert.equal(onPath('codestral-ls', [empty, plain, good].join(delimiter)), join(good as string, 'codestral-ls'));
    assert.equal(onPath('codestral-ls', ''), undefined);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('an environment that was not installed to its end is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'codestral-'));
  try {
    mkdirSync(join(interpreterOf(folder), '..'), { recursive: true });
    writeFileSync(interpreterOf(folder), '');
    chmodSync(interpreterOf(folder), 0o755);
    assert.equal(wholeInterpreter(folder), undefined);
    writeFileSync(completeMark(folder), '');
    assert.equal(wholeInterpreter(folder), interpreterOf(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('what is installed', () => {
  const steps = installSteps({ kind: 'python', python: ['python3'] }, '/env', '/env/bin/python', '/x/server.whl', 'local');
  assert.deepEqual(
    steps.map((step) => [step.command, ...step.args]),
    [
      ['python3', '-m', 'venv', '--clear', '/env'],
      ['/env/bin/python', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '/x/server.whl[local]'],
      ['/env/bin/python', '-m', 'codestral_ls', '--version'],
    ],
  );
  assert.match(steps[1]?.say ?? '', /compiling llama\.cpp takes/);
  assert.deepEqual(
    installSteps({ kind: 'python', python: ['py', '-3'] }, 'e', 'p', 'codestral-ls', 'api')[1]?.args.at(-1),
    'codestral-ls',
  );
});

test('what is installed where uv has to fetch a Python, and is fetched itself', () => {
  const bootstrap = { python: 'python3', folder: '/own/uv' };
  const steps = installSteps({ kind: 'uv', uv: '/own/uv/bin/uv', bootstrap }, '/env', '/env/bin/python', '/x/server.whl', 'api');
  assert.deepEqual(
    steps.map((step) => [step.command, ...step.args]),
    [
      ['python3', '-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--target', '/own/uv', '--upgrade', 'uv'],
      ['/own/uv/bin/uv', 'venv', '--clear', '--managed-python', '--python', '3.12', '/env'],
      ['/own/uv/bin/uv', 'pip', 'install', '--python', '/env/bin/python', '/x/server.whl'],
      ['/env/bin/python', '-m', 'codestral_ls', '--version'],
    ],
  );
  assert.equal(installSteps({ kind: 'uv', uv: '/usr/bin/uv' }, 'e', 'p', 'w', 'api')[0]?.command, '/usr/bin/uv');
});

test("pip's lines in few words", () => {
  assert.equal(tellingLine('Collecting aiohttp<4,>=3.11 (from codestral-ls)'), 'collecting aiohttp');
  assert.equal(tellingLine('  Building wheel for llama-cpp-python (pyproject.toml): started'), 'compiling llama.cpp');
  assert.equal(tellingLine('Installing collected packages: a, b'), 'unpacking');
  assert.equal(tellingLine('  Using cached x.whl'), undefined);
});
