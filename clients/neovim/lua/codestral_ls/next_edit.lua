--- The next edit: requested when the user pauses after a change, shown at its place, then reached, made or refused by a key.
--- There is at most one for the whole editor, and it is dropped when the text changes.

local api = vim.api
local options = require('codestral_ls.options')
local text_rules = require('codestral_ls.text')
local view = require('codestral_ls.next_edit_view')

local M = {}

--- Milliseconds without a change before the server is asked. Ghost text is shown by then and has priority.
local REST = 250
local METHOD = 'textDocument/copilotInlineEdit'
local UNKNOWN_METHOD = -32601

---@class codestral_ls.NextEdit
---@field client vim.lsp.Client
---@field raw table As the server sent it; sent back unchanged.
---@field bufnr integer The buffer of its place.
---@field tick integer The buffer's change count at that time.
---@field row integer From 0, like the others; columns are in bytes.
---@field column integer
---@field end_row integer
---@field end_column integer
---@field lines string[] The lines that replace the range.

---@type codestral_ls.NextEdit?
local pending
---@type { client: vim.lsp.Client, id: integer }?
local asked
--- The last change was an accepted edit: the next one is requested at once.
local made_one = false
local timer = assert(vim.uv.new_timer())
--- Clients whose server does not support next edits.
---@type table<integer, true>
local without = {}

---@return codestral_ls.NextEdit? edit Also nil if its document has changed.
function M.pending()
  if
    pending
    and (not api.nvim_buf_is_loaded(pending.bufnr) or api.nvim_buf_get_changedtick(pending.bufnr) ~= pending.tick)
  then
    M.hide()
  end
  return pending
end

local function cancel()
  timer:stop()
  local before = asked
  asked = nil
  if before and not before.client:is_stopped() then
    before.client:cancel_request(before.id)
  end
end

--- Hide the edit.
function M.hide()
  cancel()
  if pending then
    view.clear(pending.bufnr)
    pending = nil
  end
end

--- May an edit be shown now? Completions have priority, and a macro must contain only what the user typed.
---@return boolean
local function welcome()
  local mode = api.nvim_get_mode().mode:sub(1, 1)
  return (mode == 'n' or mode == 'i')
    and vim.fn.reg_recording() == ''
    and vim.fn.reg_executing() == ''
    and vim.fn.pumvisible() == 0
    and not require('codestral_ls').visible()
end

---@param client vim.lsp.Client
---@param raw table
---@return codestral_ls.NextEdit?
local function read(client, raw)
  local bufnr = vim.uri_to_bufnr(raw.textDocument.uri)
  local loaded = api.nvim_buf_is_loaded(bufnr)
  if not loaded or not vim.bo[bufnr].modifiable or vim.lsp.util.buf_versions[bufnr] ~= raw.textDocument.version then
    return
  end
  local lines = api.nvim_buf_line_count(bufnr)
  if raw.range['end'].line >= lines or raw.range.start.line >= lines then
    return
  end
  local function column(position)
    local line = api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, false)[1] or ''
    return vim.str_byteindex(line, client.offset_encoding, position.character, false)
  end
  local first, last = raw.range.start, raw.range['end']
  return {
    client = client,
    raw = raw,
    bufnr = bufnr,
    tick = api.nvim_buf_get_changedtick(bufnr),
    row = first.line,
    column = column(first),
    end_row = last.line,
    end_column = column(last),
    lines = vim.split(text_rules.normalised(raw.text), '\n', { plain = true }),
  }
end

---@param bufnr integer
---@param client vim.lsp.Client
local function ask(bufnr, client)
  cancel()
  if client:is_stopped() or without[client.id] or api.nvim_get_current_buf() ~= bufnr or not welcome() then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding) --[[@as table]]
  params.textDocument.version = vim.lsp.util.buf_versions[bufnr]
  params.context = { triggerKind = 2 }
  local this = { client = client, id = 0 }
  local tick = api.nvim_buf_get_changedtick(bufnr)
  local sent, id = client:request(METHOD, params, function(err, result)
    if asked ~= this then
      return
    end
    asked = nil
    if err then
      without[client.id] = err.code == UNKNOWN_METHOD or nil
      return
    end
    local raw = result and result.edits and result.edits[1]
    local stays = api.nvim_get_current_buf() == bufnr and api.nvim_buf_get_changedtick(bufnr) == tick
    if raw and stays and welcome() then
      pending = read(client, raw)
      if pending then
        view.draw(pending)
        client:notify('textDocument/didShowInlineEdit', { item = raw })
      end
    end
  end, bufnr)
  if sent and id then
    this.id = id
    asked = this
  end
end

--- The text of a buffer has changed: drop the edit found for the old text, and ask again when the user pauses.
---@param bufnr integer
---@param client vim.lsp.Client
function M.changed(bufnr, client)
  M.hide()
  if not options.get().next_edits or vim.b[bufnr].codestral_ls == false or vim.g.codestral_ls_off == true then
    return
  end
  local rest = made_one and 0 or REST
  made_one = false
  timer:start(rest, 0, function()
    vim.schedule(function()
      ask(bufnr, client)
    end)
  end)
end

--- The cursor or the window has moved: update the hint at the cursor.
function M.moved()
  local edit = M.pending()
  if edit then
    view.draw(edit)
  end
end

--- Is the cursor where the edit would be made?
---@param edit codestral_ls.NextEdit
---@return boolean
local function is_at_place(edit)
  local row = api.nvim_win_get_cursor(0)[1] - 1
  return api.nvim_get_current_buf() == edit.bufnr and row >= edit.row and row <= edit.end_row
end

--- Would the key make the edit, rather than only go to its place?
---@return boolean
function M.would_apply()
  local edit = M.pending()
  return edit ~= nil and is_at_place(edit)
end

---@param edit codestral_ls.NextEdit
local function jump(edit)
  vim.cmd("normal! m'")
  if api.nvim_get_current_buf() ~= edit.bufnr then
    local window = vim.fn.bufwinid(edit.bufnr)
    if window ~= -1 then
      api.nvim_set_current_win(window)
    else
      vim.bo[edit.bufnr].buflisted = true
      api.nvim_set_current_buf(edit.bufnr)
    end
  end
  api.nvim_win_set_cursor(0, { edit.row + 1, edit.column })
  view.draw(edit)
end

---@param edit codestral_ls.NextEdit
local function apply(edit)
  local bufnr, client = edit.bufnr, edit.client
  M.hide()
  if not vim.bo[bufnr].modifiable then
    vim.notify('codestral-ls: This buffer cannot be modified.', vim.log.levels.WARN)
    return
  end
  made_one = true
  api.nvim_buf_set_text(bufnr, edit.row, edit.column, edit.end_row, edit.end_column, edit.lines)
  local last = #edit.lines
  local column = (last == 1 and edit.column or 0) + #edit.lines[last]
  api.nvim_win_set_cursor(0, { edit.row + last, column })
  if not client:is_stopped() then
    client:exec_cmd(edit.raw.command, { bufnr = bufnr }, function() end)
  end
end

--- Go to the place of the edit or, if the cursor is there, make it.
function M.accept()
  local edit = M.pending()
  if not edit then
    return
  end
  if is_at_place(edit) then
    apply(edit)
  else
    jump(edit)
  end
end

--- Refuse the edit: it is not proposed again.
function M.refuse()
  local edit = M.pending()
  M.hide()
  if edit and not edit.client:is_stopped() then
    local command = { title = '', command = 'codestral-ls.refusedEdit', arguments = edit.raw.command.arguments }
    edit.client:exec_cmd(command, { bufnr = edit.bufnr }, function() end)
  end
end

return M
