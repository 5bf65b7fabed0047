// What the compiler does not see in clients/vscode: promises that nobody waits for, above all.
import tseslint from 'typescript-eslint';

export default tseslint.config({
  files: ['**/*.ts'],
  extends: [tseslint.configs.recommendedTypeChecked],
  languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: process.cwd() } },
  rules: {
    '@typescript-eslint/no-floating-promises': [
      'error',
      { allowForKnownSafeCalls: [{ from: 'package', package: 'node:test', name: ['test', 'describe', 'it'] }] },
    ],
    '@typescript-eslint/switch-exhaustiveness-check': 'error',
    // An interface's method may be asynchronous in one class and need no waiting in another.
    '@typescript-eslint/require-await': 'off',
    // VS Code's own types declare functions as methods.
    '@typescript-eslint/unbound-method': 'off',
  },
});
