--- Shows an edit as a diff in its own window, and makes it if the user agrees.

local M = {}

---@param uri string
---@param edits lsp.TextEdit[]
---@param encoding string
---@return string
local function diff_of(uri, edits, encoding)
  local path = vim.uri_to_fname(uri)
  local bufnr = vim.uri_to_bufnr(uri)
  local known = vim.api.nvim_buf_is_loaded(bufnr)
  local lines = known and vim.api.nvim_buf_get_lines(bufnr, 0, -1, false)
    or (vim.fn.filereadable(path) == 1 and vim.fn.readfile(path) or {})
  local copy = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(copy, 0, -1, false, lines)
  vim.lsp.util.apply_text_edits(edits, copy, encoding)
  local changed = vim.api.nvim_buf_get_lines(copy, 0, -1, false)
  vim.api.nvim_buf_delete(copy, { force = true })
  local before = #lines > 0 and table.concat(lines, '\n') .. '\n' or ''
  local after = table.concat(changed, '\n') .. '\n'
  local diff = vim.text and vim.text.diff or vim.diff
  return ('--- %s\n%s'):format(vim.fn.fnamemodify(path, ':~:.'), diff(before, after, { ctxlen = 3 }))
end

---@param edit lsp.WorkspaceEdit
---@param encoding string
---@return string[]
local function diff_lines(edit, encoding)
  local parts = {}
  for uri, edits in pairs(edit.changes or {}) do
    table.insert(parts, diff_of(uri, edits, encoding))
  end
  for _, change in ipairs(edit.documentChanges or {}) do
    if not change.kind then
      table.insert(parts, diff_of(change.textDocument.uri, change.edits, encoding))
    end
  end
  return vim.split(vim.trim(table.concat(parts, '\n')), '\n')
end

--- The documents that an edit changes.
---@param edit lsp.WorkspaceEdit
---@return string[]
local function targets(edit)
  local uris = vim.tbl_keys(edit.changes or {})
  for _, change in ipairs(edit.documentChanges or {}) do
    if not change.kind then
      table.insert(uris, change.textDocument.uri)
    end
  end
  return uris
end

---@param edit lsp.WorkspaceEdit
---@param encoding string
local function apply(edit, encoding)
  -- The user has just reviewed the edit: Neovim need not ask again.
  for _, annotation in pairs(edit.changeAnnotations or {}) do
    annotation.needsConfirmation = false
  end
  for _, uri in ipairs(targets(edit)) do
    local bufnr = vim.uri_to_bufnr(uri)
    if vim.api.nvim_buf_is_loaded(bufnr) and not vim.bo[bufnr].modifiable then
      local name = vim.fs.basename(vim.uri_to_fname(uri))
      vim.notify(('codestral-ls: %s cannot be modified.'):format(name), vim.log.levels.WARN)
      return
    end
  end
  vim.lsp.util.apply_workspace_edit(edit, encoding)
end

--- Open the diff. y makes the edit; n, q and Esc close the diff without changes.
---@param title string
---@param edit lsp.WorkspaceEdit
---@param encoding string
---@return integer window
function M.show(title, edit, encoding)
  local lines = diff_lines(edit, encoding)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, lines)
  vim.bo[buffer].filetype = 'diff'
  vim.bo[buffer].modifiable = false
  vim.bo[buffer].bufhidden = 'wipe'
  local width = math.min(100, vim.o.columns - 4)
  local height = math.max(1, math.min(#lines, vim.o.lines - 6))
  local window = vim.api.nvim_open_win(buffer, true, {
    relative = 'editor',
    row = math.floor((vim.o.lines - height) / 2) - 1,
    col = math.floor((vim.o.columns - width) / 2),
    width = width,
    height = height,
    border = 'rounded',
    title = (' %s: y applies, n does not '):format(title),
    style = 'minimal',
  })
  local function close()
    if vim.api.nvim_win_is_valid(window) then
      vim.api.nvim_win_close(window, true)
    end
  end
  local function yes()
    close()
    apply(edit, encoding)
  end
  for key, action in pairs({ y = yes, n = close, q = close, ['<Esc>'] = close }) do
    vim.keymap.set('n', key, action, { buffer = buffer, nowait = true })
  end
  return window
end

return M
