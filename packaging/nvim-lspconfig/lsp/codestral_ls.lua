---@brief
---
--- https://github.com/codestral-ls/codestral-ls
---
--- A language server that completes code with Codestral: a model on this machine (a small one comes with it) or the Codestral
--- API, as inline completions.
---
--- Install it with `pip install 'codestral-ls[local]'`. On Neovim 0.12 `vim.lsp.inline_completion.enable()` shows its
--- completions; the plugin of the same repository shows them sooner, also on 0.11, and accepts them by word and by line.

---@type vim.lsp.Config
return {
  cmd = { 'codestral-ls', 'serve' },
  root_markers = { '.git', '.hg', 'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod' },
}
