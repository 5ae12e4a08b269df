package host

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func TestLearn(t *testing.T) {
	type lesson struct {
		carried int
		words   string
	}
	tests := []struct {
		name    string
		lessons []lesson
		want    int
	}{
		{"nothing", nil, 0},
		{"once, without a reason", []lesson{{100, "bye"}}, 0},
		{"twice at the same number", []lesson{{100, "bye"}, {100, "bye"}}, 100},
		{"twice at different numbers", []lesson{{100, "bye"}, {40, "bye"}}, 0},
		{"Exim says why", []lesson{{1000, "host.example: too many messages in this connection"}}, 1000},
		{"Amazon SES says why", []lesson{{350, "Maximum message count per session reached"}}, 350},
		{"OpenSMTPD says why", []lesson{{100, "too many mails"}}, 100},
		{"about something else", []lesson{{5, "too many connections"}}, 0},
		{"the last lesson counts", []lesson{{100, "message limit"}, {50, "message limit"}}, 50},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var l lessons
			for _, lesson := range test.lessons {
				l.learn(lesson.carried, lesson.words)
			}
			require.Equal(t, test.want, l.limit())
		})
	}
}

func TestLessonsAreForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var l lessons
		l.learn(100, "too many messages")
		time.Sleep(time.Hour)
		require.Equal(t, 100, l.limit())
		time.Sleep(time.Nanosecond)
		require.Zero(t, l.limit())
		l.learn(100, "bye")
		require.Zero(t, l.limit(), "the first of two")
	})
}

// A connection that ends under a crowd makes the next crowd smaller, for a while.
func TestCrowds(t *testing.T) {
	var l lessons
	require.Equal(t, maxWindow, l.fly(maxWindow))
	l.delivered()
	require.Equal(t, maxWindow, l.fly(maxWindow))
	l.crowded(9)
	require.Equal(t, 4, l.fly(maxWindow))
	require.Equal(t, 2, l.fly(2), "no more than the session allows")
	for range 3 {
		l.delivered()
	}
	require.Equal(t, 4, l.fly(maxWindow))
	l.delivered()
	require.Equal(t, 5, l.fly(maxWindow))
	l.crowded(1)
	require.Equal(t, 1, l.fly(maxWindow))
	for range maxWindow * maxWindow {
		l.delivered()
	}
	require.Equal(t, maxWindow, l.fly(maxWindow))
}
