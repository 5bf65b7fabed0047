--- The functions that users call: keys, visibility, switching on and off, the statusline. The other modules are internal.

local M = {}

---@return integer bufnr, codestral_ls.Suggestion?
local function here()
  local bufnr = vim.api.nvim_get_current_buf()
  return bufnr, require('codestral_ls.suggestion').of(bufnr)
end

--- Is ghost text on the screen that a key would accept?
---@return boolean
function M.visible()
  local bufnr, suggestion = here()
  return suggestion ~= nil and suggestion:progress(bufnr) ~= nil
end

---@param part 'whole'|'word'|'line'
local function accept(part)
  local bufnr = here()
  local take = require('codestral_ls.clock').timed('accept', function()
    if require('codestral_ls.accept').take(bufnr, part) then
      require('codestral_ls.buffer').hide(bufnr)
    end
  end)
  take()
end

--- Show another completion; the first time, ask the server for all alternatives.
---@param step integer 1 or -1
local function cycle(step)
  local buffer = require('codestral_ls.buffer')
  local bufnr, suggestion = here()
  local state = buffer.of(bufnr)
  if not state then
    return
  end
  if not suggestion or not suggestion.explicit then
    local shown = suggestion and suggestion:text()
    buffer.ask(bufnr, 'explicit', function()
      local _, found = here()
      -- The first alternative may be the text already shown; the key asks for another.
      if shown and found and #found.items > 1 and found:text() == shown then
        cycle(step)
      end
    end)
    return
  end
  local presenter = state.presenter
  suggestion:select(bufnr, (presenter.index and presenter.index(bufnr) or suggestion.index) + step)
  local _, rest = suggestion:progress(bufnr)
  if rest then
    presenter.draw(bufnr, suggestion, rest, 'whole', require('codestral_ls.options').get().highlight)
    require('codestral_ls.report').shown(suggestion)
  end
end

---@type table<string, fun()>
local actions = {
  ['accept'] = function()
    accept('whole')
  end,
  ['accept-word'] = function()
    accept('word')
  end,
  ['accept-line'] = function()
    accept('line')
  end,
  ['next'] = function()
    cycle(1)
  end,
  ['previous'] = function()
    cycle(-1)
  end,
  ['dismiss'] = function()
    require('codestral_ls.buffer').dismiss((here()))
  end,
  ['next-edit'] = function()
    require('codestral_ls.next_edit').accept()
  end,
  ['refuse-edit'] = function()
    require('codestral_ls.next_edit').refuse()
  end,
  ['toggle'] = function()
    M.enable(not M.is_enabled())
  end,
  ['explain'] = function()
    require('codestral_ls.explain').show()
  end,
}

--- Is a next edit proposed, here or elsewhere?
---@return boolean
function M.has_edit()
  local next_edit = package.loaded['codestral_ls.next_edit']
  return next_edit ~= nil and next_edit.pending() ~= nil
end

--- Run the function of the map `<Plug>(codestral-ls-{name})`.
---@param name string
function M.act(name)
  actions[name]()
end

--- The keys that a <Plug> map expands to. An acceptance is an undo step of its own, hence a break on either side.
---@param name string
---@return string
function M.keys(name)
  local call = ([[<Cmd>lua require('codestral_ls').act('%s')<CR>]]):format(name)
  if vim.startswith(name, 'accept') then
    if not M.visible() then
      return ''
    end
    call = '<C-g>u' .. call .. '<C-g>u'
  elseif vim.endswith(name, '-edit') then
    if not M.has_edit() then
      return ''
    end
    if vim.api.nvim_get_mode().mode:sub(1, 1) == 'i' and require('codestral_ls.next_edit').would_apply() then
      call = '<C-g>u' .. call .. '<C-g>u'
    end
  end
  return call
end

--- A right-hand side for a key that also has another meaning: accept ghost text if it is shown, else go to the next edit or
--- make it, otherwise `key`. In normal mode only next edits are handled.
---
--- ```lua
--- vim.keymap.set('i', '<Tab>', require('codestral_ls').accept_or('<Tab>'), { expr = true, remap = true })
--- ```
---@param key string
---@param part? 'word'|'line' Default: the whole completion.
---@return fun(): string
function M.accept_or(key, part)
  local plug = part and ('<Plug>(codestral-ls-accept-%s)'):format(part) or '<Plug>(codestral-ls-accept)'
  return function()
    if M.visible() then
      return plug
    end
    if not part and M.has_edit() then
      return '<Plug>(codestral-ls-next-edit)'
    end
    if key == '<Tab>' and vim.snippet and vim.snippet.active({ direction = 1 }) then
      return '<Cmd>lua vim.snippet.jump(1)<CR>'
    end
    return key -- Vim does not remap a key at the beginning of its own mapping.
  end
end

--- A right-hand side for a key that also has another meaning: refuse the next edit if there is one, otherwise `key`.
---
--- ```lua
--- vim.keymap.set('n', '<Esc>', require('codestral_ls').refuse_or('<Esc>'), { expr = true, remap = true })
--- ```
---@param key string
---@return fun(): string
function M.refuse_or(key)
  return function()
    return M.has_edit() and '<Plug>(codestral-ls-refuse-edit)' or key
  end
end

---@return boolean
function M.is_enabled()
  return vim.g.codestral_ls_off ~= true
end

--- Switch completion while typing on or off, in all buffers.
---@param enable? boolean Default: on.
function M.enable(enable)
  local on = enable ~= false
  vim.g.codestral_ls_off = not on or nil
  if not on then
    require('codestral_ls.buffer').hide((here()))
  end
  vim.notify(on and 'codestral-ls: on' or 'codestral-ls: off')
  vim.cmd.redrawstatus()
end

--- Complete nothing for a while, in all buffers.
---@param minutes integer
function M.pause(minutes)
  M.enable(false)
  vim.notify(('codestral-ls: off for %d minutes'):format(minutes))
  vim.defer_fn(function()
    if not M.is_enabled() then
      M.enable(true)
    end
  end, minutes * 60000)
end

--- For 'statusline': empty if the server is not attached.
---@return string
function M.statusline()
  return require('codestral_ls.status').line(vim.api.nvim_get_current_buf())
end

return M
