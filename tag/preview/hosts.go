package preview

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// answersTo tells whether the handler may be asked by this host (RFC 9110 section
// 7.2). A name that a stranger registered can be made to lead to this machine, and
// a script of that name's page then reads what this machine answers.
func (h *handler) answersTo(host string) bool {
	name := host
	if before, _, err := net.SplitHostPort(host); err == nil {
		name = before
	}
	name = strings.ToLower(strings.Trim(name, "[]"))
	return isLocal(name) || slices.ContainsFunc(h.config.Hosts, func(allowed string) bool {
		return name != "" && strings.EqualFold(strings.Trim(allowed, "[]"), name)
	})
}

// isLocal tells whether a name can only be this machine (RFC 6761 section 6.3).
func isLocal(name string) bool {
	if name == "localhost" || strings.HasSuffix(name, ".localhost") {
		return true
	}
	ip, err := netip.ParseAddr(name)
	return err == nil && ip.Unmap().IsLoopback()
}
