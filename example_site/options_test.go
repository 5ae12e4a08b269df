package main

import (
	"flag"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestOptions(t *testing.T) {
	preset := options{addr: "127.0.0.1:8025", data: ".example_site", wait: 10 * time.Second}
	for _, test := range []struct {
		name string
		args []string
		want func(*options)
	}{
		{"none", nil, func(*options) {}},
		{"the default address, given", []string{"-addr", "127.0.0.1:8025"}, func(o *options) { o.addrGiven = true }},
		{"all", []string{"-addr=:80", "-data=d", "-relay=localhost:25", "-defer=1m"}, func(o *options) {
			*o = options{addr: ":80", addrGiven: true, data: "d", relay: "localhost:25", wait: time.Minute}
		}},
	} {
		t.Run(test.name, func(t *testing.T) {
			want := preset
			test.want(&want)
			got, err := parseOptions(test.args)
			require.NoError(t, err)
			require.Equal(t, want, got)
		})
	}
}

func TestWrongOptions(t *testing.T) {
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"argument", []string{"x"}, `unknown argument "x"`},
		{"empty folder", []string{"-data", ""}, "-data is empty"},
		{"no wait", []string{"-defer", "0s"}, `"0s" for flag -defer: write a duration such as 10s`},
		{"negative wait", []string{"-defer", "-1s"}, `"-1s" for flag -defer: write a duration such as 10s`},
		{"wait without unit", []string{"-defer", "5"}, `"5" for flag -defer: write a duration such as 10s`},
		{"relay without port", []string{"-relay", "localhost"}, "-relay: host: Addr"},
		{"relay that is nowhere", []string{"-relay", "relay.onion:25"}, `-relay: "relay.onion" cannot be found`},
		{"relay elsewhere", []string{"-relay", "192.0.2.1:25"}, "which is not this machine"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := parseOptions(test.args)
			require.ErrorContains(t, err, test.want)
			require.NotErrorIs(t, err, flag.ErrHelp)
		})
	}
}

func TestUsageNamesEveryFlag(t *testing.T) {
	_, err := parseOptions([]string{"-h"})
	require.ErrorIs(t, err, flag.ErrHelp)
	flags(&options{}, new(string)).VisitAll(func(f *flag.Flag) { require.Contains(t, usage(), "  -"+f.Name+" ") })
}
