// The extension's state and the functions that change it: the running server, its status, the pause, the settings. Commands
// get this object and show their own messages.

import { statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { Cells } from './complete/cells_sync';
import { Diagnostics } from './complete/diagnostics';
import { Completions } from './complete/provider';
import { isPaused } from './complete/gate';
import { NextEdits } from './edits/next_edits';
import { Keys } from './keys';
import { type Launch, argumentsFor, argumentsForReport, decideLaunch, describeLaunch, versionMismatch } from './launch/launch';
import { completeMark, onPath, wholeInterpreter } from './launch/machine';
import type { Connection } from './session/client';
import { type Phase, Supervisor } from './session/supervisor';
import { VirtualFiles } from './session/virtual_files';
import { SECTION, type SettingNames, chosenSettings, read, serverSettingNames, switches, usersSettings, wishes } from './settings';
import { Bar } from './status/bar';
import type { ServerStatus, Situation } from './status/picture';
import { type Problem, remedies } from './status/remedies';
import { Ticks } from './status/ticks';

const CONFIGURATION_SETTLES_MS = 200;

export class App implements vscode.Disposable {
  readonly keys: Keys;
  readonly completions: Completions;
  readonly nextEdits: NextEdits;
  readonly bar: Bar;
  readonly version: string;
  readonly ownEnvironment: string;
  connection: Connection | undefined;
  status: ServerStatus | undefined;
  phase: Phase = 'stopped';
  pausedUntil: number | undefined;
  private phaseDetail = '';
  private installed = true;
  private toldMismatch = false;
  private started = '';
  private startedAt = 0;
  private resuming: NodeJS.Timeout | undefined;
  private readonly settingNames: SettingNames;
  private readonly supervisor: Supervisor;
  readonly ticks = new Ticks();
  /** Called once, when the first completion of this window is shown. */
  onFirstShown: (() => void) | undefined;
  private readonly diagnostics = new Diagnostics(() => this.connection);
  private readonly virtualFiles = new VirtualFiles(() => this.connection);
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(
    readonly context: vscode.ExtensionContext,
    readonly log: vscode.LogOutputChannel,
  ) {
    this.version = (context.extension.packageJSON as { version: string }).version;
    this.ownEnvironment = join(context.globalStorageUri.fsPath, 'environment');
    this.settingNames = serverSettingNames(context.extension);
    this.keys = new Keys(context.secrets);
    this.bar = new Bar(() => this.situation());
    const cells = new Cells();
    this.completions = new Completions(
      {
        connection: () => this.connection,
        switches: () => switches(this.pausedUntil),
        reportsUsage: () => read('client.reportUsage', true),
        onWork: (open) => {
          this.bar.work(open);
        },
        onShown: () => {
          this.ticks.reach('shown');
          this.onFirstShown?.();
          this.onFirstShown = undefined;
        },
      },
      cells,
    );
    this.nextEdits = new NextEdits({
      connection: () => this.connection,
      switches: () => switches(this.pausedUntil),
      isCompletionShown: () => this.completions.isShown,
      warn: (message) => {
        log.warn(message);
      },
    });
    this.supervisor = new Supervisor({
      start: (ended) => this.connect(ended),
      later: (ms, action) => {
        const timer = setTimeout(action, ms);
        return () => {
          clearTimeout(timer);
        };
      },
      now: () => Date.now(),
      onPhase: (phase, detail) => {
        this.enter(phase, detail);
      },
      tell: (message) => {
        void this.tellOfCrash(message);
      },
    });
    this.subscriptions.push(
      cells,
      this.completions,
      this.nextEdits,
      this.diagnostics,
      this.virtualFiles,
      this.ticks,
      this.bar,
      vscode.workspace.onDidChangeConfiguration((event) => {
        this.configurationChanged(event);
      }),
      this.whenInstalled(() => {
        void this.restart('another window has installed the server');
      }),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        void this.restart('the workspace is trusted now');
      }),
      this.keys.onChange(() => {
        void this.restart('a key has changed');
      }),
    );
  }

  launch(): Launch | undefined {
    return decideLaunch(wishes(), { onPath, ownInterpreter: () => wholeInterpreter(this.ownEnvironment) });
  }

  /** The arguments of a subcommand, with the settings that only the user may set: every start of the program gets them. */
  argumentsFor(launch: Launch, subcommand: readonly string[]): string[] {
    return argumentsFor(launch, subcommand, usersSettings(this.settingNames));
  }

  /** The same for a report, which is made with the settings that the running server has. */
  argumentsForReport(launch: Launch, subcommand: readonly string[]): string[] {
    return argumentsForReport(launch, subcommand, usersSettings(this.settingNames), chosenSettings(this.settingNames.shared));
  }

  /** Start the server if there is one. Returns whether there is. */
  async start(): Promise<boolean> {
    this.installed = this.launch() !== undefined;
    this.bar.draw();
    if (this.installed) await this.supervisor.start();
    return this.installed;
  }

  async restart(reason: string): Promise<void> {
    this.log.info(`restarting: ${reason}`);
    this.installed = this.launch() !== undefined;
    if (this.installed) await this.supervisor.restart();
    else await this.supervisor.stop();
    this.bar.draw();
  }

  stop(): Promise<void> {
    return this.supervisor.stop();
  }

  pause(minutes: number): void {
    this.pausedUntil = Number.isFinite(minutes) ? Date.now() + minutes * 60_000 : Infinity;
    clearTimeout(this.resuming);
    if (Number.isFinite(minutes))
      this.resuming = setTimeout(() => {
        this.resume();
      }, minutes * 60_000);
    void vscode.commands.executeCommand('editor.action.inlineSuggest.hide');
    this.nextEdits.hide();
    this.bar.draw();
  }

  resume(): void {
    clearTimeout(this.resuming);
    this.pausedUntil = undefined;
    this.bar.draw();
  }

  get isPaused(): boolean {
    return isPaused(switches(this.pausedUntil), Date.now());
  }

  private async connect(ended: () => void): Promise<Connection> {
    const launch = this.launch();
    if (!launch) throw new Error('The server was not found any more.');
    this.log.info(`starting ${describeLaunch(launch)}`);
    this.status = undefined;
    this.started = this.commandLine();
    this.startedAt = Date.now();
    const { connect } = await import('./session/client');
    const environment = await this.keys.environment();
    if (Object.keys(environment).length > 0) this.ticks.reach('hasKey');
    const connection = await connect({
      launch,
      args: this.argumentsFor(launch, ['serve', '--stdio']),
      environment,
      log: this.log,
      settings: () => chosenSettings(this.settingNames.shared),
      provide: (document, position, context, token) => this.completions.provide(document, position, context, token),
      onStatus: (status) => {
        this.status = status as ServerStatus;
        if (this.status.state === 'ready') this.ticks.reach('ready');
        this.bar.draw();
      },
      onProblem: (problem) => {
        void this.showProblem(problem as Problem);
      },
      ended: () => {
        if (this.connection === connection) this.connection = undefined;
        ended();
      },
    });
    this.connection = connection;
    this.virtualFiles.look();
    this.diagnostics.connected();
    this.tellOfMismatch(connection.version, launch);
    return {
      ...connection,
      stop: async () => {
        if (this.connection === connection) this.connection = undefined;
        await connection.stop();
      },
    };
  }

  private enter(phase: Phase, detail: string): void {
    this.phase = phase;
    this.phaseDetail = detail;
    this.log.info(`server ${phase}${detail ? `: ${detail}` : ''}`);
    if (phase === 'running') this.ticks.reach('running');
    this.bar.draw();
  }

  private async showProblem(problem: Problem): Promise<void> {
    const offered = remedies(problem);
    const chosen = await vscode.window.showWarningMessage(problem.message, ...offered.map((remedy) => remedy.label));
    const remedy = offered.find(({ label }) => label === chosen);
    if (remedy) await vscode.commands.executeCommand(remedy.command, remedy.argument);
  }

  private async tellOfCrash(message: string): Promise<void> {
    const answer = await vscode.window.showWarningMessage(`codestral-ls: ${message}`, 'Open Log', 'Restart Now');
    if (answer === 'Open Log') this.log.show(true);
    if (answer === 'Restart Now') await this.restart('the user asked');
  }

  private tellOfMismatch(server: string | undefined, launch: Launch): void {
    const message = versionMismatch(server, this.version);
    if (!message || this.toldMismatch) return;
    this.toldMismatch = true;
    this.log.warn(message);
    const update = launch.origin === 'own' ? ['Update the Server'] : [];
    void vscode.window.showWarningMessage(`codestral-ls: ${message}`, ...update).then((answer) => {
      if (answer) void vscode.commands.executeCommand('codestral-ls.install');
    });
  }

  private configurationChanged(event: vscode.ConfigurationChangeEvent): void {
    if (!event.affectsConfiguration(SECTION)) return;
    this.bar.draw();
    const names = ['client.command', 'client.interpreter', ...this.settingNames.users];
    if (!names.some((name) => event.affectsConfiguration(`${SECTION}.${name}`))) return;
    setTimeout(() => {
      // VS Code also reports changes of values that do not count, such as those that a workspace sets.
      if (this.commandLine() !== this.started) void this.restart('the settings name another command line');
    }, CONFIGURATION_SETTLES_MS);
  }

  /** Calls `action` when the environment is there that another window has made. */
  private whenInstalled(action: () => void): vscode.Disposable {
    const mark = completeMark(this.ownEnvironment);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(dirname(mark)), basename(mark));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern, false, false, true);
    const look = () => {
      const made = statSync(mark, { throwIfNoEntry: false })?.mtimeMs ?? 0;
      if (made > this.startedAt && this.launch()?.origin === 'own') action();
    };
    return vscode.Disposable.from(watcher, watcher.onDidCreate(look), watcher.onDidChange(look));
  }

  /** The part of the server's command line that comes from settings, for comparison. */
  private commandLine(): string {
    return JSON.stringify([wishes(), usersSettings(this.settingNames)]);
  }

  situationNow(): Situation {
    return { ...this.situation(), working: false };
  }

  private situation(): Omit<Situation, 'working'> {
    const { enabled, disabledLanguages, pausedUntil } = switches(this.pausedUntil);
    const language = vscode.window.activeTextEditor?.document.languageId;
    return {
      installed: this.installed,
      phase: this.phase,
      phaseDetail: this.phaseDetail,
      status: this.status,
      enabled,
      pausedUntil,
      disabledLanguage: language !== undefined && disabledLanguages.includes(language) ? language : undefined,
    };
  }

  dispose(): void {
    clearTimeout(this.resuming);
    for (const subscription of this.subscriptions) subscription.dispose();
  }
}
