package hosttest

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A client that writes without waiting for replies measures what the server can
// take.
func BenchmarkPipeline(b *testing.B) {
	content := strings.Repeat(strings.Repeat("x", 62)+"\r\n", 32)
	for name, mail := range map[string]string{
		"chunks": "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nBDAT 2048 LAST\r\n" + content,
		"data":   "MAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n" + content + ".\r\n",
	} {
		b.Run(name, func(b *testing.B) {
			s := start(b, &Server{Keep: 1})
			c, err := net.Dial("tcp", s.Addr)
			require.NoError(b, err)
			defer c.Close()
			read := make(chan error, 1)
			go func() {
				_, err := io.Copy(io.Discard, c)
				read <- err
			}()
			_, err = c.Write([]byte("EHLO x\r\n"))
			require.NoError(b, err)
			const group = 8
			mails := bytes.Repeat([]byte(mail), group)
			b.ReportAllocs()
			b.ResetTimer()
			for i := 0; i < b.N; i += group {
				_, err := c.Write(mails)
				require.NoError(b, err)
			}
			_, err = c.Write([]byte("QUIT\r\n"))
			require.NoError(b, err)
			require.NoError(b, <-read)
			require.GreaterOrEqual(b, s.Counts().Mails, b.N)
		})
	}
}
