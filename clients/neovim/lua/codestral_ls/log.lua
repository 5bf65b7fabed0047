--- The place of the server's log. The server limits its size.

local M = {}

---@return string
function M.file()
  local config = vim.lsp.config.codestral_ls
  return config and config.cmd_env and config.cmd_env.CODESTRAL_LS_SERVER_LOG_FILE or ''
end

--- Open the log at its end, in a window that follows new lines.
function M.open()
  vim.cmd.split(vim.fn.fnameescape(M.file()))
  vim.bo.autoread, vim.bo.modifiable = true, false
  vim.cmd.normal({ 'G', bang = true })
end

return M
