-- Poterne's own SPF, DKIM, DMARC and ARC results become rspamd's own symbols, with the scores of the
-- policies group, before any rule runs. Only the request header counts, and only Unix sockets lead here;
-- a mail header of the same name is never looked at.

local RESULTS = {
  'R_SPF_ALLOW', 'R_SPF_FAIL', 'R_SPF_SOFTFAIL', 'R_SPF_NEUTRAL', 'R_SPF_DNSFAIL', 'R_SPF_NA', 'R_SPF_PERMFAIL',
  'R_DKIM_ALLOW', 'R_DKIM_REJECT', 'R_DKIM_TEMPFAIL', 'R_DKIM_PERMFAIL', 'R_DKIM_NA',
  'DMARC_POLICY_ALLOW', 'DMARC_POLICY_REJECT', 'DMARC_POLICY_QUARANTINE', 'DMARC_POLICY_SOFTFAIL',
  'DMARC_BAD_POLICY', 'DMARC_DNSFAIL', 'DMARC_NA',
  'ARC_ALLOW', 'ARC_REJECT', 'ARC_INVALID', 'ARC_DNSFAIL', 'ARC_NA',
}

local known = {}
for _, name in ipairs(RESULTS) do
  known[name] = true
end

local function insert_results(task)
  local header = task:get_request_header('X-Poterne-Auth')
  if not header then
    return
  end
  for name in tostring(header):gmatch('[%w_]+') do
    if known[name] then
      task:insert_result(name, 1.0)
    end
  end
end

local id = rspamd_config:register_symbol {
  name = 'POTERNE_AUTH',
  type = 'prefilter',
  priority = 10,
  flags = 'empty,nostat',
  callback = insert_results,
}
for _, name in ipairs(RESULTS) do
  rspamd_config:register_symbol { name = name, type = 'virtual', parent = id }
end

-- The shipped policies group has no score for these two.
for _, name in ipairs { 'DMARC_BAD_POLICY', 'DMARC_DNSFAIL' } do
  rspamd_config:set_metric_symbol { name = name, score = 0.0, group = 'policies' }
end

-- Without Redis rspamd scans on, only without what it was taught, and says nothing of it. Poterne's own probe message
-- asks, so that no mail pays for the question.
local redis = require 'lua_redis'.parse_redis_server('poterne', {})

local function ask_redis(task)
  local queue_id = task:get_request_header('Queue-Id')
  if not redis or not queue_id or tostring(queue_id) ~= 'PROBE' then
    return
  end
  local function answered(err)
    if err then
      task:insert_result('POTERNE_REDIS_AWAY', 1.0)
    end
  end
  if not require 'lua_redis'.redis_make_request(task, redis, nil, false, answered, 'PING', {}) then
    task:insert_result('POTERNE_REDIS_AWAY', 1.0)
  end
end

rspamd_config:register_symbol {
  name = 'POTERNE_REDIS_AWAY',
  type = 'normal',
  score = 0.0,
  flags = 'empty,nostat',
  callback = ask_redis,
}
