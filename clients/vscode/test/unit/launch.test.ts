import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { test } from 'node:test';
import { type Launch, argumentsFor, argumentsForReport, decideLaunch, versionMismatch } from '../../src/launch/launch';
import { completeMark, interpreterOf, onPath, wholeInterpreter, withOwnPythonPath } from '../../src/launch/machine';
import { type Step, installSteps, tellingLine } from '../../src/launch/steps';

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

test("a report has the settings of this window apart from the user's own", () => {
  const users = { 'backend.primary': 'codestral' };
  const shared = { 'completion.maxLines': 100_000, 'completion.disabledGlobs': ['*.sql; $(touch x)'] };
  assert.deepEqual(argumentsForReport(module, ['eval', '/w'], users, shared), [
    ...argumentsFor(module, ['eval', '/w'], users),
    '--editor-settings',
    JSON.stringify(shared),
  ]);
  assert.deepEqual(argumentsForReport(module, ['eval', '/w'], users, {}), argumentsFor(module, ['eval', '/w'], users));
});

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
    for (const project of ['.', '', 'c', './c', join('..', basename(folder), 'c')]) {
      const before = process.cwd();
      process.chdir(folder);
      try {
        assert.equal(onPath('codestral-ls', project), undefined, project);
      } finally {
        process.chdir(before);
      }
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('Python is told of no folder that depends on where it runs', () => {
  const path = (...entries: string[]) => withOwnPythonPath({ A: '1', PYTHONPATH: entries.join(delimiter) });
  const absolute = tmpdir();
  assert.deepEqual(path('', absolute), { A: '1', PYTHONPATH: absolute });
  assert.deepEqual(path('.', 'lib', absolute, ''), { A: '1', PYTHONPATH: absolute });
  assert.deepEqual(path('', '.'), { A: '1' });
  assert.deepEqual(withOwnPythonPath({ A: '1' }), { A: '1' });
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

const alone = { wheel: '/x/server.whl', folder: '/x', everything: false };
const lines = (steps: readonly Step[]) => steps.map((step) => [step.command, ...step.args]);
const PIP = ['-m', 'pip', 'install', '--disable-pip-version-check', '--no-input', '--no-compile'];
const FETCHED = [
  ['/env/bin/python', ...PIP, '/x/server.whl'],
  ['/env/bin/python', '-P', '-m', 'codestral_ls', 'local', 'install', '--yes'],
];
const TRIED = ['/env/bin/python', '-m', 'codestral_ls', '--version'];

test('what is installed: nothing is compiled where something is prebuilt', () => {
  const made = ['python3', '-m', 'venv', '--clear', '/env'];
  const python = { kind: 'python', python: ['python3'] } as const;
  assert.deepEqual(lines(installSteps(python, '/env', '/env/bin/python', alone, 'local')), [made, ...FETCHED, TRIED]);
  assert.deepEqual(lines(installSteps(python, '/env', '/env/bin/python', alone, 'api')), [made, FETCHED[0], TRIED]);
});

test('what is installed from an extension that carries everything: no index is asked unless that fails', () => {
  const python = { kind: 'python', python: ['python3'] } as const;
  const folder = ['--no-index', '--find-links', '/x'];
  const whole = { ...alone, everything: true };
  const local = installSteps(python, '/env', '/env/bin/python', whole, 'local');
  assert.deepEqual(local[1]?.args, [...PIP, ...folder, '/x/server.whl[local]', 'codestral-ls-engine']);
  assert.deepEqual(lines(local[1]?.otherwise ?? []), FETCHED);
  const api = installSteps(python, '/env', '/env/bin/python', whole, 'api');
  assert.deepEqual(api[1]?.args, [...PIP, ...folder, '/x/server.whl']);
  assert.deepEqual(lines(api[1]?.otherwise ?? []), FETCHED.slice(0, 1));
});

test('what is installed where uv has to fetch a Python, and is fetched itself', () => {
  const bootstrap = { python: 'python3', folder: '/own/uv' };
  const steps = installSteps({ kind: 'uv', uv: '/own/uv/bin/uv', bootstrap }, '/env', '/env/bin/python', alone, 'api');
  assert.deepEqual(lines(steps), [
    ['python3', ...PIP, '--target', '/own/uv', '--upgrade', 'uv'],
    ['/own/uv/bin/uv', 'venv', '--clear', '--seed', '--managed-python', '--python', '3.12', '/env'],
    ['/own/uv/bin/uv', 'pip', 'install', '--python', '/env/bin/python', '/x/server.whl'],
    TRIED,
  ]);
  assert.equal(installSteps({ kind: 'uv', uv: '/usr/bin/uv' }, 'e', 'p', alone, 'api')[0]?.command, '/usr/bin/uv');
});

test("pip's lines in few words", () => {
  assert.equal(tellingLine('Collecting aiohttp<4,>=3.11 (from codestral-ls)'), 'collecting aiohttp');
  assert.equal(tellingLine('  Building wheel for llama-cpp-python (pyproject.toml): started'), 'compiling llama.cpp');
  assert.equal(tellingLine('Installing collected packages: a, b'), 'unpacking');
  assert.equal(tellingLine('  Using cached x.whl'), undefined);
});
