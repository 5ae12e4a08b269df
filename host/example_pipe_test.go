//go:build unix

package host_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/go-mailhost/mailhost/host"
)

func ExamplePipe() {
	path, err := newSendmail()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(filepath.Dir(path))

	h := &host.Pipe{Path: path} // the zero Pipe runs /usr/sbin/sendmail
	if err := h.Validate(); err != nil {
		fmt.Println(err)
		return
	}
	mail := &host.Envelope{
		From: "shop@acme.example",
		To:   []string{"ann@example.com"},
		Data: []byte("From: shop@acme.example\r\nSubject: Your order\r\n\r\nIt is on its way.\r\n"),
	}
	h.Send(context.Background(), []*host.Envelope{mail}, func(_ int, reports []host.Report) {
		fmt.Println(reports[0].Outcome, "-", reports[0].Text)
	})
	// Output:
	// transient - the program exited with 75 (EX_TEMPFAIL): cannot queue for ann@example.com
}

// newSendmail writes a program that stands for sendmail, and has no room for mail.
func newSendmail() (path string, err error) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		return "", err
	}
	path = filepath.Join(dir, "sendmail")
	const program = "#!/bin/sh\ncat >/dev/null\necho cannot queue for $5 >&2\nexit 75\n"
	return path, os.WriteFile(path, []byte(program), 0o700)
}
