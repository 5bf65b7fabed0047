--- Shows what a completion at the cursor would send, without sending it.

local M = {}

function M.show()
  local request = require('codestral_ls.request')
  request.command('codestral-ls.preview', request.here(), function(result, problem)
    if not result then
      require('codestral_ls.say').once(problem or 'The server says nothing.', vim.log.levels.WARN)
      return
    end
    require('codestral_ls.printed').text(result.text)
  end)
end

return M
