--- Draws ghost text with extmarks: the presenter for Neovim 0.11, or if chosen. Its only state is a namespace.

local api = vim.api
local text_rules = require('codestral_ls.text')

local M = {}

local namespace = api.nvim_create_namespace('codestral_ls.ghost')
M.namespace = namespace

--- One extmark id per buffer: moving the same extmark avoids flicker while the user types along.
local MARK = 1

--- Draw the rest of the current item at the cursor.
---@param bufnr integer
---@param suggestion codestral_ls.Suggestion
---@param rest string
---@param place 'whole'|'first line' 'first line' if a completion menu covers the lines below.
---@param highlight string
function M.draw(bufnr, suggestion, rest, place, highlight)
  local row, column = unpack(api.nvim_win_get_cursor(0))
  local _, _, end_row, end_column = suggestion:range(bufnr)
  local replaces = end_row > row - 1 or end_column > column
  local tabstop = vim.bo[bufnr].tabstop
  local lines = vim.split(rest, '\n', { plain = true })
  local count = suggestion.explicit and #suggestion.items > 1
  if count then
    lines[#lines] = ('%s (%d/%d)'):format(lines[#lines], suggestion.index, #suggestion.items)
  end
  local below = {}
  if place == 'whole' then
    for index = 2, #lines do
      table.insert(below, { { text_rules.expand_tabs(lines[index], 0, tabstop), highlight } })
    end
  end
  -- 'strict' is off because the text may have changed between the answer and the drawing.
  api.nvim_buf_set_extmark(bufnr, namespace, row - 1, column, {
    id = MARK,
    virt_text = { { text_rules.expand_tabs(lines[1], vim.fn.virtcol('.') - 1, tabstop), highlight } },
    virt_text_pos = replaces and 'overlay' or 'inline',
    virt_lines = #below > 0 and below or nil,
    hl_mode = 'combine',
    right_gravity = true,
    strict = false,
  })
end

---@param bufnr integer
function M.clear(bufnr)
  if api.nvim_buf_is_valid(bufnr) then
    api.nvim_buf_del_extmark(bufnr, namespace, MARK)
  end
end

function M.attach() end

---@param bufnr integer
function M.detach(bufnr)
  M.clear(bufnr)
end

return M
