--- Completions as entries of a menu, for nvim-cmp and blink.cmp: one entry for each, the code as its documentation.

local M = {}

local KIND_TEXT = 1
local LONGEST = 60

---@param item lsp.InlineCompletionItem
---@param position lsp.Position
---@param line string Text of the cursor's line before it.
---@param filetype string
---@return lsp.CompletionItem
local function entry(item, position, line, filetype)
  local text = require('codestral_ls.text').normalised(item.insertText --[[@as string]])
  local range = item.range or { start = position, ['end'] = position }
  local word = line:match('[%w_]*$')
  local first = vim.trim(word .. vim.split(text, '\n', { plain = true })[1])
  local label = vim.fn.strchars(first) <= LONGEST and first or vim.fn.strcharpart(first, 0, LONGEST - 1) .. '…'
  local start = { line = range.start.line, character = range.start.character - vim.str_utfindex(word, 'utf-16') }
  return {
    label = label,
    kind = KIND_TEXT,
    filterText = first,
    sortText = '~',
    insertTextFormat = 1,
    insertTextMode = 1,
    documentation = { kind = 'markdown', value = ('```%s\n%s%s\n```'):format(filetype, word, text) },
    textEdit = { newText = word .. text, range = { start = start, ['end'] = range['end'] } },
    data = item.command,
  }
end

--- Ask for completions at the cursor of the current window.
---@param answered fun(items: lsp.CompletionItem[])
---@return fun() cancel
function M.get(answered)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('codestral_ls.server').of(bufnr)
  if not client then
    answered({})
    return function() end
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding) --[[@as lsp.InlineCompletionParams]]
  params.context = { triggerKind = 2 }
  local line = vim.api.nvim_get_current_line():sub(1, vim.api.nvim_win_get_cursor(0)[2])
  local filetype = vim.bo[bufnr].filetype
  local _, id = client:request('textDocument/inlineCompletion', params, function(err, result)
    local items = not err and result and (result.items or result) or {}
    answered(vim.tbl_map(function(item)
      return entry(item, params.position, line, filetype)
    end, items))
  end, bufnr)
  return function()
    if id and not client:is_stopped() then
      client:cancel_request(id)
    end
  end
end

--- Report to the server that an entry was accepted.
---@param item lsp.CompletionItem
function M.taken(item)
  local client = require('codestral_ls.server').of(0)
  if client and item.data then
    client:exec_cmd(item.data, { bufnr = 0 }, function() end)
  end
end

return M
