-- Add to a person's journal outside a commit. ARGV: the sealed entries. Nothing is written of unknown people.
if call('EXISTS', PERSON) == 0 then return 0 end
local last = call('XREVRANGE', JOURNAL, '+', '-', 'COUNT', 1)[1]
local id = '0-1'
if last then id = string.match(last[1], '^%d+') .. '-' .. (tonumber(string.match(last[1], '%d+$')) + 1) end
call('XADD', JOURNAL, 'MAXLEN', '~', 5000, id, 'e', ARGV[1])
local life = call('PTTL', PERSON)
if life > 0 then call('PEXPIRE', JOURNAL, life) end
return 1
