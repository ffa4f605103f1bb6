# U-Boot: chooses the slot, counts the try, starts its kernel. One script for every board that U-Boot starts.
#
# State is one sector of the partition `bootstate`, checked by CRC: a power cut leaves the old one, the new one, or one
# that is not believed (then the defaults count). The names are those of RAUC's backend for U-Boot.
# Every partition is looked up on the disk this script was read from: two cards with the same names do not mix.

# Where things lie in memory. Kernels of 50 MB would run over U-Boot's own places for script, device tree and initrd.
if test "${devtype}" = "virtio"; then
  # QEMU's board: memory starts at 1 GB, the device tree is the one QEMU made.
  setenv at_state 0x43000000
  setenv at_kernel 0x44000000
  setenv at_packed 0x4c000000
  setenv at_initrd 0x50000000
  setenv device_tree ${fdtcontroladdr}
else
  # The Pi: the device tree is the one its firmware completed. Fits boards of 512 MB.
  setenv at_state 0x03000000
  setenv at_kernel 0x04000000
  setenv at_packed 0x0c000000
  setenv at_initrd 0x10000000
  setenv device_tree ${fdt_addr}
fi
# booti unpacks the kernel there.
setenv kernel_comp_addr_r ${at_packed}
setenv kernel_comp_size 0x4000000

setenv state_read 'if ${devtype} read ${at_state} ${state_block} 1; then env import -c ${at_state} 0x200 BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT || echo "boot state: not valid, defaults count"; fi'
setenv state_write 'env export -c -s 0x200 ${at_state} BOOT_ORDER BOOT_A_LEFT BOOT_B_LEFT && ${devtype} write ${at_state} ${state_block} 1'
setenv tries_all 'setenv BOOT_A_LEFT 3; setenv BOOT_B_LEFT 3'

# What an earlier environment may hold is not ours.
setenv BOOT_ORDER
setenv BOOT_A_LEFT
setenv BOOT_B_LEFT
${devtype} dev ${devnum}
part start ${devtype} ${devnum} bootstate state_block
run state_read
test -n "${BOOT_ORDER}" || setenv BOOT_ORDER 'A B'
test -n "${BOOT_A_LEFT}" || setenv BOOT_A_LEFT 3
test -n "${BOOT_B_LEFT}" || setenv BOOT_B_LEFT 3

# A slot that cannot be loaded or started is left for the next one at once; its try is spent, so it is not met for ever.
for slot in "${BOOT_ORDER}"; do
  setenv left 0
  if test "${slot}" = "A"; then setenv left ${BOOT_A_LEFT}; fi
  if test "${slot}" = "B"; then setenv left ${BOOT_B_LEFT}; fi
  if test ${left} -gt 0; then
    setexpr left ${left} - 1
    setenv BOOT_${slot}_LEFT ${left}
    run state_write
    echo "slot ${slot}: trying, ${left} tries left after this one"
    setenv slot_args
    setenv loaded no
    part number ${devtype} ${devnum} boot${slot} boot_part
    part number ${devtype} ${devnum} root${slot} root_part
    part uuid ${devtype} ${devnum}:${root_part} root_uuid
    if load ${devtype} ${devnum}:${boot_part} ${at_state} slot.env; then
      env import -t ${at_state} ${filesize} slot_args
      if load ${devtype} ${devnum}:${boot_part} ${at_initrd} initrd.img; then
        setenv initrd_size ${filesize}
        if load ${devtype} ${devnum}:${boot_part} ${at_kernel} kernel.img; then
          setenv loaded yes
        fi
      fi
    fi
    if test "${loaded}" = "yes" -a -n "${slot_args}"; then
      setenv bootargs "${slot_args} verity.dev=PARTUUID=${root_uuid} rauc.slot=${slot} poterne.boot=${devtype} panic=10 ro"
      echo "slot ${slot}: starting"
      booti ${at_kernel} ${at_initrd}:${initrd_size} ${device_tree}
    fi
    echo "slot ${slot}: did not start"
  fi
done

echo "no slot left: counters set back"
run tries_all
run state_write
sleep 5
reset
