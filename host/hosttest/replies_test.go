package hosttest

import "testing"

func TestCommandsOutOfOrder(t *testing.T) {
	for _, script := range []string{
		"C: MAIL FROM:<a@x.example>\nS: 503",
		"C: EHLO x\nS: 250\nC: RCPT TO:<b@x.example>\nS: 503",
		"C: EHLO x\nS: 250\nC: DATA\nS: 503",
		"C: EHLO x\nS: 250\nC: BDAT 4 LAST\nC: ab\nS: 503\nC: NOOP\nS: 250",
		"C: EHLO x\nS: 250\nC: MAIL FROM:<a@x.example>\nS: 250\nC: DATA\nS: 503\nC: RCPT TO:<b@x.example>\nS: 250\nC: BDAT 4\nC: ab\nS: 250\nC: MAIL FROM:<a@x.example>\nS: 503\nC: RCPT TO:<b@x.example>\nS: 503\nC: DATA\nS: 503\nC: BDAT 0 LAST\nS: 250 2.0.0 OK",
	} {
		t.Run(script, func(t *testing.T) {
			c := connect(t, start(t, &Server{}))
			c.do("S: 220\n" + script)
		})
	}
}
