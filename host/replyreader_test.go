package host

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
)

func readReply(wire io.Reader) reply { return newReplyReader(bufio.NewReader(wire)).read() }

func TestReadReply(t *testing.T) {
	tests := []struct {
		name, wire string
		code       int
		enhanced   string
		text       string
		odd        bool
		err        error
	}{
		{"one line", "250 2.1.0 sender ok\r\n", 250, "2.1.0", "sender ok", false, nil},
		{"lines", "250-mx.example\r\n250-SIZE 10\r\n250 HELP\r\n", 250, "", "mx.example SIZE 10 HELP", false, nil},
		{"a status in each line", "550-5.7.1 go\r\n550 5.7.1 away\r\n", 550, "5.7.1", "go away", false, nil},
		{"bare code", "354\r\n", 354, "", "", true, nil},
		{"bare code and LF", "250\n", 250, "", "", true, nil},
		{"code and space", "250 \r\n", 250, "", "", false, nil},
		{"LF", "250 ok\n", 250, "", "ok", true, nil},
		{"one LF among CRLF", "250-a\n250 b\r\n", 250, "", "a b", true, nil},
		{"tab", "250\tok\r\n", 250, "", "ok", false, nil},
		{"status of another class", "550 4.7.1 x\r\n", 550, "", "4.7.1 x", false, nil},
		{"status with four digits", "550 5.7.1000 x\r\n", 550, "", "5.7.1000 x", false, nil},
		{"status with two parts", "550 5.7 x\r\n", 550, "", "5.7 x", false, nil},
		{"status with signs", "550 5.+7.1 x\r\n", 550, "", "5.+7.1 x", false, nil},
		{"second digit out of range", "571 x\r\n", 571, "", "x", false, nil},
		{"cut behind the code", "250 ", 250, "", "", false, io.EOF},
		{"cut in the text", "250 2.0", 250, "", "2.0", false, io.EOF},
		{"cut before CR", "550 5.1.1 no\r", 550, "5.1.1", "no", false, io.EOF},
		{"cut between lines", "250-a\r\n", 250, "", "a", false, io.EOF},
		{"cut in the code", "250", 0, "", "250", false, io.EOF},
		{"cut in the second code", "250-a\r\n25", 250, "", "a", false, io.EOF},
		{"nothing", "", 0, "", "", false, io.EOF},
		{"codes that differ", "250-a\r\n550 b\r\n", 0, "", "a 550 b", false, errInconsistent},
		{"first digit out of range", "600 x\r\n", 0, "", "600 x", false, errNotSMTP},
		{"preliminary", "100 x\r\n", 0, "", "100 x", false, errNotSMTP},
		{"four digits", "2500 x\r\n", 0, "", "2500 x", false, errNotSMTP},
		{"two digits", "25\r\n", 0, "", "25", false, errNotSMTP},
		{"letters", "HTTP/1.1 400 Bad Request\r\n", 0, "", "HTTP/1.1 400 Bad Request", false, errNotSMTP},
		{"empty line", "\r\n", 0, "", "", false, errNotSMTP},
		{"empty line after a good one", "250-a\r\n\r\n", 0, "", "a", false, errNotSMTP},
		{"NUL", "\x00\x01\xff\r\n", 0, "", "\uFFFD", false, errNotSMTP},
		{"controls in the text", "550 a\x00b\x1b[31mc\u202ed\r\n", 550, "", "a b [31mc d", false, nil},
		{"invalid UTF-8", "550 a\xffb\r\n", 550, "", "a\uFFFDb", false, nil},
		{"text too long", "250 " + strings.Repeat("x", 5000) + "\r\n", 250, "", strings.Repeat("x", maxText), false, errTooLong},
		{"text cut between characters", "550 x" + strings.Repeat("ö", 600) + "\r\n", 550, "", "x" + strings.Repeat("ö", maxText/2-1), false, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			rep := readReply(strings.NewReader(test.wire))
			require.Equal(t, test.code, rep.code)
			require.ErrorIs(t, rep.err, test.err)
			require.Equal(t, test.odd, rep.odd)
			require.Equal(t, test.enhanced, rep.enhanced())
			require.Equal(t, test.text, rep.text())
		})
	}
}

func TestReadReplyLeavesTheNext(t *testing.T) {
	r := newReplyReader(bufio.NewReader(iotest.OneByteReader(strings.NewReader("250-a\r\n250 b\r\n354 c\r\n"))))
	first, second := r.read(), r.read()
	require.Equal(t, 250, first.code)
	require.Equal(t, 354, second.code)
}

// An endless reply is left at its bound.
func TestReadReplyIsBounded(t *testing.T) {
	for _, line := range []string{"250-" + strings.Repeat("A", 100) + "\r\n", "250-\r\n", "250-" + strings.Repeat("A", 5000)} {
		flood := &endless{text: line}
		rep := readReply(flood)
		require.ErrorIs(t, rep.err, errTooLong)
		require.Equal(t, 250, rep.code, "it was read, for what it is worth")
		require.Less(t, flood.read, 192<<10)
		require.LessOrEqual(t, len(rep.text()), maxText)
	}
}

type endless struct {
	text string
	read int
}

func (e *endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = e.text[(e.read+i)%len(e.text)]
	}
	e.read += len(p)
	return len(p), nil
}

func FuzzReadReply(f *testing.F) {
	for _, wire := range []string{
		"250 ok\r\n", "250-a\r\n250 b\r\n", "250\r\n", "250-a\r\n550 b\r\n", "220 \xff\x00\r\n",
		"550 5.1.1 no\r\n", "HTTP/1.1 400\r\n\r\n", "250-a\n", "25", "\r\n",
	} {
		f.Add([]byte(wire))
	}
	f.Fuzz(func(t *testing.T, wire []byte) {
		rep := readReply(strings.NewReader(string(wire)))
		if rep.code != 0 {
			require.True(t, 200 <= rep.code && rep.code <= 599)
			require.Contains(t, string(wire), fmt.Sprint(rep.code))
		}
		if errors.Is(rep.err, errNotSMTP) || errors.Is(rep.err, errInconsistent) {
			require.Zero(t, rep.code)
		}
		require.LessOrEqual(t, len(rep.lines), min(len(wire), maxReply+maxReply/4+100))
		text := rep.text()
		require.LessOrEqual(t, len(text), maxText)
		require.True(t, utf8.ValidString(text))
		require.NotContains(t, text, "\n")
		parseExtensions(rep.lines, nil)
	})
}
