-- Read by rspamd's rules/rspamd.lua.
dofile(rspamd_paths['LOCAL_CONFDIR'] .. '/poterne.lua')
