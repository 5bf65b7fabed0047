--- The `:Codestral` command: one table of what it can do.

local M = {}

--- Offer the server's code actions whose title contains a word, and run the only one.
---@param word string
---@param call table
local function code_action(word, call)
  vim.lsp.buf.code_action({
    apply = true,
    filter = function(action)
      return action.title:lower():find(word, 1, true) ~= nil
    end,
    range = call.range > 0 and { start = { call.line1, 0 }, ['end'] = { call.line2, 0 } } or nil,
  })
end

---@type table<string, fun(call: table)>
local commands = {
  enable = function()
    require('codestral_ls').enable(true)
  end,
  disable = function()
    require('codestral_ls').enable(false)
  end,
  toggle = function()
    require('codestral_ls').act('toggle')
  end,
  explain = function()
    require('codestral_ls').act('explain')
  end,
  docstring = function(call)
    code_action('docstring', call)
  end,
  tests = function(call)
    code_action('test', call)
  end,
  restart = function()
    require('codestral_ls.restart').by_hand()
  end,
  log = function()
    vim.cmd.split(vim.fn.fnameescape(vim.lsp.log and vim.lsp.log.get_filename() or vim.lsp.get_log_path()))
  end,
  status = function()
    local line = require('codestral_ls').statusline()
    vim.notify(line ~= '' and line or 'codestral-ls is not attached to this buffer')
  end,
}

---@param call table What nvim_create_user_command passes.
function M.run(call)
  local name = call.args == '' and 'status' or call.args
  local command = commands[name]
  if command then
    command(call)
  else
    local known = table.concat(M.complete(''), ', ')
    vim.notify((':Codestral knows no %q; it knows %s'):format(name, known), vim.log.levels.ERROR)
  end
end

---@param typed string
---@return string[]
function M.complete(typed)
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, typed)
  end, vim.tbl_keys(commands))
  table.sort(names)
  return names
end

return M
