import { chosenSettings, serverSettingNames } from '../../src/settings';
import * as vscode from 'vscode';

export const tests: Record<string, () => Promise<void>> = {
  'settings': async () => {
    const extension = vscode.extensions.getExtension('codestral-ls.codestral-ls');
    if (!extension) throw new Error('not installed');
    const c = (extension.packageJSON as {contributes: {configuration: unknown}}).contributes.configuration;
    throw new Error(JSON.stringify([Array.isArray(c), JSON.stringify(c).slice(0, 300), extension.extensionPath, chosenSettings(serverSettingNames(extension)), vscode.workspace.getConfiguration('codestral-ls').inspect('server.log_file')]));
  },
};
