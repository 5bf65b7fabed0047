--- The `:Codestral` command: a table of its subcommands.

local M = {}

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
    require('codestral_ls.write').run('docstring', call)
  end,
  tests = function(call)
    require('codestral_ls.write').run('test', call)
  end,
  restart = function()
    require('codestral_ls.restart').by_hand()
  end,
  log = function()
    require('codestral_ls.log').open()
  end,
  model = function()
    require('codestral_ls.model').choose()
  end,
  recommend = function()
    require('codestral_ls.offer').show()
  end,
  costs = function()
    require('codestral_ls.printed').show('costs')
  end,
  settings = function()
    vim.cmd.help('codestral_ls-options')
  end,
  start = function()
    vim.cmd.help('codestral_ls-install')
  end,
  pause = function()
    require('codestral_ls').pause(30)
  end,
  preview = function()
    require('codestral_ls.preview').show()
  end,
  doctor = function()
    vim.cmd.checkhealth('codestral_ls')
  end,
  status = function()
    local line = require('codestral_ls').statusline()
    local last = require('codestral_ls.say').last
    local said = { line ~= '' and line or 'codestral-ls is not attached to this buffer', last ~= '' and last or nil }
    require('codestral_ls.request').command('codestral-ls.host', {}, function(result)
      table.insert(said, result and result.message ~= '' and result.message or nil)
      vim.notify(table.concat(said, '\n'))
    end)
  end,
}

---@param call table The argument that nvim_create_user_command passes.
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
