--- Checks whether a completion menu is open next to the ghost text, and whether an entry is selected. Asks Neovim's own menu and,
--- if they are loaded already, nvim-cmp and blink.cmp.

local M = {}

---@return 'none'|'open'|'selected'
local function native()
  if vim.fn.pumvisible() == 0 then
    return 'none'
  end
  return vim.fn.complete_info({ 'selected' }).selected >= 0 and 'selected' or 'open'
end

---@param visible fun(): boolean?
---@param selected fun(): any
---@return 'none'|'open'|'selected'
local function foreign(visible, selected)
  local fine, is_visible = pcall(visible)
  if not fine or not is_visible then
    return 'none'
  end
  local asked, entry = pcall(selected)
  return asked and entry ~= nil and 'selected' or 'open'
end

---@return 'none'|'open'|'selected'
function M.state()
  local state = native()
  if state ~= 'none' then
    return state
  end
  local cmp = package.loaded['cmp']
  if type(cmp) == 'table' and cmp.visible then
    state = foreign(cmp.visible, cmp.get_active_entry)
  end
  local blink = package.loaded['blink.cmp']
  if state == 'none' and type(blink) == 'table' and blink.is_menu_visible then
    -- blink preselects its first entry without inserting it; only an inserted entry counts here.
    state = foreign(blink.is_menu_visible, function()
      local list = package.loaded['blink.cmp.completion.list']
      return list and (list.preview_undo or list.is_explicitly_selected) and list.get_selected_item() or nil
    end)
  end
  return state
end

return M
