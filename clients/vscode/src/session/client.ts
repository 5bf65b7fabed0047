// One connection to one server process. Only this file and opening.ts import vscode-languageclient. It is loaded when a server
// starts, not when the extension is activated. Restarting is decided in supervisor.ts.

import * as vscode from 'vscode';
import {
  CloseAction,
  ErrorAction,
  LanguageClient,
  type LanguageClientOptions,
  type Middleware,
  RevealOutputChannelOn,
  TextDocumentSyncKind,
} from 'vscode-languageclient/node';
import { ALWAYS } from '../complete/gate';
import { type Launch, describeLaunch } from '../launch/launch';
import { type OpenFilter, filterOpening } from './opening';
import type { Server } from './supervisor';

const START_MS = 60_000;
const STOP_MS = 3_000;

export type Provide = NonNullable<Middleware['provideInlineCompletionItems']>;

export interface Wiring {
  readonly launch: Launch;
  /** All arguments of the program. */
  readonly args: readonly string[];
  /** Environment variables for the server only, such as API keys. */
  readonly environment: Record<string, string>;
  readonly log: vscode.LogOutputChannel;
  settings(): Record<string, unknown>;
  readonly provide: Provide;
  onStatus(status: unknown): void;
  onProblem(problem: unknown): void;
  ended(): void;
}

/** What the rest of the extension may do with a running server. */
export interface Connection extends Server {
  readonly version: string | undefined;
  readonly processId: number | undefined;
  offers(command: string): boolean;
  request<R>(method: string, params: unknown, token?: vscode.CancellationToken): Promise<R>;
  notify(method: string, params: unknown): Promise<void>;
  /** From now on tells the server of documents of this scheme as well, and asks for completions in them. */
  include(scheme: string): void;
  readonly client: LanguageClient;
}

/** Logs errors; the supervisor shows to the user what they need to know. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** Starts a server. Raises Error with a sentence if that fails. */
export async function connect(wiring: Wiring): Promise<Connection> {
  const { launch, log } = wiring;
  const opening: OpenFilter = filterOpening();
  let closing = false;
  const environment = { ...process.env, ...wiring.environment } as Record<string, string>;
  const options: LanguageClientOptions = {
    documentSelector: ALWAYS.map((scheme) => ({ scheme })),
    outputChannel: log,
    revealOutputChannelOn: RevealOutputChannelOn.Never,
    initializationOptions: {
      completionMenu: false,
      client: { projectConfiguration: vscode.workspace.isTrusted, showsProblems: true, waits: true },
    },
    middleware: {
      ...opening.middleware,
      provideInlineCompletionItems: wiring.provide,
      workspace: {
        configuration: (params) => params.items.map((item) => (item.section === 'codestral-ls' ? wiring.settings() : null)),
        didChangeConfiguration: () =>
          client.sendNotification('workspace/didChangeConfiguration', { settings: { 'codestral-ls': wiring.settings() } }),
      },
    },
    errorHandler: {
      error: () => ({ action: ErrorAction.Continue, handled: true }),
      closed: () => {
        if (!closing) wiring.ended();
        return { action: CloseAction.DoNotRestart, handled: true };
      },
    },
    initializationFailedHandler: () => false,
  };
  const client: LanguageClient = new QuietClient(
    'codestral-ls',
    'Codestral',
    {
      command: launch.command,
      args: [...wiring.args],
      options: { env: environment, ...(homeFolder() ? { cwd: homeFolder() as string } : {}) },
    },
    options,
  );

  const dispose = async () => {
    closing = true;
    opening.dispose();
    try {
      await client.dispose(STOP_MS);
    } catch (error) {
      log.debug(`the connection was closed already: ${String(error)}`);
    }
  };
  client.onNotification('codestral-ls/status', wiring.onStatus);
  client.onNotification('codestral-ls/problem', wiring.onProblem);
  try {
    await within(START_MS, client.start());
  } catch (error) {
    await dispose();
    throw new Error(`The server could not be started (${describeLaunch(launch)}). The log says why.`, {
      cause: error,
    });
  }
  const commands = client.initializeResult?.capabilities.executeCommandProvider?.commands ?? [];
  const included = new Set(ALWAYS);
  return {
    version: client.initializeResult?.serverInfo?.version,
    processId: client.serverProcess?.pid,
    offers: (command) => commands.includes(command),
    // Without a token there must be no third argument: undefined would be sent as a second parameter.
    request: (method, params, token) => (token ? client.sendRequest(method, params, token) : client.sendRequest(method, params)),
    notify: (method, params) => client.sendNotification(method, params),
    include: (scheme) => {
      if (included.has(scheme)) return;
      included.add(scheme);
      include(client, scheme);
    },
    client,
    stop: dispose,
  };
}

/** Does what a server would do that registers for another kind of documents; those that are open already are sent. */
function include(client: LanguageClient, scheme: string): void {
  const registration = { id: `codestral-ls-${scheme}`, registerOptions: { documentSelector: [{ scheme }] } };
  const changes = { ...registration.registerOptions, syncKind: TextDocumentSyncKind.Incremental as TextDocumentSyncKind };
  client.getFeature('textDocument/inlineCompletion')?.register(registration);
  client.getFeature('textDocument/didChange').register({ ...registration, registerOptions: changes });
  client.getFeature('textDocument/didSave').register(registration);
  client.getFeature('textDocument/didClose').register(registration);
  client.getFeature('textDocument/didOpen').register(registration);
}

/** The server's working folder; with a workspace folder, the process would keep that folder in use. */
function homeFolder(): string | undefined {
  return process.env['HOME'] ?? process.env['USERPROFILE'];
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms / 1000} s`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
