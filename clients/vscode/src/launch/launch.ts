// Decides what is started: the settings' command, their interpreter, `codestral-ls` on the PATH, or the environment that
// this extension made. Pure: it asks for what exists and starts nothing.

/** A program with its first arguments; `serve` and other subcommands follow. */
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
  /** The full path of a program on the PATH. */
  onPath(name: string): string | undefined;
  /** The interpreter of the environment that this extension made, where it is whole. */
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
 * The arguments of the program for a subcommand, whichever it is: each has the settings that the user alone may set. They go
 * on the command line because the program believes nothing of the kind that comes over the connection.
 */
export function argumentsFor(launch: Launch, subcommand: readonly string[], users: Readonly<Record<string, unknown>>): string[] {
  const settings = Object.keys(users).length > 0 ? ['--settings', JSON.stringify(users)] : [];
  return [...launch.args, ...subcommand, ...settings];
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

/** What to say when server and extension are of different versions; undefined when they fit (same major and minor). */
export function versionMismatch(server: string | undefined, extension: string): string | undefined {
  const line = (version: string) => version.split('.').slice(0, 2).join('.');
  if (server === undefined || line(server) === line(extension)) return undefined;
  return `The server is version ${server}, this extension ${extension}. Some things may not work until both are the same.`;
}
