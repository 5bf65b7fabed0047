--- Measures how long this plugin blocked the editor and how long a keystroke waited for its ghost text. Kept in memory only,
--- shown by `:checkhealth codestral_ls` and read by the tests.

local M = {}

local KEEP = 1024

--- Milliseconds by kind of measurement, the newest last. `work` is processor time, so it excludes delays by other programs.
---@type table<string, number[]>
M.samples = { keystroke = {}, answer = {}, accept = {}, ghost = {}, work = {} }

---@param what 'keystroke'|'answer'|'accept'|'ghost'|'work'
---@param milliseconds number
function M.note(what, milliseconds)
  local samples = M.samples[what]
  table.insert(samples, milliseconds)
  if #samples > KEEP then
    table.remove(samples, 1)
  end
end

--- Call `work` and record how long it took, also if it fails.
---@param what 'keystroke'|'answer'|'accept'
---@param work fun(...)
---@return fun(...)
function M.timed(what, work)
  return function(...)
    local began, worked = vim.uv.hrtime(), os.clock()
    local fine, problem = pcall(work, ...)
    M.note(what, (vim.uv.hrtime() - began) / 1e6)
    M.note('work', (os.clock() - worked) * 1e3)
    if not fine then
      error(problem, 0)
    end
  end
end

--- Return the count, the median and the longest.
---@param what string
---@return integer count, number median, number longest
function M.summary(what)
  local sorted = vim.deepcopy(M.samples[what])
  table.sort(sorted)
  local count = #sorted
  return count, sorted[math.ceil(count / 2)] or 0, sorted[count] or 0
end

return M
