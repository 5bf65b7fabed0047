--- Handles the keystrokes in a buffer: each updates or hides the shown completion and asks for the next.
--- A keystroke is recognised by its tick (change count and cursor), so that several events of one key count once.
--- Drawing is left to the presenter.

local api = vim.api
local ask = require('codestral_ls.ask')
local clock = require('codestral_ls.clock')
local diagnostics = require('codestral_ls.diagnostics')
local menu = require('codestral_ls.menu')
local options = require('codestral_ls.options')
local report = require('codestral_ls.report')
local suggestions = require('codestral_ls.suggestion')

local M = {}

---@class codestral_ls.Attached
---@field client vim.lsp.Client
---@field presenter table builtin.lua or own.lua
---@field tick string
---@field since integer Time of the newest keystroke (hrtime).
---@field dismissed string? The tick at which the user hid the completion: nothing is shown there again.

---@type table<integer, codestral_ls.Attached>
local attached = {}

---@param bufnr integer
---@return codestral_ls.Attached?
function M.of(bufnr)
  return attached[bufnr]
end

---@param bufnr integer
---@return string
local function tick_of(bufnr)
  local cursor = api.nvim_win_get_cursor(0)
  return ('%d:%d:%d'):format(api.nvim_buf_get_changedtick(bufnr), cursor[1], cursor[2])
end

--- May ghost text be shown here now? Not while a macro is recorded or run: it must contain only what the user typed.
---@return boolean
local function welcome()
  return api.nvim_get_mode().mode:sub(1, 1) == 'i' and vim.fn.reg_recording() == '' and vim.fn.reg_executing() == ''
end

---@param bufnr integer
function M.hide(bufnr)
  local state = attached[bufnr]
  if state then
    state.presenter.clear(bufnr)
  end
  suggestions.forget(bufnr)
end

--- Draw the rest of the current completion, or drop it if other text was typed.
---@param bufnr integer
---@return boolean shown
local function follow(bufnr)
  local state, suggestion = attached[bufnr], suggestions.of(bufnr)
  if not suggestion then
    return false
  end
  local _, rest = suggestion:progress(bufnr)
  local menu_state = menu.state()
  local config = options.get()
  if not rest or menu_state == 'selected' or (menu_state == 'open' and config.menu == 'hide') then
    M.hide(bufnr)
    return false
  end
  local place = menu_state == 'open' and 'first line' or 'whole'
  state.presenter.draw(bufnr, suggestion, rest, place, config.highlight)
  return true
end

---@param bufnr integer
---@param kind 'explicit'|'automatic'
---@param items lsp.InlineCompletionItem[]
local function answered(bufnr, kind, items)
  local state = attached[bufnr]
  if not state or api.nvim_get_current_buf() ~= bufnr or not welcome() or state.dismissed == tick_of(bufnr) then
    return
  end
  local before = suggestions.of(bufnr)
  if #items == 0 then
    M.hide(bufnr)
    return
  end
  if before and before.explicit and kind == 'automatic' and before:progress(bufnr) then
    return -- Requested alternatives stay until the user types something else.
  end
  local suggestion = suggestions.keep(bufnr, state.client, items, kind == 'explicit')
  if follow(bufnr) then
    if package.loaded['codestral_ls.next_edit'] then
      package.loaded['codestral_ls.next_edit'].hide()
    end
    clock.note('ghost', (vim.uv.hrtime() - state.since) / 1e6)
    report.shown(suggestion)
    require('codestral_ls.offer').later()
  end
end
answered = clock.timed('answer', answered)

--- Ask for completions at the cursor.
---@param bufnr integer
---@param kind 'explicit'|'automatic'
---@param afterwards? fun() Called once the answer is in place.
function M.ask(bufnr, kind, afterwards)
  local state = attached[bufnr]
  if not state then
    return
  end
  state.since = vim.uv.hrtime()
  ask.ask(bufnr, state.client, kind, function(items)
    answered(bufnr, kind, items)
    if afterwards then
      afterwards()
    end
  end)
  if state.presenter.asked then
    state.presenter.asked(bufnr)
  end
end

---@param bufnr integer
local function keystroke(bufnr)
  local state = attached[bufnr]
  if not state then
    return
  end
  if not welcome() then
    M.hide(bufnr)
    return
  end
  follow(bufnr)
  if state.presenter.asked then
    state.presenter.asked(bufnr)
  end
  local tick = tick_of(bufnr)
  if tick == state.tick then
    return
  end
  state.tick = tick
  state.dismissed = nil
  if options.get().auto and vim.b[bufnr].codestral_ls ~= false and vim.g.codestral_ls_off ~= true then
    M.ask(bufnr, 'automatic')
  end
end
keystroke = clock.timed('keystroke', keystroke)

---@param bufnr integer
local function left(bufnr)
  ask.cancel(bufnr)
  M.hide(bufnr)
  if attached[bufnr] then
    attached[bufnr].tick = ''
  end
end

--- Hide the completion and show none until something is typed.
---@param bufnr integer
function M.dismiss(bufnr)
  left(bufnr)
  local state = attached[bufnr]
  if state then
    state.tick = tick_of(bufnr)
    state.dismissed = state.tick
  end
end

--- The server has become ready: ask again if the cursor has not moved.
---@param client_id integer
function M.ready(client_id)
  local bufnr = api.nvim_get_current_buf()
  local state = attached[bufnr]
  if state and state.client.id == client_id and not suggestions.of(bufnr) then
    state.tick = ''
    keystroke(bufnr)
  end
end

--- Register the events on which next edits depend. Leaving insert mode is one of them, because it removes ghost text.
---@param on fun(events: string[], action: fun(bufnr: integer))
---@param client vim.lsp.Client
---@param bufnr integer
local function follow_edits(on, client, bufnr)
  local next_edit = require('codestral_ls.next_edit')
  local tick = api.nvim_buf_get_changedtick(bufnr)
  on({ 'TextChanged', 'TextChangedI', 'TextChangedP', 'InsertLeave' }, function()
    local now = api.nvim_buf_get_changedtick(bufnr)
    if now ~= tick or not next_edit.pending() then
      tick = now
      next_edit.changed(bufnr, client)
    end
  end)
  on({ 'CursorMoved', 'CursorMovedI', 'BufEnter' }, next_edit.moved)
end

---@param bufnr integer
---@param client vim.lsp.Client
function M.attach(bufnr, client)
  if not next(attached) then
    require('codestral_ls.highlight').follow()
  end
  local builtin, own = require('codestral_ls.builtin'), require('codestral_ls.own')
  local use_builtin = options.get().ghost_text ~= 'plugin' and builtin.available()
  local presenter = use_builtin and builtin or own
  attached[bufnr] = { client = client, presenter = presenter, tick = '', since = vim.uv.hrtime() }
  presenter.attach(bufnr)
  -- The group comes after Neovim's own, so that its presenter has run when `keystroke` does.
  local group = api.nvim_create_augroup('codestral_ls.buffer' .. bufnr, { clear = true })
  local function on(events, action)
    api.nvim_create_autocmd(events, {
      group = group,
      buffer = bufnr,
      callback = function()
        action(bufnr)
      end,
    })
  end
  on({ 'TextChangedI', 'TextChangedP', 'CursorMovedI', 'CompleteChanged', 'CompleteDone' }, keystroke)
  on({ 'InsertEnter' }, function()
    -- When this event fires, Neovim is not yet in insert mode.
    vim.schedule(function()
      if api.nvim_get_current_buf() == bufnr then
        keystroke(bufnr)
      end
    end)
  end)
  on({ 'InsertLeave', 'BufLeave' }, left)
  on({ 'BufEnter' }, function()
    report.focused(client, bufnr)
  end)
  if client.name == 'codestral_ls' then
    follow_edits(on, client, bufnr)
  end
  on({ 'DiagnosticChanged' }, function()
    diagnostics.changed(client, bufnr)
  end)
  diagnostics.forget(bufnr)
  diagnostics.changed(client, bufnr)
  if api.nvim_get_current_buf() == bufnr then
    report.focused(client, bufnr)
    if welcome() then
      keystroke(bufnr)
    end
  end
end

---@param bufnr integer
---@param client_id integer
function M.detach(bufnr, client_id)
  local state = attached[bufnr]
  if state and state.client.id == client_id then
    left(bufnr)
    state.presenter.detach(bufnr)
    diagnostics.forget(bufnr)
    attached[bufnr] = nil
    api.nvim_del_augroup_by_name('codestral_ls.buffer' .. bufnr)
  end
end

return M
