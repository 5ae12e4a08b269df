package main

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const envelope = "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\n"

func TestVoidDialogue(t *testing.T) {
	const ok = "250 2.0.0 Ok\r\n"
	tests := []struct{ name, sent, reply string }{
		{"nothing but QUIT", "", ""},
		{"content by DATA", envelope + "DATA\r\nSubject: x\r\n\r\n..\r\nQUIT\r\n.\r\n", ok + ok + "354 Go on\r\n" + ok},
		{"content by BDAT", envelope + "BDAT 8 LAST\r\n\r\n.\r\nQU\nRSET\r\n", ok + ok + ok + ok},
		{"two chunks", envelope + "bdat 6\r\nQUIT\r\nBDAT 0 LAST\r\n", ok + ok + ok + ok},
		{"EHLO", "EHLO x\r\n", "250-void\r\n250-8BITMIME\r\n250-PIPELINING\r\n250 CHUNKING\r\n"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			c := connect(t, served(t, handleVoid))
			_, err := io.WriteString(c, test.sent+"QUIT\r\n")
			require.NoError(t, err)
			replies, err := io.ReadAll(c)
			require.NoError(t, err)
			require.Equal(t, "220 void ESMTP\r\n"+test.reply+"221 2.0.0 Bye\r\n", string(replies))
		})
	}
}

func TestVoidHangsUpOnALongLine(t *testing.T) {
	c := connect(t, served(t, handleVoid))
	io.WriteString(c, strings.Repeat("x", 5000)+"\r\n")
	_, err := io.ReadAll(c)
	if err != nil {
		require.ErrorContains(t, err, "reset")
	}
}

// What a contender is held to have allocated rests on this.
func TestVoidAllocatesNothing(t *testing.T) {
	mails := map[string]string{
		"DATA": envelope + "DATA\r\n" + mailText + ".\r\n",
		"BDAT": envelope + fmt.Sprintf("BDAT %d LAST\r\n", len(mailText)) + mailText,
	}
	replies := map[string]int{"DATA": 3*len("250 2.0.0 Ok\r\n") + len("354 Go on\r\n"), "BDAT": 3 * len("250 2.0.0 Ok\r\n")}
	for way, mail := range mails {
		t.Run(way, func(t *testing.T) {
			c := connect(t, served(t, handleVoid))
			read(t, c, len("220 void ESMTP\r\n"))
			out, in := []byte(mail), make([]byte, replies[way])
			require.Less(t, testing.AllocsPerRun(1000, func() {
				c.Write(out)
				io.ReadFull(c, in)
			}), 0.1)
		})
	}
}
