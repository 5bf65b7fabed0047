--- Pure text rules: what is left of a completion after typing, and what one word or one line of it is.
--- Knows no buffers and no protocol.

local M = {}

--- Buffers hold lines without endings, so a completion is kept with "\n" alone.
---@param text string
---@return string
function M.normalised(text)
  return (text:gsub('\r\n?', '\n'))
end

--- What is left of `text` after `typed`, nil when it does not begin with it or nothing is left.
---@param text string
---@param typed string
---@return string?
function M.rest(text, typed)
  if #typed < #text and vim.startswith(text, typed) then
    return text:sub(#typed + 1)
  end
end

--- The first word of `rest`: leading space, then a run of word characters or a run of other characters.
--- A multi-byte character counts as a word character. A line break ends it, but one that leads is taken with its indentation.
---@param rest string
---@return string
function M.word(rest)
  local space = rest:match('^%s*')
  local after = rest:sub(#space + 1)
  local run = after:match('^[%w_\128-\255]+') or after:match('^[^%w_%s\128-\255]+') or ''
  return space .. run
end

--- The first line of `rest`; where a line break leads, it is taken together with the line behind it.
---@param rest string
---@return string
function M.line(rest)
  local breaks = rest:match('^\n*')
  return breaks .. rest:sub(#breaks + 1):match('^[^\n]*')
end

--- Length in UTF-16 units, which the protocol counts accepted text in.
---@param text string
---@return integer
function M.utf16_length(text)
  return vim.str_utfindex(text, 'utf-16')
end

--- Tabs as spaces, because virtual text does not know them.
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
