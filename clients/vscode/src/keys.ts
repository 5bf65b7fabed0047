// API keys: kept in VS Code's secret storage, passed to the server in its environment, never written to a file.

import * as vscode from 'vscode';
import { BACKENDS } from './backends';

export class Keys {
  constructor(private readonly secrets: vscode.SecretStorage) {}

  set(backend: string, key: string): Thenable<void> {
    return this.secrets.store(`key.${backend}`, key);
  }

  delete(backend: string): Thenable<void> {
    return this.secrets.delete(`key.${backend}`);
  }

  async has(backend: string): Promise<boolean> {
    return Boolean(await this.secrets.get(`key.${backend}`));
  }

  /** The environment variables for the server, one for each stored key. */
  async environment(): Promise<Record<string, string>> {
    const environment: Record<string, string> = {};
    for (const { name, keyVariable } of BACKENDS) {
      const key = keyVariable && (await this.secrets.get(`key.${name}`));
      if (keyVariable && key) environment[keyVariable] = key;
    }
    return environment;
  }

  onChange(listener: () => void): vscode.Disposable {
    return this.secrets.onDidChange((event) => {
      if (event.key.startsWith('key.')) listener();
    });
  }
}
