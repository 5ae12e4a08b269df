package main

import (
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

var kept [3][]byte // what is kept is allocated for certain

func TestAllocationsOfAMail(t *testing.T) {
	who := contender{name: "three", open: func(context.Context, string, int) (fleet, error) {
		return lines{{
			mail: func() error {
				for i := range kept {
					kept[i] = make([]byte, 64)
				}
				return nil
			},
			close: func() error { return nil },
		}}, nil
	}}
	count, bytes, err := allocations(t.Context(), who, 30*time.Millisecond)
	require.NoError(t, err)
	require.InDelta(t, 3, count, 0.1)
	require.InDelta(t, 3*64, bytes, 10)
}

func TestWriteAllocs(t *testing.T) {
	p, err := parsePlan([]string{"-only", "chunked"}, io.Discard)
	require.NoError(t, err)
	p.contenders = append(p.contenders, contender{name: "elsewhere", apart: true})
	var w strings.Builder
	require.NoError(t, p.writeAllocs(t.Context(), &w))
	require.Regexp(t, `\nmailhost, chunked +\d+\.\d +\d+ bytes\ngo-smtp +\d+\.\d +\d+ bytes\n$`, w.String())
}
