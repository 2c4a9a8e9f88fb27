-- Delete everything of a person but the opt-out mark, and open cases without their reason. Answers 1 or 0.
-- ARGV: at, person, item prefix, seen prefix, case prefix, '1' to keep the opt-out mark.
local at, person, prefix, seen, case, keep = ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]

for code in string.gmatch(call('HGET', PERSON, 'cases') or '', '%S+') do
  if call('ZSCORE', CASES, code) then
    call('HDEL', case .. code, 'reason')
  else
    call('DEL', case .. code)
  end
end
local gone = forget(person, prefix, seen)
if keep ~= '1' then gone = gone + call('DEL', STOP) end
if gone == 0 then return 0 end
local last = call('XREVRANGE', AUDIT, '+', '-', 'COUNT', 1)[1]
local n = last and tonumber(string.match(last[1], '^%d+')) + 1 or 1
call('XADD', AUDIT, n .. '-0', 'what', 'erased', 'at', at, 'person', person)
return 1
