package main

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTable(t *testing.T) {
	const rtt = 20 * time.Millisecond
	p := racers(&fake{name: "fast"}, &fake{name: yardstick}, &fake{name: "absent"}, &fake{name: "failed"})
	p.conns = []int{1, 16}
	rs := results{}
	one, many := course{"r", rtt, 1}, course{"r", rtt, 16}
	rs.cell(yardstick, one).rates = []float64{12.34}
	rs.cell(yardstick, many).rates = []float64{10}
	rs.cell("fast", one).rates = []float64{30.85}
	rs.cell("fast", many).rates = []float64{1234.5}
	rs.cell("absent", one).absent = true
	rs.cell("failed", many).err = errors.New("x")
	rs.cell("fast", course{"other", rtt, 1}).rates = []float64{1}
	rs.cell("fast", course{"r", 0, 1}).rates = []float64{1}

	var w strings.Builder
	p.writeTable(&w, rs, "r", rtt)
	require.Equal(t, `mails/s, ratio                1 connection      16 connections
fast                          30.9   2.50x        1234    123x
go-smtp                       12.3   1.00x        10.0   1.00x
absent                           -                   -
failed                           -              failed

`, w.String())
}

func TestShowMultiple(t *testing.T) {
	for x, shown := range map[float64]string{0.304: "0.30x", 1: "1.00x", 9.994: "9.99x", 12.6: "13x", 100: "100x"} {
		require.Equal(t, shown, showMultiple(x))
	}
}

func TestShowRTT(t *testing.T) {
	require.Equal(t, "0 ms", showRTT(0))
	require.Equal(t, "20 ms", showRTT(20*time.Millisecond))
	require.Equal(t, "1.5 ms", showRTT(1500*time.Microsecond))
}
