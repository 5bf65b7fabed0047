--- Chooses a readable colour for ghost text: pure arithmetic on 0xRRGGBB.

local M = {}

--- The minimum contrast of text (WCAG 2.2, 1.4.3).
M.LEAST = 4.5

local STEPS = 20

---@param colour integer
---@return number red, number green, number blue From 0 to 255.
local function channels(colour)
  return math.floor(colour / 65536) % 256, math.floor(colour / 256) % 256, colour % 256
end

--- Relative luminance (WCAG 2.2).
---@param colour integer
---@return number
local function luminance(colour)
  local sum = 0
  for index, value in ipairs({ channels(colour) }) do
    local part = value / 255
    part = part <= 0.04045 and part / 12.92 or ((part + 0.055) / 1.055) ^ 2.4
    sum = sum + ({ 0.2126, 0.7152, 0.0722 })[index] * part
  end
  return sum
end

---@param one integer
---@param other integer
---@return number From 1 to 21.
function M.ratio(one, other)
  local a, b = luminance(one), luminance(other)
  return (math.max(a, b) + 0.05) / (math.min(a, b) + 0.05)
end

--- Return `wanted` if it is readable on `background`, otherwise the first readable colour between it and `text`.
---@param wanted integer
---@param text integer
---@param background integer
---@return integer
function M.readable(wanted, text, background)
  local from, to = { channels(wanted) }, { channels(text) }
  for step = 0, STEPS do
    local mixed = 0
    for index = 1, 3 do
      mixed = mixed * 256 + math.floor(from[index] + (to[index] - from[index]) * step / STEPS + 0.5)
    end
    if M.ratio(mixed, background) >= M.LEAST then
      return mixed
    end
  end
  return text
end

return M
