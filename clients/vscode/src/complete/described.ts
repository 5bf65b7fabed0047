// What the gate has to know of a document.

import * as vscode from 'vscode';
import type { Described } from './gate';

export function described({ uri: { scheme }, languageId }: vscode.TextDocument): Described {
  return { scheme, languageId, isWritable: vscode.workspace.fs.isWritableFileSystem(scheme) === true };
}
