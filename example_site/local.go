package main

import (
	"net/http"
	"net/netip"
	"strings"
)

// local tells whether the request comes from this machine. It must also be for
// this machine by name, for a stranger's page can give its own name our address.
func local(r *http.Request) bool {
	client, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil || !client.Addr().IsLoopback() {
		return false
	}
	if r.Host == "localhost" || strings.HasPrefix(r.Host, "localhost:") {
		return true
	}
	server, err := netip.ParseAddrPort(r.Host)
	return err == nil && server.Addr().IsLoopback()
}
