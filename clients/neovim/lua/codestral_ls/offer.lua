--- Offers a stronger model than the embedded one if this machine is fast enough for it: once, when the user leaves insert mode
--- after the first completion, and on `:Codestral recommend`.

local M = {}

local RECOMMEND = 'codestral-ls.recommendModel'
--- The server measures for about a second.
local asked = false

--- This file exists once any Neovim of the user has had the machine measured.
---@return string
local function mark()
  return vim.fs.joinpath(vim.fn.stdpath('state') --[[@as string]], 'codestral_ls_offered')
end

---@param answered fun(model?: { name: string, detail: string, licence: string }, problem?: string)
local function ask(answered)
  require('codestral_ls.request').command(RECOMMEND, {}, function(result, problem)
    if result and result.measured then
      vim.fn.mkdir(vim.fs.dirname(mark()), 'p')
      vim.fn.writefile({}, mark())
    end
    answered(result and type(result.model) == 'table' and result.model or nil, problem)
  end)
end

--- The first completion is on the screen: offer a stronger model when the user has stopped typing.
function M.later()
  if asked then
    return
  end
  asked = true
  if vim.uv.fs_stat(mark()) then
    return
  end
  vim.api.nvim_create_autocmd('InsertLeave', {
    once = true,
    callback = function()
      ask(function(model)
        if model then
          local told = '%s writes better than the model in use and is fast enough here: :Codestral recommend'
          require('codestral_ls.say').once(told:format(model.name), vim.log.levels.INFO)
        end
      end)
    end,
  })
end

--- Ask whether to fetch the stronger model.
function M.show()
  ask(function(model, problem)
    if not model then
      local nothing = 'No model is better than the one in use and fast enough on this machine.'
      require('codestral_ls.say').once(problem or nothing, vim.log.levels.INFO)
      return
    end
    local choices = {
      { label = 'Fetch it', act = require('codestral_ls.model').fetch },
      { label = 'Choose another', act = require('codestral_ls.model').choose },
      { label = 'No', act = function() end },
    }
    local options = {
      prompt = ('%s writes better and is fast enough here (%s)'):format(model.name, model.detail),
      format_item = function(choice)
        return choice.label
      end,
    }
    vim.ui.select(choices, options, function(choice)
      if choice then
        choice.act('local.model', model)
      end
    end)
  end)
end

return M
