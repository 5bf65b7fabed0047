--- Draws the next edit: the old text struck through, the new text next to or below it, and a hint at the cursor if the place is off
--- the screen. Decides nothing.

local api = vim.api
local text_rules = require('codestral_ls.text')

local M = {}

local namespace = api.nvim_create_namespace('codestral_ls.next_edit')
M.namespace = namespace

local function define()
  api.nvim_set_hl(0, 'CodestralEditNew', { default = true, link = 'DiffAdd' })
  api.nvim_set_hl(0, 'CodestralEditHint', { default = true, link = 'CodestralGhost' })
  local gone = api.nvim_get_hl(0, { name = 'DiffDelete', link = false })
  api.nvim_set_hl(0, 'CodestralEditOld', {
    default = true,
    fg = gone.fg,
    bg = gone.bg,
    ctermfg = gone.ctermfg,
    ctermbg = gone.ctermbg,
    strikethrough = true,
  })
end

---@type integer?
local hinted

---@param bufnr integer
function M.clear(bufnr)
  for _, each in ipairs({ bufnr, hinted }) do
    if api.nvim_buf_is_valid(each) then
      api.nvim_buf_clear_namespace(each, namespace, 0, -1)
    end
  end
  hinted = nil
end

---@param edit codestral_ls.NextEdit
local function draw_place(edit)
  local bufnr, lines = edit.bufnr, edit.lines
  local tabstop = vim.bo[bufnr].tabstop
  local is_empty = edit.row == edit.end_row and edit.column == edit.end_column
  local new = table.concat(lines, '\n')
  local inline, below = nil, {}
  if #lines == 1 then
    inline = new ~= '' and { { new, 'CodestralEditNew' } } or nil
  else
    -- Whole lines as they will be, including the rest of the line before and after the range.
    local before = api.nvim_buf_get_text(bufnr, edit.row, 0, edit.row, edit.column, {})[1]
    local after = api.nvim_buf_get_text(bufnr, edit.end_row, edit.end_column, edit.end_row, -1, {})[1]
    for index, line in ipairs(lines) do
      local whole = (index == 1 and before or '') .. line .. (index == #lines and after or '')
      if not (index == 1 and is_empty and line == '') then
        table.insert(below, { { text_rules.expand_tabs(whole, 0, tabstop), 'CodestralEditNew' } })
      end
    end
  end
  api.nvim_buf_set_extmark(bufnr, namespace, edit.row, edit.column, {
    end_row = edit.end_row,
    end_col = edit.end_column,
    hl_group = not is_empty and 'CodestralEditOld' or nil,
    strict = false,
  })
  api.nvim_buf_set_extmark(bufnr, namespace, edit.end_row, edit.end_column, {
    virt_text = inline,
    virt_text_pos = inline and 'inline' or nil,
    virt_lines = #below > 0 and below or nil,
    strict = false,
  })
end

--- Describe where the place is from the cursor; nil if it is on the screen.
---@param edit codestral_ls.NextEdit
---@return string?
local function hint(edit)
  if api.nvim_get_current_buf() ~= edit.bufnr then
    return ('⇥ next edit in %s, line %d'):format(
      vim.fn.fnamemodify(api.nvim_buf_get_name(edit.bufnr), ':t'),
      edit.row + 1
    )
  end
  if edit.row + 1 < vim.fn.line('w0') then
    return ('⇥ next edit in line %d ↑'):format(edit.row + 1)
  elseif edit.row + 1 > vim.fn.line('w$') then
    return ('⇥ next edit in line %d ↓'):format(edit.row + 1)
  end
end

---@param edit codestral_ls.NextEdit
function M.draw(edit)
  define()
  M.clear(edit.bufnr)
  draw_place(edit)
  local text = hint(edit)
  if text then
    hinted = api.nvim_get_current_buf()
    api.nvim_buf_set_extmark(hinted, namespace, api.nvim_win_get_cursor(0)[1] - 1, 0, {
      virt_text = { { '  ' .. text, 'CodestralEditHint' } },
      virt_text_pos = 'eol',
    })
  end
end

return M
