//go:build linux

package host

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// mainCf is strict where it can be: who pipelines what was not announced, or
// what RFC 2920 section 3.1 forbids, is refused; so is a bare LF. It asks no
// DNS, changes no header, and tries again at once.
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
local_header_rewrite_clients =
smtpd_peername_lookup = no
disable_dns_lookups = yes
relayhost = NEXT
smtp_discard_ehlo_keywords = dsn
smtp_tls_security_level = none
smtp_destination_recipient_limit = 1000
smtp_destination_concurrency_limit = 4
smtp_initial_destination_concurrency = 4
enable_long_queue_ids = yes
in_flow_delay = 0
queue_run_delay = 1s
minimal_backoff_time = 1s
maximal_backoff_time = 1s
transport_retry_time = 1s
anvil_rate_time_unit = 1s
smtpd_forbid_bare_newline = yes
smtpd_forbid_bare_newline_exclusions =
smtpd_forbid_unauth_pipelining = yes
smtpd_data_restrictions = reject_unauth_pipelining
smtpd_tls_received_header = yes
smtpd_tls_loglevel = 1
`

const masterCf = `
pickup    unix  n  -  n  1    1  pickup
cleanup   unix  n  -  n  -    0  cleanup
qmgr      unix  n  -  n  300  1  qmgr
tlsmgr    unix  -  -  n  300  1  tlsmgr
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

func (p *postfix) configure(t *testing.T, services []service) {
	host, port, _ := strings.Cut(p.next.Addr, ":")
	main := strings.NewReplacer("DIR", p.dir, "NEXT", "["+host+"]:"+port).Replace(mainCf)
	master := masterCf
	for _, s := range services {
		p.addrs[s.name] = freeAddr(t)
		master += fmt.Sprintf("%s inet n - n - - smtpd\n  -o syslog_name=postfix/%s\n", p.addrs[s.name], s.name)
		for _, setting := range s.settings {
			master += fmt.Sprintf("  -o { %s }\n", strings.ReplaceAll(setting, "DIR", p.dir))
		}
	}
	p.write(t, "main.cf", main)
	p.write(t, "master.cf", master)
}

// write makes a file that Postfix reads. It is dated back, for Postfix takes one
// that is younger than a second to be still in the making, and waits.
func (p *postfix) write(t *testing.T, name, text string) {
	require.NoError(t, os.WriteFile(p.path(name), []byte(text), 0o644))
	hourAgo := time.Now().Add(-time.Hour)
	require.NoError(t, os.Chtimes(p.path(name), hourAgo, hourAgo))
}
