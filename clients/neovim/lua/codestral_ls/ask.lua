--- Sends the requests: one at a time per buffer; a new request cancels the previous one. The server debounces, not this file.

local M = {}

---@type table<integer, { client: vim.lsp.Client, id: integer }>
local pending = {}

--- The newest answer, for `explain.lua`.
---@type { milliseconds: number, items: integer, error?: string }?
M.last = nil

local KINDS = { explicit = 1, automatic = 2 }

---@param bufnr integer
function M.cancel(bufnr)
  local before = pending[bufnr]
  pending[bufnr] = nil
  if before and not before.client:is_stopped() then
    before.client:cancel_request(before.id)
  end
end

--- Ask for completions at the cursor of the current window.
---@param bufnr integer Its current buffer.
---@param client vim.lsp.Client
---@param kind 'explicit'|'automatic'
---@param answered fun(items: lsp.InlineCompletionItem[]) Called only for the newest request, never after a failure.
function M.ask(bufnr, client, kind, answered)
  M.cancel(bufnr)
  if client:is_stopped() then
    return
  end
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding) --[[@as lsp.InlineCompletionParams]]
  params.context = { triggerKind = KINDS[kind] }
  local this = { client = client, id = 0 }
  local began = vim.uv.hrtime()
  local sent, id = client:request('textDocument/inlineCompletion', params, function(err, result)
    if pending[bufnr] ~= this then
      return
    end
    pending[bufnr] = nil
    local items = result and (result.items or result) or {}
    M.last = { milliseconds = (vim.uv.hrtime() - began) / 1e6, items = #items, error = err and err.message }
    if not err then
      answered(items)
    end
  end, bufnr)
  if sent and id then
    this.id = id
    pending[bufnr] = this
  end
end

return M
