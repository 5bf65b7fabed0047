--- Shows what a completion at the cursor would send; nothing is sent.

local M = {}

function M.show()
  local request = require('codestral_ls.request')
  request.command('codestral-ls.preview', request.here(), function(result, problem)
    if not result then
      require('codestral_ls.say').once(problem or 'The server says nothing.', vim.log.levels.WARN)
      return
    end
    vim.cmd.new()
    vim.api.nvim_buf_set_lines(0, 0, -1, false, vim.split(result.text, '\n'))
    vim.bo.buftype, vim.bo.bufhidden, vim.bo.swapfile, vim.bo.modified = 'nofile', 'wipe', false, false
  end)
end

return M
