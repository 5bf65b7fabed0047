// Reads only the settings that the user has set: a default of this extension must not override the server's own files.

import * as vscode from 'vscode';
import type { Switches } from './complete/gate';
import type { Wishes } from './launch/launch';

export const SECTION = 'codestral-ls';

interface Section {
  readonly properties: Record<string, { readonly scope?: string }>;
}

/** The server's settings below `codestral-ls.`, by who may set them. */
export interface SettingNames {
  /** A workspace may set these as well; they are sent over the connection. */
  readonly shared: readonly string[];
  /** Only the user may set these (scope "machine"): addresses, commands, files, what leaves the machine. On the command line. */
  readonly users: readonly string[];
}

export function serverSettingNames(extension: vscode.Extension<unknown>): SettingNames {
  const manifest = extension.packageJSON as { contributes: { configuration: Section[] } };
  const all = manifest.contributes.configuration
    .flatMap((section) => Object.entries(section.properties))
    .map(([name, property]) => ({ name: name.slice(SECTION.length + 1), users: property.scope === 'machine' }))
    .filter(({ name }) => !name.startsWith('client.'));
  return {
    shared: all.filter(({ users }) => !users).map(({ name }) => name),
    users: all.filter(({ users }) => users).map(({ name }) => name),
  };
}

/** Returns the settings that are set, by dotted name. A folder's settings count only if the folder is trusted. */
export function chosenSettings(names: readonly string[], trusted = vscode.workspace.isTrusted): Record<string, unknown> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const chosen: Record<string, unknown> = {};
  for (const name of names) {
    const found = configuration.inspect(name);
    const folder = trusted ? (found?.workspaceFolderValue ?? found?.workspaceValue) : undefined;
    const value: unknown = folder ?? found?.globalValue;
    if (value !== undefined) chosen[name] = value;
  }
  return chosen;
}

/** Returns the command-line arguments for the settings that only the user may set. */
export function usersSettings(names: SettingNames): Record<string, unknown> {
  return chosenSettings(names.users, false);
}

export function wishes(): Wishes {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return {
    command: configuration.get<string[]>('client.command', []),
    interpreter: configuration.get<string>('client.interpreter', ''),
  };
}

export function switches(pausedUntil: number | undefined): Switches {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  return {
    enabled: configuration.get<boolean>('completion.enabled', true),
    disabledLanguages: configuration.get<string[]>('completion.disabledLanguages', []),
    pausedUntil,
  };
}

/** Converts an option of the server (`fim_server.model`) to the name of its setting (`fimServer.model`). */
export function settingName(option: string): string {
  return option.replace(/_([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}

export function read<T>(name: string, otherwise: T): T {
  return vscode.workspace.getConfiguration(SECTION).get<T>(name, otherwise);
}

/** Sets a value where it is set at present: in the workspace, otherwise in the user's settings. */
export async function write(name: string, value: unknown): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SECTION);
  const inWorkspace = configuration.inspect(name)?.workspaceValue !== undefined;
  await configuration.update(name, value, inWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}
