--- Lets the server write a docstring or tests for the definition under the cursor, and shows the result before it is inserted.

local M = {}

---@param text string
local function tell(text)
  vim.notify('codestral-ls: ' .. text, vim.log.levels.WARN)
end

---@param client vim.lsp.Client
---@param action lsp.CodeAction
---@param bufnr integer
local function review(client, action, bufnr)
  if action.edit then
    require('codestral_ls.review').show(action.title, action.edit, client.offset_encoding)
    return
  end
  client:request('codeAction/resolve', action, function(err, resolved)
    if err or not resolved or not resolved.edit then
      tell(err and err.message or 'Nothing was written.')
    else
      require('codestral_ls.review').show(action.title, resolved.edit, client.offset_encoding)
    end
  end, bufnr)
end

--- Run the code action whose title contains `word`, at the cursor or for the range of `call`.
---@param word string
---@param call table The argument that nvim_create_user_command passes.
function M.run(word, call)
  local bufnr = vim.api.nvim_get_current_buf()
  local client = require('codestral_ls.server').of(bufnr)
  if not client then
    tell('The server is not attached to this buffer.')
    return
  end
  if word == 'docstring' and not vim.bo[bufnr].modifiable then
    tell('This buffer cannot be modified.')
    return
  end
  local params = vim.lsp.util.make_range_params(0, client.offset_encoding)
  if call.range > 0 then
    params = vim.lsp.util.make_given_range_params({ call.line1, 0 }, { call.line2, 0 }, bufnr, client.offset_encoding)
  end
  params.context = { diagnostics = {} }
  client:request('textDocument/codeAction', params, function(err, actions)
    for _, action in ipairs(actions or {}) do
      if action.title:lower():find(word, 1, true) then
        review(client, action, bufnr)
        return
      end
    end
    tell(err and err.message or ('There is nothing here to write a %s for.'):format(word))
  end, bufnr)
end

return M
