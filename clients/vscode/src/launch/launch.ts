// Decides which server to start: the command of the settings, their interpreter, `codestral-ls` on the PATH, or the
// environment that this extension created. Pure: the checks for what exists are passed in, and nothing is started.

/** A program and its first arguments; the subcommand follows. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly origin: 'command' | 'interpreter' | 'path' | 'own';
}

export interface Wishes {
  readonly command: readonly string[];
  readonly interpreter: string;
}

export interface Machine {
  /** Returns the full path of a program on the PATH. */
  onPath(name: string): string | undefined;
  /** Returns the interpreter of this extension's own environment if that is completely installed. */
  ownInterpreter(): string | undefined;
}

export function decideLaunch(wishes: Wishes, machine: Machine): Launch | undefined {
  const [program, ...args] = wishes.command;
  if (program) return { command: program, args, origin: 'command' };
  if (wishes.interpreter) return { command: wishes.interpreter, args: ['-P', '-m', 'codestral_ls'], origin: 'interpreter' };
  const found = machine.onPath('codestral-ls');
  if (found) return { command: found, args: [], origin: 'path' };
  const own = machine.ownInterpreter();
  return own ? { command: own, args: ['-P', '-m', 'codestral_ls'], origin: 'own' } : undefined;
}

/**
 * Returns the arguments for a subcommand, with the settings that only the user may set. They are on the command line because
 * the program does not accept such settings over the connection.
 */
export function argumentsFor(launch: Launch, subcommand: readonly string[], users: Readonly<Record<string, unknown>>): string[] {
  return [...launch.args, ...subcommand, ...asOption('--settings', users)];
}

/**
 * The same for a subcommand that reports: `shared` are the settings that the running server gets over the connection. A
 * workspace may have set some of them, so the program trusts them no more than the server does.
 */
export function argumentsForReport(
  launch: Launch,
  subcommand: readonly string[],
  users: Readonly<Record<string, unknown>>,
  shared: Readonly<Record<string, unknown>>,
): string[] {
  return [...argumentsFor(launch, subcommand, users), ...asOption('--editor-settings', shared)];
}

function asOption(name: string, settings: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(settings).length > 0 ? [name, JSON.stringify(settings)] : [];
}

/** The arguments of a subcommand that depends on no setting. */
export function plainArguments(launch: Pick<Launch, 'args'>, subcommand: readonly string[]): string[] {
  return [...launch.args, ...subcommand];
}

export function describeLaunch(launch: Launch): string {
  const origins = {
    command: 'the setting client.command',
    interpreter: 'the setting client.interpreter',
    path: 'the PATH',
    own: 'the environment made by this extension',
  };
  return `${[launch.command, ...launch.args].join(' ')} (from ${origins[launch.origin]})`;
}

/** Returns a warning if server and extension have different versions; undefined if major and minor are equal. */
export function versionMismatch(server: string | undefined, extension: string): string | undefined {
  const line = (version: string) => version.split('.').slice(0, 2).join('.');
  if (server === undefined || line(server) === line(extension)) return undefined;
  return `The server is version ${server}, this extension ${extension}. Some things may not work until both are the same.`;
}
