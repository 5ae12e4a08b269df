package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// mainCf has Postfix take mail from this machine and relay all of it. What
// would take time for nothing is off, names and certificates, and the brake on
// mail that comes in faster than it leaves; all else is as it comes: more
// processes and more connections make it no faster.
const mainCf = `
compatibility_level = 3.6
queue_directory = DIR/queue
data_directory = DIR/data
maillog_file = DIR/log
maillog_file_prefixes = DIR
myhostname = relay.example
mydestination =
local_recipient_maps =
alias_maps =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
smtpd_peername_lookup = no
disable_dns_lookups = yes
in_flow_delay = 0
relayhost = NEXT
smtp_tls_security_level = none
`

const masterCf = `
ADDR      inet  n  -  n  -    -  smtpd
pickup    unix  n  -  n  60   1  pickup
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
rewrite   unix  -  -  n  -    -  trivial-rewrite
bounce    unix  -  -  n  -    0  bounce
defer     unix  -  -  n  -    0  bounce
trace     unix  -  -  n  -    0  bounce
proxymap  unix  -  -  n  -    -  proxymap
smtp      unix  -  -  n  -    -  smtp
retry     unix  -  -  n  -    -  error
error     unix  -  -  n  -    -  error
anvil     unix  -  -  n  -    1  anvil
scache    unix  -  -  n  -    1  scache
postlog   unix-dgram n - n -  1  postlogd
`

// configurePostfix writes the files that Postfix reads. They are dated back, for
// Postfix takes one that is younger than a second to be still in the making, and
// waits.
func configurePostfix(dir, addr, next string) error {
	host, port, _ := strings.Cut(next, ":")
	fill := strings.NewReplacer("DIR", dir, "ADDR", addr, "NEXT", "["+host+"]:"+port)
	hourAgo := time.Now().Add(-time.Hour)
	for name, text := range map[string]string{"main.cf": mainCf, "master.cf": masterCf} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(fill.Replace(text)), 0o644); err != nil {
			return err
		}
		if err := os.Chtimes(path, hourAgo, hourAgo); err != nil {
			return err
		}
	}
	return nil
}
