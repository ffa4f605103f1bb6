-- Read by rspamd's rules/rspamd.lua. Without our part rspamd still scans; an error here would end it, and stop mail.
local ok, err = pcall(dofile, rspamd_paths['LOCAL_CONFDIR'] .. '/poterne.lua')
if not ok then
  require 'rspamd_logger'.errx(rspamd_config, 'poterne.lua: %s', err)
end
