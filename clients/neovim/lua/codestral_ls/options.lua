--- The client's own options, from `vim.g.codestral_ls`. The server's options are not here: they go to
--- `vim.lsp.config('codestral_ls', { settings = … })` or the server's configuration file.

local M = {}

---@class codestral_ls.Options
---@field auto boolean Complete while typing; false completes only on request.
---@field ghost_text 'auto'|'builtin'|'plugin' What draws: Neovim's own inline completion, this plugin, or the better of both.
---@field menu 'beside'|'hide' With a completion menu open: ghost text stays until an entry is selected, or is hidden.
---@field highlight string Highlight group of the ghost text that this plugin draws.
---@field next_edits boolean Show next edits; the server's own option is edits.enabled.
---@field restart boolean Restart the server after a crash.

---@type codestral_ls.Options
local defaults = {
  auto = true,
  ghost_text = 'auto',
  menu = 'beside',
  highlight = 'CodestralGhost',
  next_edits = true,
  restart = true,
}

---@type table<string, string[]>
local words = { ghost_text = { 'auto', 'builtin', 'plugin' }, menu = { 'beside', 'hide' } }

--- Check the user's options.
---@param given any The value of `vim.g.codestral_ls`.
---@return codestral_ls.Options options The defaults, overridden by every valid value of `given`.
---@return string[] problems A sentence for each wrong value.
function M.check(given)
  local options, problems = vim.deepcopy(defaults), {}
  if given == nil then
    return options, problems
  end
  if type(given) ~= 'table' then
    return options, { ('vim.g.codestral_ls is a %s; it must be a table'):format(type(given)) }
  end
  for name, value in vim.spairs(given) do
    local default = defaults[name]
    if default == nil then
      table.insert(problems, ('vim.g.codestral_ls.%s is not an option'):format(name))
    elseif type(value) ~= type(default) then
      table.insert(problems, ('vim.g.codestral_ls.%s must be a %s'):format(name, type(default)))
    elseif words[name] and not vim.list_contains(words[name], value) then
      local choice = table.concat(words[name], ', ')
      table.insert(problems, ('vim.g.codestral_ls.%s is %q; it must be one of: %s'):format(name, value, choice))
    else
      options[name] = value
    end
  end
  return options, problems
end

local told = false

--- The current options. Problems are reported once; `:checkhealth codestral_ls` lists them.
---@return codestral_ls.Options
function M.get()
  local options, problems = M.check(vim.g.codestral_ls)
  if #problems > 0 and not told then
    told = true
    vim.schedule(function()
      vim.notify(table.concat(problems, '\n'), vim.log.levels.WARN, { title = 'codestral-ls' })
    end)
  end
  return options
end

return M
