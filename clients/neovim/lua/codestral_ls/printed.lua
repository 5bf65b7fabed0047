--- Runs a subcommand of the server's program, such as `costs`, with the server's options, and shows its output.

local M = {}

--- Show text in a new window, in a buffer that is never saved.
---@param text string
function M.text(text)
  vim.cmd.new()
  vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(vim.trim(text), '\n'))
  vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile, vim.bo.modified = 'nofile', 'wipe', false, false
end

---@param subcommand string
function M.show(subcommand)
  local config = vim.lsp.config.codestral_ls
  local cmd = config and config.cmd
  if type(cmd) ~= 'table' then
    require('codestral_ls.say').once(('Run codestral-ls %s in a terminal.'):format(subcommand), vim.log.levels.WARN)
    return
  end
  local command = vim.tbl_map(function(word)
    return word == 'serve' and subcommand or word
  end, cmd)
  local ran, problem = pcall(vim.system, command, { text = true, cwd = vim.fn.expand('~') }, function(done)
    vim.schedule(function()
      M.text(done.code == 0 and done.stdout or done.stderr)
    end)
  end)
  if not ran then
    require('codestral_ls.say').once(tostring(problem), vim.log.levels.ERROR)
  end
end

return M
