-- wrk: every request has the next body of a file (NUL between two). Bad: an answer without SUCCESS, a file too short.
local bodies, at = {}, 0
good, bad = 0, 0

local threads = {}
function setup(thread) table.insert(threads, thread) end

function init(args)
  local file = assert(io.open(args[1], "rb"))
  for body in (file:read("*a") .. "\0"):gmatch("(.-)%z") do table.insert(bodies, body) end
  file:close()
end

function request()
  at = at + 1
  if at > #bodies then bad = bad + 1 end
  return wrk.format("POST", nil, { ["Content-Type"] = "text/xml" }, bodies[at] or "")
end

function response(status, headers, body)
  if body:find("<result_code><![CDATA[SUCCESS]]>", 1, true) then good = good + 1 else bad = bad + 1 end
end

function done(summary, latency, requests)
  local good, bad = 0, 0
  for _, thread in ipairs(threads) do
    good, bad = good + thread:get("good"), bad + thread:get("bad")
  end
  io.write(("good %d bad %d\n"):format(good, bad))
end
