package queue

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestShapeCountsByAge(t *testing.T) {
	for i, bound := range append([]time.Duration{0}, ShapeAges[:]...) {
		for age, want := range map[time.Duration]int{bound: max(0, i-1), bound + 1: i} {
			var c ShapeCount
			c.Add("Ann@Example.COM", age, 2)
			got := c.Domains(0)
			require.Len(t, got, 1)
			wanted := DomainAge{Domain: "example.com", Waiting: 2}
			wanted.Ages[want] = 2
			require.Equal(t, wanted, got[0], "%v", age)
		}
	}
	var c ShapeCount
	c.Add("a@b", -time.Hour, 1) // a clock that was set back
	require.Equal(t, 1, c.Domains(0)[0].Ages[0])
}

func TestShapeDomains(t *testing.T) {
	var c ShapeCount
	require.Empty(t, c.Domains(5))
	for _, address := range []string{`"a@b"@x.example`, "postmaster", "@y.example", "a@x.example", "a@Grüße.example", "a@y.example", "a@y.example"} {
		c.Add(address, time.Hour, 1)
	}
	var names []string
	for _, d := range c.Domains(9) {
		names = append(names, d.Domain)
	}
	require.Equal(t, []string{"y.example", "x.example", "grüße.example", "postmaster"}, names)
	others := c.Domains(1)
	require.Len(t, others, 2)
	require.Equal(t, DomainAge{Waiting: 4, Ages: [10]int{4: 4}}, others[1])
}

func TestShapeListsABoundedNumber(t *testing.T) {
	var c ShapeCount
	for n := range 600 {
		c.Add("a@"+string(rune('a'+n%26))+string(rune('a'+n/26)), 0, 1)
	}
	for most, want := range map[int]int{-1: 21, 0: 21, 1: 2, 500: 501, 1 << 30: 501} {
		require.Len(t, c.Domains(most), want)
	}
}

func TestQueueShape(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &relay{}
		q := open(t, Memory(), r, Config{})
		commit(t, q, letter(Immediate, "transient"), letter(Immediate, "b"))
		pass(30 * time.Minute)
		shape, err := q.Shape(t.Context(), Deferred, 0)
		require.NoError(t, err)
		want := DomainAge{Domain: "customer.example", Waiting: 1, Ages: [10]int{3: 1}}
		require.Equal(t, &Shape{Domains: []DomainAge{want}, Looked: 1, Whole: true}, shape)
	})
}
