package main

import (
	"os"
	"path/filepath"
	"strings"
	"time"
)

// A postfix is Postfix with some settings of its own.
type postfix struct {
	name     string
	settings string // lines of main.cf
}

// mainCf has Postfix take mail from this machine and relay all of it. What
// would take time for nothing, names and certificates, is off; all else is as
// it comes.
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
relayhost = NEXT
smtp_tls_security_level = none
`

// brakesOff takes off what keeps Postfix from sending more at a time, and from
// taking in mail faster than it sends it.
const brakesOff = `
in_flow_delay = 0
default_process_limit = 200
smtp_initial_destination_concurrency = 50
smtp_destination_concurrency_limit = 100
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

// configure writes the files that Postfix reads. They are dated back, for
// Postfix takes one that is younger than a second to be still in the making, and
// waits.
func (p postfix) configure(dir, addr, next string) error {
	host, port, _ := strings.Cut(next, ":")
	fill := strings.NewReplacer("DIR", dir, "ADDR", addr, "NEXT", "["+host+"]:"+port)
	hourAgo := time.Now().Add(-time.Hour)
	for name, text := range map[string]string{"main.cf": mainCf + p.settings, "master.cf": masterCf} {
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
