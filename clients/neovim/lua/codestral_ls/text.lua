--- Pure functions on text: the rest of a completion after typing, and its next word or line.

local M = {}

--- Convert line breaks to "\n", because a buffer's lines have no endings.
---@param text string
---@return string
function M.normalised(text)
  return (text:gsub('\r\n?', '\n'))
end

--- The rest of `text` after `typed`; nil if it does not begin with `typed` or nothing is left.
---@param text string
---@param typed string
---@return string?
function M.rest(text, typed)
  if #typed < #text and vim.startswith(text, typed) then
    return text:sub(#typed + 1)
  end
end

--- The first word of `rest`: leading space, then a run of word characters or a run of other characters.
--- A multi-byte character counts as a word character. A line break ends it, unless it leads: then it
--- is included with its indentation.
---@param rest string
---@return string
function M.word(rest)
  local space = rest:match('^%s*')
  local after = rest:sub(#space + 1)
  local run = after:match('^[%w_\128-\255]+') or after:match('^[^%w_%s\128-\255]+') or ''
  return space .. run
end

--- The first line of `rest`; a leading line break is included with the line after it.
---@param rest string
---@return string
function M.line(rest)
  local breaks = rest:match('^\n*')
  return breaks .. rest:sub(#breaks + 1):match('^[^\n]*')
end

--- The length in UTF-16 units, in which the protocol counts accepted text.
---@param text string
---@return integer
function M.utf16_length(text)
  return vim.str_utfindex(text, 'utf-16')
end

--- Replace tabs by spaces, because virtual text does not support them.
---@param line string
---@param column integer Screen column at which `line` begins, counted from 0.
---@param tabstop integer
---@return string
function M.expand_tabs(line, column, tabstop)
  if not line:find('\t', 1, true) then
    return line
  end
  local pieces = {}
  for piece, tab in line:gmatch('([^\t]*)(\t?)') do
    column = column + vim.fn.strdisplaywidth(piece, column)
    local spaces = tab == '\t' and tabstop - column % tabstop or 0
    column = column + spaces
    table.insert(pieces, piece .. (' '):rep(spaces))
  end
  return table.concat(pieces)
end

return M
