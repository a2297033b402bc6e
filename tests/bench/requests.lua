-- Sends the requests of a file, which are ready made and separated by NUL, in turn.
--
--   wrk -s requests.lua URL -- FILE [PREFIX]
--
-- Each thread begins somewhere in the file. With a PREFIX, `{unique}` in the one request of the file
-- is replaced by a text that no other request of the run has.
local threads = 0

function setup(thread)
  thread:set("thread_number", threads)
  threads = threads + 1
end

local function each_unique(text, prefix)
  local head, tail = text:match("^(.-){unique}(.*)$")
  local count = 0
  head = head .. prefix .. "-" .. thread_number .. "-"
  return function()
    count = count + 1
    return head .. count .. tail
  end
end

local function in_turn(requests)
  math.randomseed(os.time() + 7919 * thread_number)
  local count, place = #requests, math.random(#requests)
  return function()
    place = place % count + 1
    return requests[place]
  end
end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  local requests = {}
  for text in file:read("*a"):gmatch("[^%z]+") do
    requests[#requests + 1] = text
  end
  file:close()
  if args[2] then
    request = each_unique(requests[1], args[2])
  elseif #requests > 1 then
    request = in_turn(requests)
  else
    -- wrk asks no script then, as it does not for a plain URL.
    wrk.format = function() return requests[1] end
  end
end
