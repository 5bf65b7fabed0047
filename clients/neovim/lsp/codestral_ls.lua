--- The server's configuration: `vim.lsp.enable('codestral_ls')` finds it here and starts the server.
--- Change any part of it with `vim.lsp.config('codestral_ls', { … })`; what happens in a buffer is lua/codestral_ls.

---@type vim.lsp.Config
return {
  cmd = { 'codestral-ls', 'serve' },
  root_markers = { '.git', '.hg', 'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod' },
  settings = { ['codestral-ls'] = vim.empty_dict() },
  handlers = {
    ['codestral-ls/status'] = function(_, result, ctx)
      require('codestral_ls.status').take(result, ctx.client_id)
    end,
    ['didChangeStatus'] = function(_, result, ctx)
      require('codestral_ls.status').take(result, ctx.client_id)
    end,
  },
  on_exit = function(code, signal, client_id)
    require('codestral_ls.restart').exited(code, signal, client_id)
  end,
}
