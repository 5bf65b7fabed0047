--- The server's configuration: `vim.lsp.enable('codestral_ls')` finds it here and starts the server.
--- Change any part of it with `vim.lsp.config('codestral_ls', { … })`. The code that runs in buffers is in lua/codestral_ls.

---@type vim.lsp.Config
return {
  cmd = { 'codestral-ls', 'serve' },
  -- Not the project's folder: with an empty or relative entry in PYTHONPATH, Python would import modules from it.
  cmd_cwd = vim.fn.expand('~'),
  -- The server's own log, whose size it limits: standard error would go to Neovim's lsp.log, which grows without limit.
  cmd_env = {
    CODESTRAL_LS_SERVER_LOG_FILE = vim.env.CODESTRAL_LS_SERVER_LOG_FILE or vim.fn.stdpath('log') .. '/codestral_ls.log',
  },
  root_markers = { '.git', '.hg', 'pyproject.toml', 'package.json', 'Cargo.toml', 'go.mod' },
  -- Neovim 0.11 has no inline completion, but this plugin has. Without this line the server would also offer a menu entry.
  capabilities = vim.tbl_deep_extend('force', vim.lsp.protocol.make_client_capabilities(), {
    textDocument = { inlineCompletion = { dynamicRegistration = false } },
  }),
  settings = { ['codestral-ls'] = vim.empty_dict() },
  handlers = {
    ['codestral-ls/status'] = function(_, result, ctx)
      require('codestral_ls.status').take(result, ctx.client_id)
    end,
    ['window/showMessage'] = function(_, result)
      local level = ({ vim.log.levels.ERROR, vim.log.levels.WARN })[result.type] or vim.log.levels.INFO
      require('codestral_ls.say').once(result.message, level)
    end,
    ['didChangeStatus'] = function(_, result, ctx)
      require('codestral_ls.status').take(result, ctx.client_id)
    end,
  },
  on_exit = function(code, signal, client_id)
    require('codestral_ls.restart').exited(code, signal, client_id)
  end,
}
