-- The digits of a whole number: tostring and `..` round above 14 digits.
local function integerText(number)
  return string.format('%.0f', number)
end
